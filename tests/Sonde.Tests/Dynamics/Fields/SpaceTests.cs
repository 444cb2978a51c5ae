using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics.Fields;

public sealed class SpaceTests
{
    private static readonly Sphere Earth = new();

    public static TheoryData<ISpace> Spaces => [new Nowhere(), new Line(), new Line(7), new Plane(), new Plane(5, 0), new Plane(5, 8), new Sphere()];

    [Theory]
    [InlineData(0, 90, 123, -90, Math.PI)]                      // pole to pole
    [InlineData(10, 0, 100, 0, Math.PI / 2)]                    // along the equator
    [InlineData(-170, 60, 190, 60, 0)]                          // the same place
    [InlineData(30, 40, -150, -40, Math.PI)]                    // antipodes
    [InlineData(0, 89, 180, 89, 2 * Math.PI / 180)]             // over the pole
    public void Great_circles_have_their_length(double x1, double y1, double x2, double y2, double angle) =>
        Assert.Equal(angle * Earth.Radius, Earth.Distance(new SpacePoint(x1, y1), new SpacePoint(x2, y2)), 1e-9 * Earth.Radius);

    [Fact]
    public void Near_points_on_a_sphere_keep_their_digits()
    {
        var metre = 0.001 / (Earth.Radius * Math.PI / 180);
        Assert.Equal(0.001, Earth.Distance(new SpacePoint(10, 45), new SpacePoint(10, 45 + metre)), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Embedded_coordinates_differ_by_no_more_than_the_reach(ISpace space)
    {
        var random = new RandomSource(5);
        for (var k = 0; k < 500; k++)
        {
            var (a, b) = (Draw(random), Draw(random));
            var (d, p, q) = (space.Distance(a, b), space.Embed(a), space.Embed(b));
            Assert.Equal(d, space.Distance(b, a), 12);
            var reach = space.EmbeddedReach(d) * (1 + 1e-12) + 1e-12;
            Assert.True(Math.Abs(Periodic.Difference(p.X, q.X, space.Periods.X)) <= reach);
            Assert.True(Math.Abs(Periodic.Difference(p.Y, q.Y, space.Periods.Y)) <= reach);
            Assert.True(Math.Abs(Periodic.Difference(p.Z, q.Z, space.Periods.Z)) <= reach);
        }
    }

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Offsets_of_near_points_have_the_length_of_their_distance(ISpace space)
    {
        var random = new RandomSource(6);
        for (var k = 0; k < 100; k++)
        {
            var a = Draw(random);
            var b = new SpacePoint(a.X + 1e-4, a.Y - 2e-4);
            var offset = space.Offset(a, b);
            Assert.Equal(space.Distance(a, b), Math.Sqrt(offset.X * offset.X + offset.Y * offset.Y), 1e-9);
        }
    }

    [Fact]
    public void A_chord_is_never_longer_than_its_arc() =>
        Assert.All(Enumerable.Range(1, 40).Select(k => k * 600.0), arc => Assert.True(Earth.EmbeddedReach(arc) <= arc));

    private static SpacePoint Draw(RandomSource random) => new(400 * random.NextDouble() - 200, 180 * random.NextDouble() - 90);
}
