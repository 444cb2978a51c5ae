using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics.Fields;

public sealed class GridTests
{
    private static readonly RegularGrid NorthAmerica = new(new GridAxis(-125, 0.5, 119, 360), new GridAxis(24, 0.5, 53));

    [Fact]
    public void Index_runs_fastest_along_x()
    {
        Assert.Equal([53, 119], NorthAmerica.Shape);
        Assert.Equal(new SpacePoint(-124, 24.5), NorthAmerica[119 + 2]);
    }

    [Fact]
    public void A_linear_field_is_interpolated_exactly() =>
        Assert.Equal(3 + 2 * -100.3 - 0.7 * 41.13, Value(NorthAmerica, new Sphere(), new SpacePoint(-100.3, 41.13), p => 3 + 2 * p.X - 0.7 * p.Y), 1e-10);

    [Fact]
    public void Longitudes_repeat_after_a_turn() =>
        Assert.Equal(-100.3, Value(NorthAmerica, new Sphere(), new SpacePoint(259.7, 41.13), p => p.X), 1e-10);

    [Theory]
    [InlineData(-125.1, 30)]
    [InlineData(-65.9, 30)]
    [InlineData(-100, 23.9)]
    [InlineData(-100, 50.1)]
    [InlineData(double.NaN, 30)]
    public void What_lies_outside_uses_no_point(double x, double y) =>
        Assert.Equal(0, NorthAmerica.Interpolate(new Sphere(), new SpacePoint(x, y), new int[8], new double[8]));

    [Fact]
    public void A_grid_point_uses_itself_alone()
    {
        var (indices, weights) = (new int[8], new double[8]);
        Assert.Equal(1, NorthAmerica.Interpolate(new Sphere(), NorthAmerica[5000], indices, weights));
        Assert.Equal((5000, 1.0), (indices[0], weights[0]));
    }

    [Theory]
    [InlineData(9.25, 9, 0, 0.25)]
    [InlineData(-0.75, 9, 0, 0.25)]
    [InlineData(29.5, 9, 0, 0.5)]
    [InlineData(3.5, 3, 4, 0.5)]
    public void A_ring_interpolates_across_its_seam(double at, int first, int second, double share)
    {
        var (indices, weights) = (new int[8], new double[8]);
        Assert.Equal(2, RegularGrid.Ring(10).Interpolate(new Line(10), new SpacePoint(at), indices, weights));
        Assert.Equal((first, second), (indices[0], indices[1]));
        Assert.Equal(1 - share, weights[0], 1e-12);
        Assert.Equal(share, weights[1], 1e-12);
    }

    [Fact]
    public void Rounding_at_the_seam_finds_the_first_point()
    {
        var (indices, weights) = (new int[8], new double[8]);
        Assert.Equal(1, RegularGrid.Ring(10).Interpolate(new Line(10), new SpacePoint(-1e-17), indices, weights));
        Assert.Equal(0, indices[0]);
    }

    [Fact]
    public void Descending_axes_interpolate_too()
    {
        var grid = new RegularGrid(new GridAxis(0, 1, 5), new GridAxis(90, -45, 5));
        Assert.Equal(-30.5, Value(grid, new Sphere(), new SpacePoint(2.5, -30.5), p => p.Y), 1e-12);
    }

    [Fact]
    public void Points_that_do_not_fit_into_a_period_are_refused() =>
        Assert.Contains("11", Assert.Throws<ArgumentException>(() => new GridAxis(0, 1, 11, 10)).Message, StringComparison.Ordinal);

    [Fact]
    public void Scattered_points_reproduce_linear_fields_and_their_own_values()
    {
        var random = new RandomSource(2);
        var points = Enumerable.Range(0, 400).Select(_ => new SpacePoint(10 * random.NextDouble(), 10 * random.NextDouble())).ToArray();
        var grid = new ScatteredPoints(points);
        for (var k = 0; k < 200; k++)
        {
            var at = new SpacePoint(1 + 8 * random.NextDouble(), 1 + 8 * random.NextDouble());
            Assert.Equal(at.X - 3 * at.Y, Value(grid, new Plane(), at, p => p.X - 3 * p.Y), 1e-9);
        }
        var (indices, weights) = (new int[8], new double[8]);
        Assert.Equal(1, grid.Interpolate(new Plane(), points[17], indices, weights));
        Assert.Equal((17, 1.0), (indices[0], weights[0]));
        Assert.Equal(0, grid.Interpolate(new Plane(), new SpacePoint(30, 5), indices, weights));
    }

    [Fact]
    public void Scattered_points_interpolate_on_a_line_and_across_the_pole()
    {
        Assert.Equal(2.25, Value(new ScatteredPoints([new(0), new(3), new(2), new(7)]), new Line(), new SpacePoint(2.25), p => p.X), 1e-12);
        var around = new ScatteredPoints([new(0, 88), new(120, 88), new(240, 88)]);
        var weights = new double[8];
        Assert.Equal(3, around.Interpolate(new Sphere(), new SpacePoint(77, 90), new int[8], weights));
        Assert.All(weights.Take(3), weight => Assert.Equal(1.0 / 3, weight, 1e-9));
    }

    private static double Value(IGrid grid, ISpace space, SpacePoint at, Func<SpacePoint, double> field)
    {
        var (indices, weights) = (new int[8], new double[8]);
        var used = grid.Interpolate(space, at, indices, weights);
        Assert.InRange(used, 1, 8);
        return Enumerable.Range(0, used).Sum(k => weights[k] * field(grid[indices[k]]));
    }
}
