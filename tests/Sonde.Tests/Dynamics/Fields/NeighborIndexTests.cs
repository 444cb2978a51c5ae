using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics.Fields;

public sealed class NeighborIndexTests
{
    public static TheoryData<ISpace, double, double> Cases => new()
    {
        { new Nowhere(), 1, 1 }, { new Line(), 100, 0 }, { new Line(100), 100, 0 }, { new Line(40), 100, 0 },
        { new Plane(), 100, 100 }, { new Plane(100, 0), 100, 30 }, { new Plane(100, 100), 100, 100 }, { new Plane(0, 100), 1e-4, 100 },
        { new Sphere(20), 360, 90 }, { new Sphere(20), 360, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_what_a_search_of_all_points_finds_in_ascending_order(ISpace space, double width, double height)
    {
        var random = new RandomSource(11);
        foreach (var count in (int[])[0, 1, 7, 1000])
        {
            var points = Enumerable.Range(0, count)
                .Select(_ => new SpacePoint(width * random.NextDouble() - 0.3 * width, height * (2 * random.NextDouble() - 1))).ToArray();
            if (count == 1000)
                points[0] = points[999] = new SpacePoint(0, height);            // the pole, twice
            var index = new NeighborIndex(space, points);
            var (found, distances) = (new int[count], new double[count]);
            for (var k = 0; k < 60; k++)
            {
                var center = new SpacePoint(3 * width * (random.NextDouble() - 0.5), height * (2 * random.NextDouble() - 1));
                if (k < Math.Min(10, count))
                    center = points[count - 1 - k];
                var distance = Math.Pow(10, 3 * random.NextDouble() - 1);
                var expected = Enumerable.Range(0, count).Where(i => space.Distance(center, points[i]) <= distance).ToArray();
                Assert.Equal(expected, found[..index.Find(center, distance, found)]);
                Assert.Equal(expected, found[..index.Find(center, distance, found, distances)]);
                Assert.Equal(expected.Select(i => space.Distance(center, points[i])), distances[..expected.Length]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_the_nearest_points_in_order_of_distance(ISpace space, double width, double height)
    {
        var random = new RandomSource(12);
        var points = Enumerable.Range(0, 300)
            .Select(_ => new SpacePoint(width * random.NextDouble(), height * (2 * random.NextDouble() - 1))).ToArray();
        var index = new NeighborIndex(space, points);
        for (var k = 0; k < 40; k++)
        {
            var center = new SpacePoint(3 * width * (random.NextDouble() - 0.5), height * (2 * random.NextDouble() - 1));
            var nearest = new int[5];
            Assert.Equal(5, index.FindNearest(center, nearest));
            Assert.Equal(Enumerable.Range(0, 300).OrderBy(i => space.Distance(center, points[i])).ThenBy(i => i).Take(5), nearest);
        }
    }

    [Fact]
    public void Too_little_room_is_told_by_the_count()
    {
        var index = new NeighborIndex(new Line(), [new(0), new(1), new(2), new(9)]);
        Assert.Equal(3, index.Find(new SpacePoint(1), 1.5, new int[2]));
    }

    [Fact]
    public void A_point_that_is_not_finite_is_refused()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new NeighborIndex(new Line(), [new(0), new(double.NaN)]));
        Assert.Contains("Point 1", refusal.Message, StringComparison.Ordinal);
    }
}
