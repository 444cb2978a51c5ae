using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// x ← M x + Q^½ ξ each step: the model of Kalman, "A new approach to linear filtering and prediction problems", 1960, eq. 14.
/// M belongs to one length of step, so every step must have that length.
/// </summary>
public sealed class LinearGaussianSystem : IDifferentiableSystem, IStochasticSystem
{
    private readonly Matrix<double> transition;
    private readonly IGaussianNoise? noise;
    private readonly double stepLength;

    /// <summary>A linear system with noise of a dense covariance.</summary>
    /// <param name="transition">M, [Width, Width]; copied.</param>
    /// <param name="noiseCovariance">Q of one step, symmetric and positive semi-definite; null for none.</param>
    /// <param name="domain">What the components are; null where they lie nowhere.</param>
    /// <param name="stepLength">The length of the one step that M makes.</param>
    /// <exception cref="ArgumentException">The shapes do not fit or Q is no covariance.</exception>
    public LinearGaussianSystem(Matrix<double> transition, Matrix<double>? noiseCovariance = null, Domain? domain = null, double stepLength = 1)
        : this(transition, noiseCovariance is null ? null : new DenseNoise(noiseCovariance), domain, stepLength)
    {
    }

    /// <summary>A linear system with any Gaussian noise.</summary>
    /// <param name="transition">M, [Width, Width]; copied.</param>
    /// <param name="noise">What one step adds; null for nothing.</param>
    /// <param name="domain">What the components are; null where they lie nowhere.</param>
    /// <param name="stepLength">The length of the one step that M makes.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public LinearGaussianSystem(Matrix<double> transition, IGaussianNoise? noise, Domain? domain, double stepLength)
    {
        ArgumentNullException.ThrowIfNull(transition);
        Domain = domain ?? Domain.Unplaced(transition.Rows);
        if (transition.Rows != transition.Width || Domain.Width != transition.Rows)
            throw new ArgumentException($"M is {transition.Rows} × {transition.Width} but the domain has {Domain.Width} components.", nameof(transition));
        if (noise is not null && noise.Width != transition.Rows)
            throw new ArgumentException($"The noise has {noise.Width} components but M has {transition.Rows}.", nameof(noise));
        if (!(stepLength > 0))
            throw new ArgumentOutOfRangeException(nameof(stepLength), stepLength, "A step must have a length above 0.");
        (this.transition, this.noise, this.stepLength) = (transition.Copy(), noise, stepLength);
    }

    /// <inheritdoc/>
    public int Width => transition.Rows;

    /// <inheritdoc/>
    public Domain Domain { get; }

    /// <summary>M, [Width, Width]; a copy.</summary>
    public Matrix<double> Transition => transition.Copy();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="dt"/> is not the length of step that M belongs to.</exception>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        CheckStep(dt);
        var sources = this.noise is null ? [] : StepNoise.Sources(noise, firstRow, x.Rows);
        for (var step = 0; step < steps; step++)
        {
            Multiply(x);
            StepNoise.Add(this.noise, 1, x, sources);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="dt"/> is not the length of step that M belongs to.</exception>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        CheckStep(dt);
        for (var step = 0; step < steps; step++)
        {
            Multiply(new Batch<double>(x));
            Multiply(dx);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="dt"/> is not the length of step that M belongs to.</exception>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        CheckStep(dt);
        using var frame = Scratch.Enter();
        var product = frame.Rent(xBar.Rows, xBar.Width);
        for (var step = 0; step < steps; step++)
        {
            Dense.Multiply<double>(xBar, transition, product);
            product.CopyTo(xBar);
        }
    }

    /// <inheritdoc/>
    public AdditiveError? Additive => noise is null ? null : new(new LinearGaussianSystem(transition, (IGaussianNoise?)null, Domain, stepLength), noise, false);

    /// <inheritdoc/>
    public void AddStepCovariance(double dt, Batch<double> covariance) => noise?.AddCovariance(1, covariance);

    private void Multiply(Batch<double> x)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent(x.Rows, x.Width);
        Dense.MultiplyTransposedRight<double>(1, x, transition, 0, product);
        product.CopyTo(x);
    }

    private void CheckStep(double dt)
    {
        if (!(Math.Abs(dt - stepLength) <= 1e-9 * stepLength))
            throw new ArgumentException($"This linear system steps by {stepLength} but was asked to step by {dt}.", nameof(dt));
    }
}
