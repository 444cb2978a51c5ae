using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// A tendency stepped by an explicit Runge-Kutta scheme, with the exact tangent of the discrete steps. A tendency without
/// tangent is stepped by <see cref="ForwardRungeKuttaSystem"/>.
/// </summary>
/// <param name="Field">The tendency, with its domain.</param>
/// <param name="Scheme">How it is stepped.</param>
public sealed record RungeKuttaSystem(IDifferentiableVectorField Field, RungeKuttaScheme Scheme = RungeKuttaScheme.Classical4) : IDifferentiableSystem
{
    /// <inheritdoc/>
    public int Width => Field.Width;

    /// <inheritdoc/>
    public Domain Domain => Field.Domain;

    /// <inheritdoc/>
    public DefaultPrior? DefaultPrior => Field.DefaultPrior;

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise) =>
        ForwardRungeKuttaSystem.Advance(Field, Scheme, x, time, dt, steps);

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        var block = RungeKutta.BlockRows(Width);
        using var frame = Scratch.Enter();
        var start = frame.Rent(1, Width);
        x.CopyTo(start[0]);
        if (dx.Rows == 0)
            ForwardRungeKuttaSystem.Advance(Field, Scheme, new Batch<double>(x), time, dt, steps);
        for (var first = 0; first < dx.Rows; first += block)
        {
            start[0].CopyTo(x);
            var rows = dx.Slice(first, Math.Min(block, dx.Rows - first));
            RungeKutta.AdvanceTangent(new DifferentiableSlopes(Field), ButcherTableau.Of(Scheme), new Batch<double>(x), rows, time, dt, steps);
        }
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        var block = RungeKutta.BlockRows(Width);
        var model = new RungeKuttaAdjoint<DifferentiableSlopes>(new(Field), ButcherTableau.Of(Scheme), time, dt);
        for (var first = 0; first < xBar.Rows; first += block)
        {
            var count = Math.Min(block, xBar.Rows - first);
            Backward.Run(model, x.Rows == 1 ? x : x.Slice(first, count), xBar.Slice(first, count), steps);
        }
    }
}
