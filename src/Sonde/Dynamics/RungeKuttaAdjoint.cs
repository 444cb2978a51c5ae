using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// Explicit Runge-Kutta steps pulled back: with k̄ₛ = dt (bₛ x̄ + Σᵣ aᵣₛ p̄ᵣ) and p̄ₛ = f′(pₛ)ᵀ k̄ₛ from the last stage to the first,
/// x̄ ← x̄ + Σₛ p̄ₛ. Sandu, "On the properties of Runge-Kutta discrete adjoints", ICCS 2006.
/// </summary>
internal readonly ref struct RungeKuttaAdjoint<TSlopes>(TSlopes f, ButcherTableau tableau, double time, double dt) : IReversibleSteps
    where TSlopes : IAdjointSlopes, allows ref struct
{
    private readonly TSlopes f = f;

    public void Advance(Batch<double> x, int first, int steps) => RungeKutta.Advance(f, tableau, x, time + first * dt, dt, steps);

    public void StepBack(ReadOnlyBatch<double> x, int step, Batch<double> xBar)
    {
        using var frame = Scratch.Enter();
        var stages = tableau.Stages;
        var points = frame.Rent(stages * x.Rows, x.Width);
        var slopes = frame.Rent(stages * x.Rows, x.Width);
        var pointBars = frame.RentCleared(stages * xBar.Rows, x.Width);
        var slopeBar = frame.Rent(xBar.Rows, x.Width);
        var t = time + step * dt;
        for (var s = 0; s < stages; s++)
        {
            RungeKutta.StagePoint(tableau, s, dt, x, slopes, At(points, s, x.Rows));
            if (s + 1 < stages)
                f.Evaluate(t + tableau.C(s) * dt, At(points, s, x.Rows), At(slopes, s, x.Rows));
        }
        for (var s = stages - 1; s >= 0; s--)
        {
            TensorPrimitives.Multiply(xBar.Values, dt * tableau.B(s), slopeBar.Values);
            for (var r = s + 1; r < stages; r++)
                if (tableau.A(r, s) != 0)
                    StageSums.Add(slopeBar.Values, At(pointBars, r, xBar.Rows).Values, dt * tableau.A(r, s), slopeBar.Values);
            f.AddAdjoint(t + tableau.C(s) * dt, At(points, s, x.Rows), slopeBar, At(pointBars, s, xBar.Rows));
        }
        for (var s = 0; s < stages; s++)
            xBar += (ReadOnlyBatch<double>)At(pointBars, s, xBar.Rows);
    }

    private static Batch<double> At(Batch<double> all, int stage, int rows) => all.Slice(stage * rows, rows);
}
