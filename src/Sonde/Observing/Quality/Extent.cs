using Sonde.Dynamics.Fields;

namespace Sonde.Observing.Quality;

/// <summary>A rectangle in the coordinates of points: longitudes and latitudes on a sphere. Its sides belong to it.</summary>
/// <param name="X">From where to where along x.</param>
/// <param name="Y">The same along y; null for everywhere.</param>
public sealed record Extent(Interval X, Interval? Y = null)
{
    /// <summary>True inside and on the sides.</summary>
    public bool Contains(SpacePoint point) => X.Contains(point.X) && (Y?.Contains(point.Y) ?? true);
}

/// <summary>All numbers from one to another.</summary>
/// <param name="From">The least.</param>
/// <param name="To">The greatest, not below the least.</param>
public sealed record Interval(double From, double To)
{
    /// <summary>The greatest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below the least.</exception>
    public double To { get; init; } = To >= From ? To : throw new ArgumentOutOfRangeException(nameof(To), To, $"An interval must not end before it begins, at {From}.");

    /// <summary>True from the least to the greatest, both included.</summary>
    public bool Contains(double value) => value >= From && value <= To;
}
