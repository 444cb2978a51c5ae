using Sonde.Dynamics.Fields;

namespace Sonde.Experiments.Running;

/// <summary>One field of an external model's state.</summary>
/// <param name="Name">As in the files.</param>
/// <param name="Unit">For reports.</param>
/// <param name="Size">Number of values, where they have no place.</param>
/// <param name="X">Points along x, the fastest dimension; longitude on a sphere.</param>
/// <param name="Y">Points along y; latitude on a sphere.</param>
public sealed record ExternalField(string Name, string? Unit = null, int? Size = null, ExternalAxis? X = null, ExternalAxis? Y = null)
{
    /// <inheritdoc cref="ExternalField" path="/param[@name='Size']"/>
    public int? Size { get; init; } = Size is null or >= 1
        ? Size
        : throw new ArgumentOutOfRangeException(nameof(Size), $"A field has at least 1 value, not {Size}.");

    /// <summary>The grid; null where the field says nothing about it.</summary>
    internal IGrid? Grid => (Size, X, Y) switch
    {
        (null, null, null) => null,
        (1, null, null) => new SinglePoint(),
        ({ } size, null, null) => new RegularGrid(new GridAxis(0, 1, size)),
        (null, { } x, _) => new RegularGrid(x.Axis, Y?.Axis),
        _ => throw new InputException($"Field '{Name}' has {(Size is null ? "an axis y without x" : "both a size and an axis")}; expected a size, x, or x and y."),
    };
}
