using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// A system with additive model error: after each step, x += √dt Q^½ ξ. A differentiable system is wrapped in a
/// <see cref="DifferentiableNoisySystem"/>; <see cref="Around"/> chooses.
/// </summary>
/// <param name="System">What is stepped; noise of its own stays.</param>
/// <param name="Noise">Of covariance Q in one unit of time.</param>
public sealed record NoisySystem(IDynamicalSystem System, IGaussianNoise Noise) : IStochasticSystem, IFallibleSystem
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

    /// <summary>The system with this noise, differentiable where it was.</summary>
    /// <exception cref="ArgumentException">The noise has another width.</exception>
    public static IStochasticSystem Around(IDynamicalSystem system, IGaussianNoise noise)
    {
        if (noise.Width != system.Width)
            throw new ArgumentException($"The noise has {noise.Width} components but the system has {system.Width}.", nameof(noise));
        return system is IDifferentiableSystem differentiable ? new DifferentiableNoisySystem(differentiable, noise) : new NoisySystem(system, noise);
    }

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise) =>
        Advance(System, Noise, x, time, dt, steps, firstRow, noise);

    /// <inheritdoc/>
    public void AddStepCovariance(double dt, Batch<double> covariance) => AddStepCovariance(System, Noise, dt, covariance);

    /// <summary>As the system without noise does; nothing where it cannot fail.</summary>
    public void Settle(Batch<double> members, double time, RandomSource random) => (System as IFallibleSystem)?.Settle(members, time, random);

    internal static void Advance(
        IDynamicalSystem system, IGaussianNoise gaussian, Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        var sources = StepNoise.Sources(noise, firstRow, x.Rows);
        var inner = system is IStochasticSystem ? noise.Fork("inner") : null;
        for (var step = 0; step < steps; step++)
        {
            system.Advance(x, time + step * dt, dt, 1, firstRow, inner?.Fork(step) ?? noise);
            StepNoise.Add(gaussian, Math.Sqrt(dt), x, sources);
        }
    }

    internal static void AddStepCovariance(IDynamicalSystem system, IGaussianNoise gaussian, double dt, Batch<double> covariance)
    {
        (system as IStochasticSystem)?.AddStepCovariance(dt, covariance);
        gaussian.AddCovariance(dt, covariance);
    }
}
