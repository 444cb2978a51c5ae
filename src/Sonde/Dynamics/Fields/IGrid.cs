namespace Sonde.Dynamics.Fields;

/// <summary>The points at which a field is known.</summary>
public interface IGrid
{
    /// <summary>The number of points.</summary>
    int Count { get; }

    /// <summary>Points along each axis, slowest first ([ny, nx] in a plane); one number for a line or a list of points.</summary>
    IReadOnlyList<int> Shape { get; }

    /// <summary>Where point i lies.</summary>
    SpacePoint this[int index] { get; }

    /// <summary>Where all points lie, in order; a new array.</summary>
    SpacePoint[] Points() => [.. Enumerable.Range(0, Count).Select(i => this[i])];

    /// <summary>
    /// Weights that interpolate linearly to <paramref name="point"/>; the number of points used (at most 8), 0 where the point lies outside.
    /// </summary>
    int Interpolate(ISpace space, SpacePoint point, Span<int> indices, Span<double> weights);
}
