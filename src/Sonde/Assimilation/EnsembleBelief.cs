using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>An ensemble: rows are members, equally likely unless weighted.</summary>
public sealed class EnsembleBelief : IBelief
{
    /// <summary>Takes the members over; does not copy.</summary>
    /// <param name="members">[N, width].</param>
    /// <param name="weights">Sum to 1, [N]; null for equal weights.</param>
    /// <param name="memory">See <see cref="IBelief.Memory"/>.</param>
    public EnsembleBelief(Matrix<double> members, double[]? weights = null, IReadOnlyDictionary<string, Matrix<double>>? memory = null) =>
        (Members, Weights, Memory) = (members, weights, memory ?? new Dictionary<string, Matrix<double>>());

    /// <summary>Rows are members, [N, width].</summary>
    public Matrix<double> Members { get; }

    /// <summary>Probability of each member, [N]; null where all are equal.</summary>
    public double[]? Weights { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Matrix<double>> Memory { get; }

    /// <inheritdoc/>
    public int Width => Members.Width;

    /// <inheritdoc/>
    public void Mean(Span<double> mean) => Moments.Mean(Members, Weights, mean);

    /// <summary>
    /// Σ w (x − x̄)² / (1 − Σ w²), which is the unbiased estimate for equal weights.
    /// </summary>
    public void Variance(Span<double> variance)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, Width)[0];
        Mean(mean);
        Moments.Variance(Members, Weights, mean, variance);
    }
}
