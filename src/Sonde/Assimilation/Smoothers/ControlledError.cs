using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// A system whose model error an ensemble smoother controls as it controls the state at the window's start: after step k the members receive
/// (1 wᵀ + T) Qₖ, with Qₖ the centered draws of the prior ensemble. What is drawn depends on the step alone and is drawn again each time, so that nothing
/// is stored. Sakov, Haussaire, Bocquet, Q. J. R. Meteorol. Soc. 144, 2018, with sampled anomalies of the error.
/// </summary>
internal sealed class ControlledError : IDynamicalSystem, IFallibleSystem
{
    private const double Parts = 1e6;                   // places on the grid closer than a millionth of a step are the same
    private readonly AdditiveError error;
    private readonly TimeGrid grid;
    private readonly RandomSource draws;
    private readonly Matrix<double> weights;            // 1 wᵀ + T

    private ControlledError(AdditiveError error, TimeGrid grid, int members, RandomSource draws) =>
        (this.error, this.grid, this.draws, weights) = (error, grid, draws, Matrix<double>.Identity(members));

    /// <inheritdoc/>
    public Domain Domain => error.Steps.Domain;

    /// <summary>The window with its system's error controlled; null where there is none.</summary>
    /// <param name="window">Whose system has additive error, or none.</param>
    /// <param name="members">N.</param>
    /// <param name="random">What the errors of the prior ensemble are drawn from.</param>
    public static ControlledError? Of(AssimilationWindow window, int members, RandomSource random) =>
        ModelError.Is(window.System) && window.System is IStochasticSystem { Additive: { } error } ? new(error, window.Grid, members, random) : null;

    /// <summary>Takes a control's weights over.</summary>
    public void Take(EnsembleControl control, double epsilon) => control.Weights(epsilon, weights);

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        using var frame = Scratch.Enter();
        var q = frame.Rent(weights.Rows, x.Width);
        var mean = frame.Rent(1, x.Width)[0];
        for (var step = 0; step < steps; step++)
        {
            var at = time + step * dt;
            error.Steps.Advance(x, at, dt, 1, firstRow, noise);
            q.Clear();
            var sources = StepNoise.Sources(draws.Fork((long)Math.Round((at - grid.Start) / grid.StepLength * Parts)), 0, q.Rows);
            StepNoise.Add(error.Noise, error.Factor(dt), q, sources);
            Moments.Center(q, mean);
            Dense.Multiply<double>(1, weights.All.Slice(firstRow, x.Rows), q, 1, x);
        }
    }

    /// <inheritdoc/>
    public void Settle(Batch<double> members, double time, RandomSource random) => (error.Steps as IFallibleSystem)?.Settle(members, time, random);
}
