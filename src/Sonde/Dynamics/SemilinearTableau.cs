using System.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// The coefficients of a scheme for dv/dt = L v + N(v) with diagonal real L and one length of step: point s + 1 is a sum of
/// coefficient · point and coefficient · N(point) over the points before it; the last is the step. Point 0 is the start.
/// </summary>
internal sealed class SemilinearTableau
{
    private const int Roots = 32;                   // points on half a circle of radius 1: the mean over it is exact to rounding

    private SemilinearTableau(double dt, params Term[][] stages) => (StepLength, Stages) = (dt, stages);

    /// <summary>One summand of a stage.</summary>
    /// <param name="Nonlinear">N(point), not the point itself.</param>
    /// <param name="Point">Which point.</param>
    /// <param name="Coefficients">One for every component.</param>
    public readonly record struct Term(bool Nonlinear, int Point, double[] Coefficients);

    public double StepLength { get; }

    public Term[][] Stages { get; }

    public static SemilinearTableau Of(SemilinearScheme scheme, double[] symbol, double dt) => scheme switch
    {
        SemilinearScheme.Etdrk4 => Etdrk4(symbol, dt),
        SemilinearScheme.SemiImplicit3 => SemiImplicit3(symbol, dt),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Not a semilinear scheme."),
    };

    private static SemilinearTableau Etdrk4(double[] symbol, double dt)
    {
        double[] Exactly(double share) => [.. symbol.Select(l => Math.Exp(share * dt * l))];
        double[] Mean(double factor, Func<Complex, Complex> f) => [.. symbol.Select(l => factor * dt * OnCircle(dt * l, f))];

        var (half, whole) = (Exactly(0.5), Exactly(1));
        var q = Mean(1, z => (Complex.Exp(z / 2) - 1) / z);
        var first = Mean(1, z => (-4 - z + Complex.Exp(z) * (4 - 3 * z + z * z)) / (z * z * z));
        var middle = Mean(2, z => (2 + z + Complex.Exp(z) * (-2 + z)) / (z * z * z));
        var last = Mean(1, z => (-4 - 3 * z - z * z + Complex.Exp(z) * (4 - z)) / (z * z * z));
        double[] Times(double factor) => [.. q.Select(value => factor * value)];
        return new SemilinearTableau(dt,
            [new(false, 0, half), new(true, 0, q)],                                                         // a
            [new(false, 0, half), new(true, 1, q)],                                                         // b
            [new(false, 1, half), new(true, 2, Times(2)), new(true, 0, Times(-1))],                         // c
            [new(false, 0, whole), new(true, 0, first), new(true, 1, middle), new(true, 2, middle), new(true, 3, last)]);
    }

    private static SemilinearTableau SemiImplicit3(double[] symbol, double dt)
    {
        Term[] Stage(int from, double part) =>
        [
            new(false, 0, [.. symbol.Select(l => (1 + 0.5 * part * l) / (1 - 0.5 * part * l))]),
            new(true, from, [.. symbol.Select(l => part / (1 - 0.5 * part * l))]),
        ];
        return new SemilinearTableau(dt, Stage(0, dt / 3), Stage(1, dt / 2), Stage(2, dt));
    }

    /// <summary>f at a real place as its mean over a circle around it, where no digits cancel.</summary>
    private static double OnCircle(double center, Func<Complex, Complex> f)
    {
        var sum = 0.0;
        for (var j = 0; j < Roots; j++)
            sum += f(center + Complex.FromPolarCoordinates(1, Math.PI * (j + 0.5) / Roots)).Real;
        return sum / Roots;
    }
}
