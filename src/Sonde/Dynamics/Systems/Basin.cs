namespace Sonde.Dynamics.Systems;

/// <summary>
/// A closed basin of water of constant depth on a beta plane, as a grid of cells: x and y run from −L/2 to L/2 between the centers of the first and
/// the last cell. The defaults are those of Xiao et al., "LD-EnSF", 2024.
/// </summary>
/// <param name="SizeX">Cells along x, at least 2.</param>
/// <param name="SizeY">Cells along y, at least 2.</param>
/// <param name="LengthX">From the first center to the last along x, in m.</param>
/// <param name="LengthY">From the first center to the last along y, in m.</param>
/// <param name="Depth">H, of the water at rest, in m.</param>
/// <param name="Gravity">g, in m s⁻².</param>
/// <param name="Coriolis">f₀ at y = 0, in s⁻¹; 0 for no rotation.</param>
/// <param name="Beta">Change of the Coriolis parameter along y, f = f₀ + β y, in m⁻¹ s⁻¹.</param>
/// <param name="Friction">κ of the drag −κ (u, v), in s⁻¹.</param>
/// <param name="Courant">
/// The longest step as a share of the time a wave takes across a cell, √(gH) dt / min(dx, dy). A wave grows without bound beyond
/// 1 / √2 where cells are square, 1 / √(1 + (short side / long side)²) in general.
/// </param>
public sealed record Basin(
    int SizeX = 150, int SizeY = 150, double LengthX = 1e6, double LengthY = 1e6, double Depth = 100, double Gravity = 9.81, double Coriolis = 1e-4,
    double Beta = 2e-11, double Friction = 0, double Courant = 0.1)
{
    private const double Slack = 0.01;                  // a step this much longer than the longest is still one step

    /// <summary>Between the centers of cells along x, in m.</summary>
    public double SpacingX => LengthX / (SizeX - 1);

    /// <summary>Between the centers of cells along y, in m.</summary>
    public double SpacingY => LengthY / (SizeY - 1);

    /// <summary>√(gH), of long waves, in m s⁻¹.</summary>
    public double WaveSpeed => Math.Sqrt(Gravity * Depth);

    /// <summary>Courant · min(dx, dy) / √(gH), in s.</summary>
    public double LongestStep => Courant * Math.Min(SpacingX, SpacingY) / WaveSpeed;

    /// <summary>The Courant number beyond which waves grow without bound.</summary>
    public double CourantLimit
    {
        get
        {
            var ratio = Math.Min(SpacingX, SpacingY) / Math.Max(SpacingX, SpacingY);
            return 1 / Math.Sqrt(1 + ratio * ratio);
        }
    }

    /// <summary>Into how many equal steps a time is cut so that none is longer than <see cref="LongestStep"/> by more than 1 %.</summary>
    public int StepsIn(double time) => Math.Max(1, (int)Math.Ceiling(time / LongestStep - Slack));

    /// <summary>Refuses numbers that make no basin.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Check()
    {
        if (SizeX < 2 || SizeY < 2)
            throw new ArgumentException($"A basin needs at least 2 cells along each side, not {SizeX} and {SizeY}.");
        Above(LengthX, "lengthX");
        Above(LengthY, "lengthY");
        Above(Depth, "depth");
        Above(Gravity, "gravity");
        if (!double.IsFinite(Coriolis) || !double.IsFinite(Beta))
            throw new ArgumentException($"The Coriolis parameter and its change along y must be finite, not {Coriolis} and {Beta}.");
        if (!(Friction >= 0) || !double.IsFinite(Friction))
            throw new ArgumentException($"The friction is 0 or more, not {Friction}.");
        if (!(Courant > 0) || !(Courant <= CourantLimit))
            throw new ArgumentException($"The Courant number lies above 0 and at most at {CourantLimit:0.####}, where waves begin to grow without bound, not at {Courant}.");
    }

    private static void Above(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
            throw new ArgumentException($"The {name} of a basin is a finite number above 0, not {value}.");
    }
}
