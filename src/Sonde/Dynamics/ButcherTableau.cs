namespace Sonde.Dynamics;

/// <summary>
/// An explicit Runge-Kutta scheme: k_s = f(t + c_s dt, x + dt Σ_r&lt;s a_sr k_r), x ← x + dt Σ b_s k_s.
/// Butcher, "Numerical methods for ordinary differential equations", 2016, table 230(i).
/// </summary>
public sealed class ButcherTableau
{
    private static readonly ButcherTableau Euler = new([[]], [1]);
    private static readonly ButcherTableau Midpoint = new([[], [0.5]], [0, 1]);
    private static readonly ButcherTableau Heun = new([[], [1]], [0.5, 0.5]);
    private static readonly ButcherTableau Kutta3 = new([[], [0.5], [-1, 2]], [1.0 / 6, 2.0 / 3, 1.0 / 6]);
    private static readonly ButcherTableau Classical4 = new([[], [0.5], [0, 0.5], [0, 0, 1]], [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]);

    private readonly double[][] a;
    private readonly double[] b;
    private readonly double[] c;

    /// <summary>A tableau from its rows; c_s is the sum of row s.</summary>
    /// <param name="a">Row s holds s numbers, the weights of the slopes before it.</param>
    /// <param name="b">Weights of the slopes in the step, one a stage; they sum to 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or the weights do not sum to 1.</exception>
    public ButcherTableau(double[][] a, double[] b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Length != b.Length || b.Length == 0)
            throw new ArgumentException($"A tableau of {a.Length} rows needs as many weights, at least 1, but {b.Length} were given.", nameof(b));
        for (var s = 0; s < a.Length; s++)
            if (a[s].Length != s)
                throw new ArgumentException($"Row {s} of an explicit tableau holds {s} numbers but {a[s].Length} were given.", nameof(a));
        if (Math.Abs(b.Sum() - 1) > 1e-12)
            throw new ArgumentException($"The weights of a step sum to 1 but these sum to {b.Sum()}.", nameof(b));
        (this.a, this.b) = (a, b);
        c = [.. a.Select(row => row.Sum())];
        UsesOneSlopeOnly = a.All(row => row.SkipLast(1).All(weight => weight == 0));
    }

    /// <summary>The number of slopes a step needs.</summary>
    public int Stages => b.Length;

    /// <summary>True where every stage begins at x plus a multiple of the slope just before: no other slope need be kept.</summary>
    public bool UsesOneSlopeOnly { get; }

    /// <summary>a_sr: the weight of slope r in the point of stage s, r &lt; s.</summary>
    public double A(int s, int r) => a[s][r];

    /// <summary>b_s: the weight of slope s in the step.</summary>
    public double B(int s) => b[s];

    /// <summary>c_s: when stage s is evaluated, in steps.</summary>
    public double C(int s) => c[s];

    /// <summary>The tableau of a scheme.</summary>
    public static ButcherTableau Of(RungeKuttaScheme scheme) => scheme switch
    {
        RungeKuttaScheme.Euler => Euler,
        RungeKuttaScheme.Midpoint => Midpoint,
        RungeKuttaScheme.Heun => Heun,
        RungeKuttaScheme.Kutta3 => Kutta3,
        RungeKuttaScheme.Classical4 => Classical4,
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Not a Runge-Kutta scheme."),
    };
}
