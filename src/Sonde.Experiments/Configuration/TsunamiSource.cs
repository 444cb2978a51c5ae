using Sonde.Dynamics;
using Sonde.Dynamics.Systems;

namespace Sonde.Experiments.Configuration;

/// <summary>
/// A tsunami as published with LD-EnSF: shallow water in a closed basin under a bump whose center nobody knows. What a preset sets can be set by itself.
/// </summary>
/// <param name="Preset">Which grid: paper has 150 × 150 cells, small 75 × 75 with the same physics.</param>
/// <param name="SizeX">Cells along x; the preset's where absent.</param>
/// <param name="SizeY">Cells along y; the preset's where absent.</param>
/// <param name="LengthX">From the first center of a cell to the last along x, in m.</param>
/// <param name="LengthY">From the first center of a cell to the last along y, in m.</param>
/// <param name="Depth">Of the water at rest, in m.</param>
/// <param name="Gravity">In m s⁻².</param>
/// <param name="Coriolis">f₀, in s⁻¹; 0 for no rotation.</param>
/// <param name="Beta">Change of the Coriolis parameter along y, in m⁻¹ s⁻¹.</param>
/// <param name="Friction">κ of a drag −κ (u, v), in s⁻¹.</param>
/// <param name="Courant">The longest step as a share of the time a wave takes across a cell; a longer time.step is cut.</param>
/// <param name="Amplitude">Height of the bump, in m.</param>
/// <param name="Width">Standard deviation of the bump, in m.</param>
/// <param name="SourceX">Where the bump's center may lie along x, in m; the western half where absent.</param>
/// <param name="SourceY">Where the bump's center may lie along y, in m; the southern half where absent.</param>
/// <param name="ModelError">Noise added to the fields.</param>
public sealed record TsunamiSource(
    TsunamiPreset Preset = TsunamiPreset.Paper, int? SizeX = null, int? SizeY = null, double LengthX = 1e6, double LengthY = 1e6, double Depth = 100,
    double Gravity = 9.81, double Coriolis = 1e-4, double Beta = 2e-11, double Friction = 0, double Courant = 0.1, double Amplitude = 1, double Width = 5e4,
    SourceRange? SourceX = null, SourceRange? SourceY = null, ModelError? ModelError = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false)
    {
        var size = Preset == TsunamiPreset.Paper ? 150 : 75;
        var basin = new Basin(SizeX ?? size, SizeY ?? size, LengthX, LengthY, Depth, Gravity, Coriolis, Beta, Friction, Courant);
        var (x, y) = (SourceX ?? new SourceRange(-0.5 * LengthX, 0), SourceY ?? new SourceRange(-0.5 * LengthY, 0));
        return ModelError.Around(ModelError, new ShallowWater(basin, new Bump(Amplitude, Width, x.From, x.To, y.From, y.To)));
    }
}

/// <summary>Grids of the tsunami.</summary>
public enum TsunamiPreset
{
    /// <summary>As published: 150 × 150 cells of 6.7 km.</summary>
    Paper,

    /// <summary>A quarter of the cells, for a first look: 75 × 75 of 13.5 km.</summary>
    Small,
}

/// <summary>Where a coordinate may lie; one number where it is known.</summary>
/// <param name="From">The least.</param>
/// <param name="To">The greatest.</param>
public sealed record SourceRange(double From, double To)
{
    /// <summary>A number stands for itself alone, a list for both ends.</summary>
    internal static ConfigNode? Expand(ConfigNode node)
    {
        if (node.Text is null || node.IsNull)
            return Short.Positions(node, "from", "to");
        var mapping = Short.Scalar(node, "from")!;
        mapping.Set("to", node);
        return mapping;
    }
}
