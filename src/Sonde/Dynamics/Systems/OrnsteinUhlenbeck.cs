using System.Numerics.Tensors;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Damped persistence around a mean state, dx = −(x − m) dt/τ + noise: a step is x ← m + a (x − m) + (1 − a²)^½ C^½ ξ with
/// a = exp(−dt/τ), exact for any dt, so that C is the covariance once the start is forgotten.
/// Uhlenbeck and Ornstein, Phys. Rev. 36, 1930.
/// </summary>
public sealed class OrnsteinUhlenbeck : IDifferentiableSystem, IStochasticSystem, IStationarySystem
{
    private readonly double[] mean;
    private readonly double timescale;
    private readonly IGaussianNoise stationary;

    /// <summary>Damped persistence on any domain.</summary>
    /// <param name="domain">What the components are and where they lie.</param>
    /// <param name="mean">m, [Width]; copied.</param>
    /// <param name="timescale">τ, above 0: after it a share 1/e of a departure is left.</param>
    /// <param name="stationary">Noise of covariance C.</param>
    /// <exception cref="ArgumentException">Widths differ or the time scale is not above 0.</exception>
    public OrnsteinUhlenbeck(Domain domain, IReadOnlyList<double> mean, double timescale, IGaussianNoise stationary)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (mean.Count != domain.Width || stationary.Width != domain.Width)
            throw new ArgumentException(
                $"The domain has {domain.Width} components but the mean has {mean.Count} and the noise {stationary.Width}.", nameof(mean));
        if (!(timescale > 0))
            throw new ArgumentOutOfRangeException(nameof(timescale), timescale, "A time scale is above 0.");
        (Domain, this.mean, this.timescale, this.stationary) = (domain, [.. mean], timescale, stationary);
    }

    /// <inheritdoc/>
    public int Width => mean.Length;

    /// <inheritdoc/>
    public Domain Domain { get; }

    /// <summary>The stationary distribution, N(m, C).</summary>
    public DefaultPrior DefaultPrior => new([.. mean], stationary.StandardDeviations(), stationary);

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        var sources = StepNoise.Sources(noise, firstRow, x.Rows);
        var a = Math.Exp(-dt / timescale);
        for (var step = 0; step < steps; step++)
        {
            for (var row = 0; row < x.Rows; row++)
                Damp(x[row], a);
            StepNoise.Add(stationary, Math.Sqrt(NewShare(dt)), x, sources);
        }
    }

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Damp(x, Math.Exp(-dt / timescale));
            dx *= Math.Exp(-dt / timescale);
        }
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        for (var step = 0; step < steps; step++)
            xBar *= Math.Exp(-dt / timescale);
    }

    /// <summary>a = exp(−dt/τ).</summary>
    public double Persistence(double interval) => Math.Exp(-interval / timescale);

    /// <summary>(1 − a²) C.</summary>
    public void AddStepCovariance(double dt, Batch<double> covariance) => stationary.AddCovariance(NewShare(dt), covariance);

    /// <summary>1 − a².</summary>
    private double NewShare(double dt) => -double.ExpM1(-2 * dt / timescale);

    private void Damp(Span<double> x, double a)
    {
        TensorPrimitives.Subtract(x, mean, x);
        TensorPrimitives.MultiplyAdd(x, a, mean, x);
    }
}
