using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>A differentiable system with additive model error, as <see cref="NoisySystem"/>; its tangent is that of the steps without noise.</summary>
/// <param name="System">What is stepped; noise of its own stays.</param>
/// <param name="Noise">Of covariance Q in one unit of time.</param>
public sealed record DifferentiableNoisySystem(IDifferentiableSystem System, IGaussianNoise Noise) : IDifferentiableSystem, IStochasticSystem, IFallibleSystem
{
    /// <inheritdoc/>
    public int Width => System.Width;

    /// <inheritdoc/>
    public Domain Domain => System.Domain;

    /// <inheritdoc/>
    public Domain Fields => System.Fields;

    /// <inheritdoc/>
    public DefaultPrior? DefaultPrior => System.DefaultPrior;

    /// <summary>As the system without noise, where the noise leaves the parameters alone.</summary>
    public bool KeepsParameters => System.KeepsParameters && !Noise.StandardDeviations().AsSpan(System.Domain.FieldWidth).ContainsAnyExcept(0.0);

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise) =>
        NoisySystem.Advance(System, Noise, x, time, dt, steps, firstRow, noise);

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps) => System.AdvanceTangent(x, dx, time, dt, steps);

    /// <inheritdoc/>
    public void AdvanceTangents(Batch<double> x, Batch<double> dx, double time, double dt, int steps) => System.AdvanceTangents(x, dx, time, dt, steps);

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps) =>
        System.AdvanceAdjoint(x, xBar, time, dt, steps);

    /// <inheritdoc/>
    public void AddStepCovariance(double dt, Batch<double> covariance) => NoisySystem.AddStepCovariance(System, Noise, dt, covariance);

    /// <summary>As the system without noise does; nothing where it cannot fail.</summary>
    public void Settle(Batch<double> members, double time, RandomSource random) => (System as IFallibleSystem)?.Settle(members, time, random);
}
