using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>A Gaussian with a full covariance, or with variances alone where there is no covariance to keep.</summary>
public sealed class GaussianBelief : IBelief
{
    private readonly double[] variances;

    /// <summary>Takes mean and covariance over; does not copy.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="covariance">Symmetric, [width, width].</param>
    /// <param name="memory">See <see cref="IBelief.Memory"/>.</param>
    public GaussianBelief(double[] mean, Matrix<double> covariance, IReadOnlyDictionary<string, Matrix<double>>? memory = null)
    {
        (MeanState, Covariance, Memory) = (mean, covariance, memory ?? new Dictionary<string, Matrix<double>>());
        variances = new double[mean.Length];
        for (var i = 0; i < variances.Length; i++)
            variances[i] = covariance[i, i];
    }

    /// <summary>A Gaussian of which only the variances are kept.</summary>
    public GaussianBelief(double[] mean, double[] variance, IReadOnlyDictionary<string, Matrix<double>>? memory = null) =>
        (MeanState, variances, Memory) = (mean, variance, memory ?? new Dictionary<string, Matrix<double>>());

    /// <summary>A Gaussian whose covariance is known without being held as a matrix.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="variance">The covariance's diagonal, [width].</param>
    /// <param name="structure">The whole of it.</param>
    /// <param name="memory">See <see cref="IBelief.Memory"/>.</param>
    public GaussianBelief(double[] mean, double[] variance, ICovariance structure, IReadOnlyDictionary<string, Matrix<double>>? memory = null)
        : this(mean, variance, memory) => Structure = structure;

    /// <summary>The expected state, [width].</summary>
    public double[] MeanState { get; }

    /// <summary>[width, width]; null where no matrix is kept.</summary>
    public Matrix<double>? Covariance { get; }

    /// <summary>The covariance where it is known without a matrix; null otherwise.</summary>
    public ICovariance? Structure { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Matrix<double>> Memory { get; }

    /// <summary>The same belief with another memory.</summary>
    public GaussianBelief Remembering(IReadOnlyDictionary<string, Matrix<double>> memory) =>
        Covariance is not null ? new(MeanState, Covariance, memory)
        : Structure is not null ? new(MeanState, variances, Structure, memory)
        : new(MeanState, variances, memory);

    /// <inheritdoc/>
    public int Width => MeanState.Length;

    /// <inheritdoc/>
    public void Mean(Span<double> mean) => MeanState.CopyTo(mean);

    /// <inheritdoc/>
    public void Variance(Span<double> variance) => variances.CopyTo(variance);
}
