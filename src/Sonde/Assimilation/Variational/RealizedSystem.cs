using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// One realization of a system's model error: each step always draws the same, in every row, so that a member of an ensemble of assimilations
/// has one model from window to window.
/// </summary>
/// <param name="drawn">The system whose error is drawn.</param>
/// <param name="grid">The steps of time, by which draws are told apart.</param>
/// <param name="realization">Where they are drawn.</param>
internal class RealizedSystem(IDynamicalSystem drawn, TimeGrid grid, RandomSource realization) : IDynamicalSystem
{
    private const double Parts = 1e6;                   // places on the grid closer than a millionth of a step are the same

    /// <inheritdoc/>
    public Domain Domain => drawn.Domain;

    /// <inheritdoc/>
    public Domain Fields => drawn.Fields;

    /// <summary>One realization, differentiable where the system is.</summary>
    /// <param name="system">Whose tangents and whose step covariance are kept.</param>
    /// <param name="drawn">The same, perhaps with more error.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="realization">Where errors are drawn.</param>
    public static IDynamicalSystem Of(IDynamicalSystem system, IDynamicalSystem drawn, TimeGrid grid, RandomSource realization) => system switch
    {
        IDifferentiableSystem and IStochasticSystem => new Stochastic(system, drawn, grid, realization),
        IDifferentiableSystem differentiable => new Differentiable(differentiable, drawn, grid, realization),
        _ => new RealizedSystem(drawn, grid, realization),
    };

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        for (var step = 0; step < steps; step++)
        {
            var at = time + step * dt;
            var source = realization.Fork((long)Math.Round((at - grid.Start) / grid.StepLength * Parts));
            for (var row = 0; row < x.Rows; row++)
                drawn.Advance(x.Slice(row, 1), at, dt, 1, 0, source);
        }
    }

    private class Differentiable(IDifferentiableSystem system, IDynamicalSystem drawn, TimeGrid grid, RandomSource realization)
        : RealizedSystem(drawn, grid, realization), IDifferentiableSystem
    {
        public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
        {
            using var frame = Scratch.Enter();
            var along = frame.Rent(1, x.Length);
            for (var step = 0; step < steps; step++)
            {
                x.CopyTo(along[0]);
                if (dx.Rows > 0)
                    system.AdvanceTangent(x, dx, time + step * dt, dt, 1);
                Advance(along, time + step * dt, dt, 1, 0, new RandomSource(0));
                along[0].CopyTo(x);
            }
        }

        public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps) =>
            Backward.Run(new Steps(this, system, time, dt), x, xBar, steps);
    }

    private sealed class Stochastic(IDynamicalSystem system, IDynamicalSystem drawn, TimeGrid grid, RandomSource realization)
        : Differentiable((IDifferentiableSystem)system, drawn, grid, realization), IStochasticSystem
    {
        public void AddStepCovariance(double dt, Batch<double> covariance) => ((IStochasticSystem)system).AddStepCovariance(dt, covariance);
    }

    private readonly struct Steps(RealizedSystem realized, IDifferentiableSystem system, double time, double dt) : IReversibleSteps
    {
        public void Advance(Batch<double> x, int first, int steps) => realized.Advance(x, time + first * dt, dt, steps, 0, new RandomSource(0));

        public void StepBack(ReadOnlyBatch<double> x, int step, Batch<double> xBar) => system.AdvanceAdjoint(x, xBar, time + step * dt, dt, 1);
    }
}
