using System.Runtime.CompilerServices;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Kolmogorov flow: ∂u/∂t + ∇·(u ⊗ u) = −∇p + ν ∇²u + A sin(k y) x̂ − μ u with ∇·u = 0 and ν = 1/Re, periodic in [0, 2π]².
/// The defaults are those of the benchmark of Xiao et al., "LD-EnSF", ICLR 2026: Re between 500 and 1500, steps of 0.04.
/// </summary>
/// <param name="Size">n, points along each axis; at least 4, with no prime factor above 5.</param>
/// <param name="Reynolds">Re, above 0.</param>
/// <param name="Drag">μ, 0 or more.</param>
/// <param name="Amplitude">A.</param>
/// <param name="Wavenumber">k, at least 1 and resolved by the grid.</param>
/// <param name="Courant">How much of a cell the fastest flow may cross in one sub-step.</param>
/// <param name="FastestFlow">The speed for which sub-steps are short enough.</param>
/// <param name="Speed">The largest speed of the usual initial flow.</param>
/// <param name="Peak">The wavenumber around which its energy lies.</param>
/// <param name="Seed">Which one of these flows it is.</param>
/// <param name="Spread">Standard deviation of each velocity around the usual initial flow; 0 where every run begins in that very state.</param>
public sealed record KolmogorovFlow(
    int Size = 150, double Reynolds = 1000, double Drag = 0.1, double Amplitude = 1, int Wavenumber = 4, double Courant = 0.5,
    double FastestFlow = 5, double Speed = 3, double Peak = 4, long Seed = 42, double Spread = 0)
{
    /// <summary>n.</summary>
    public int Size { get; init => field = AtLeastFour(value); } = AtLeastFour(Size);

    /// <summary>Re.</summary>
    public double Reynolds { get; init => field = Above(value); } = Above(Reynolds);

    /// <summary>μ.</summary>
    public double Drag { get; init => field = ZeroOrMore(value); } = ZeroOrMore(Drag);

    /// <summary>A.</summary>
    public double Amplitude { get; init => field = Finite(value); } = Finite(Amplitude);

    /// <summary>k.</summary>
    public int Wavenumber { get; init => field = AtLeastOne(value); } = AtLeastOne(Wavenumber);

    /// <summary>A share of a cell.</summary>
    public double Courant { get; init => field = Above(value); } = Above(Courant);

    /// <summary>A speed.</summary>
    public double FastestFlow { get; init => field = Above(value); } = Above(FastestFlow);

    /// <summary>A speed.</summary>
    public double Speed { get; init => field = ZeroOrMore(value); } = ZeroOrMore(Speed);

    /// <summary>A wavenumber.</summary>
    public double Peak { get; init => field = Above(value); } = Above(Peak);

    /// <summary>A speed.</summary>
    public double Spread { get; init => field = ZeroOrMore(value); } = ZeroOrMore(Spread);

    /// <summary>2π/n.</summary>
    public double Spacing => 2 * Math.PI / Size;

    private static int AtLeastFour(int size) => size >= 4
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), size, "At least 4 points along each axis are needed.");

    private static int AtLeastOne(int wavenumber) => wavenumber >= 1
        ? wavenumber
        : throw new ArgumentOutOfRangeException(nameof(wavenumber), wavenumber, "The forcing's wavenumber is at least 1.");

    private static double Finite(double value) => double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "The amplitude must be finite.");

    private static double Above(double value, [CallerArgumentExpression(nameof(value))] string name = "") => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A finite number above 0 is needed.");

    private static double ZeroOrMore(double value, [CallerArgumentExpression(nameof(value))] string name = "") => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A finite number of 0 or more is needed.");
}
