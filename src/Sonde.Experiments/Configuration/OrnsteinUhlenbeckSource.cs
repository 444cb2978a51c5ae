using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;

namespace Sonde.Experiments.Configuration;

/// <summary>Damped persistence of one field around a mean, on a grid, with noise correlated in space: the simplest model of a field that nobody has a model for.</summary>
/// <param name="Field">Its name.</param>
/// <param name="X">The grid along x: longitudes on a sphere.</param>
/// <param name="Mean">The mean everywhere.</param>
/// <param name="Sd">Standard deviation of departures from it, once the start is forgotten; above 0.</param>
/// <param name="Timescale">Time after which a share 1/e of a departure is left; above 0.</param>
/// <param name="Correlation">How departures at different points go together.</param>
/// <param name="Y">The grid along y: latitudes on a sphere; none for a line.</param>
/// <param name="Unit">Its unit, for reports.</param>
/// <param name="Space">plane, or sphere with degrees on the grid and km between points.</param>
/// <param name="Slope">Change of the mean per unit of y, around the middle of the grid; a climate that cools to the north has a negative one.</param>
public sealed record OrnsteinUhlenbeckSource(
    string Field, AxisConfig X, double Mean, double Sd, double Timescale, SpatialCorrelation Correlation, AxisConfig? Y = null, string Unit = "1",
    GridSpace Space = GridSpace.Plane, double Slope = 0) : ISystemSource
{
    /// <summary>Standard deviation.</summary>
    public double Sd { get; init; } = Sd > 0 ? Sd : throw new ArgumentOutOfRangeException(nameof(Sd), Sd, "The standard deviation must be above 0.");

    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false)
    {
        var grid = new RegularGrid(X.Axis, Y?.Axis);
        ISpace space = Space == GridSpace.Sphere ? new Sphere() : Y is null ? new Line() : new Plane();
        var points = Enumerable.Range(0, grid.Count).Select(i => grid[i]).ToArray();
        var middle = Y is { } y ? y.Axis[0] + 0.5 * (y.Axis[y.Count - 1] - y.Axis[0]) : 0;
        return new OrnsteinUhlenbeck(
            new Domain(space, [new Field(Field, Unit, grid)]), [.. points.Select(point => Mean + Slope * (point.Y - middle))], Timescale,
            new KernelNoise(space, points, Correlation, Sd));
    }
}

/// <summary>Equally spaced points.</summary>
/// <param name="Count">How many, at least 2.</param>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public sealed record AxisConfig(int Count, double From, double To)
{
    /// <summary>How many.</summary>
    public int Count { get; init; } = Count >= 2 ? Count : throw new ArgumentOutOfRangeException(nameof(Count), Count, "An axis needs at least 2 points.");

    /// <summary>The last.</summary>
    public double To { get; init; } = To > From ? To : throw new ArgumentOutOfRangeException(nameof(To), To, $"The last point must lie above the first, {From}.");

    /// <summary>Points as a grid knows them.</summary>
    internal GridAxis Axis => new(From, (To - From) / (Count - 1), Count);
}

/// <summary>Where a grid lies.</summary>
public enum GridSpace
{
    /// <summary>A line or a plane.</summary>
    Plane,

    /// <summary>The Earth: degrees of longitude and latitude, distances in km.</summary>
    Sphere,
}
