using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Score;

/// <summary>
/// The ensemble score filter: draws the analysis by reversing a diffusion from pure noise (t = 1) to states (t = 0), with the
/// score of the forecast estimated from the members and, without any training, that of the likelihood added with weight
/// 1 − t. α = 1 − (1 − ε_α) t, σ² = ε_β + (1 − ε_β) t, b = α′/α, g² = (σ²)′ − 2 b σ²;
/// z ← z − δ (b z − g² s) + (δ)^½ g ξ with s = −(z − α x)/σ² + (1 − t) H′ᵀ R⁻¹ (y − H(z)).
/// Bao, Zhang and Zhang, Comput. Methods Appl. Mech. Engrg. 432, 2024, algorithm 1. Errors are taken as Gaussian.
/// </summary>
/// <param name="AlphaFloor">ε_α, above 0, below 1: how much of a member is left at t = 1.</param>
/// <param name="NoiseFloor">ε_β, 0 … 1: the variance of the kernel at t = 0.</param>
/// <param name="Steps">Steps from t = 1 to t = 0.</param>
/// <param name="Prior">How the score of the forecast is estimated.</param>
/// <param name="Deterministic">True follows the probability flow, which draws noise only at t = 1: z ← z − δ (b z − ½ g² s).</param>
/// <param name="Clip">Components of the score are cut to this size; null for no limit.</param>
/// <param name="Standardize">True works with each component less its forecast mean, divided by its forecast standard deviation.</param>
/// <param name="Scaling">Multiplies states before the filter and divides them after it; large for components much smaller than 1.</param>
/// <param name="KernelVariance">Variance of a kernel around each member, in addition to σ², times α².</param>
public sealed record EnsembleScoreFilter(
    double AlphaFloor = 0.05, double NoiseFloor = 0.0, int Steps = 100, ScorePrior Prior = ScorePrior.MemberToMember, bool Deterministic = false,
    double? Clip = 1000.0, bool Standardize = false, double Scaling = 1.0, double KernelVariance = 0.0) : IEnsembleUpdate
{
    private const int BlockRows = 4;

    /// <summary>ε_α.</summary>
    /// <exception cref="ArgumentException">Not within 1e-6 … 1.</exception>
    public double AlphaFloor { get; init => field = Check.Within(1e-6, 1, value, nameof(AlphaFloor)); } = Check.Within(1e-6, 1, AlphaFloor, nameof(AlphaFloor));

    /// <summary>ε_β.</summary>
    /// <exception cref="ArgumentException">Not within 0 … 1.</exception>
    public double NoiseFloor { get; init => field = Check.Within(0, 1, value, nameof(NoiseFloor)); } = Check.Within(0, 1, NoiseFloor, nameof(NoiseFloor));

    /// <summary>Steps from t = 1 to t = 0.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Steps { get; init => field = Check.AtLeast(1, value, nameof(Steps)); } = Check.AtLeast(1, Steps, nameof(Steps));

    /// <summary>Largest component of the score.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Clip { get; init => field = Check.Positive(value, nameof(Clip)); } = Check.Positive(Clip, nameof(Clip));

    /// <summary>Multiplies states.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Scaling { get; init => field = Check.Positive(value, nameof(Scaling)); } = Check.Positive(Scaling, nameof(Scaling));

    /// <summary>Variance of a kernel around each member.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double KernelVariance { get; init => field = Check.AtLeast(0.0, value, nameof(KernelVariance)); } = Check.AtLeast(0.0, KernelVariance, nameof(KernelVariance));

    /// <inheritdoc/>
    public bool ReadsOperator => true;

    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        var (shift, scale) = (new double[members.Width], new double[members.Width]);
        Normalization(members, shift, scale);
        var forecast = new Matrix<double>(members.Rows, members.Width);             // in the filter's units
        for (var n = 0; n < members.Rows; n++)
        {
            TensorPrimitives.Subtract(members[n], shift, forecast[n]);
            TensorPrimitives.Divide(forecast[n], scale, forecast[n]);
        }
        if (Precision(observation) is not { } precision)
            return AnalysisStatus.Diverged;
        var analysis = new Matrix<double>(members.Rows, members.Width);
        var likelihood = new Likelihood(observation, precision, shift, scale);
        context.Workers.ForBlocks(members.Rows, BlockRows, (first, count) =>
            Reverse(forecast, first, analysis.All.Slice(first, count), likelihood, context.Random));
        for (var n = 0; n < members.Rows; n++)
            TensorPrimitives.MultiplyAdd(analysis[n], scale, shift, members[n]);
        return Moments.AllFinite(members.Values) ? AnalysisStatus.Sound : AnalysisStatus.Diverged;
    }

    /// <summary>z from t = 1 to t = 0 for members first … of the ensemble.</summary>
    private void Reverse(Matrix<double> forecast, int first, Batch<double> z, Likelihood likelihood, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var sources = new RandomSource[z.Rows];
        var score = frame.Rent(z.Rows, z.Width);
        var noise = frame.Rent(1, z.Width)[0];
        for (var n = 0; n < z.Rows; n++)
            (sources[n] = random.Fork(first + n)).FillNormal(z[n]);
        var delta = 1.0 / Steps;
        for (var k = 0; k < Steps; k++)
        {
            var t = 1 - k * delta;
            var alpha = 1 - (1 - AlphaFloor) * t;
            var variance = NoiseFloor + (1 - NoiseFloor) * t;
            var b = -(1 - AlphaFloor) / alpha;
            var g2 = 1 - NoiseFloor - 2 * b * variance;
            PriorScore(forecast, first, z, alpha, variance + KernelVariance * alpha * alpha, score);
            likelihood.AddScore(z, 1 - t, score);
            if (Clip is { } limit)
                TensorPrimitives.Clamp(score.Values, -limit, limit, score.Values);
            z *= 1 - delta * b;
            z += delta * g2 * (Deterministic ? 0.5 : 1) * score;
            for (var n = 0; n < z.Rows && !Deterministic; n++)
            {
                sources[n].FillNormal(noise);
                TensorPrimitives.MultiplyAdd(noise, Math.Sqrt(delta * g2), z[n], z[n]);
            }
        }
    }

    private void PriorScore(Matrix<double> forecast, int first, ReadOnlyBatch<double> z, double alpha, double variance, Batch<double> score)
    {
        using var frame = Scratch.Enter();
        var centers = frame.Rent(z.Rows, z.Width);                      // what each sample is drawn back to, before α
        if (Prior == ScorePrior.MemberToMember)
            forecast.All.Slice(first, z.Rows).CopyTo(centers);
        else
            MixtureCenters(forecast, z, alpha, variance, centers);
        TensorPrimitives.MultiplyAdd(centers.Values, -alpha, z.Values, score.Values);
        score *= -1 / variance;
    }

    /// <summary>Σ wₖ xₖ with w = softmax(−|z − α xₖ|² / 2σ²).</summary>
    private static void MixtureCenters(Matrix<double> forecast, ReadOnlyBatch<double> z, double alpha, double variance, Batch<double> centers)
    {
        using var frame = Scratch.Enter();
        var weights = frame.Rent(z.Rows, forecast.Rows);
        Dense.MultiplyTransposedRight(alpha / variance, z, forecast, 0, weights);
        for (var k = 0; k < forecast.Rows; k++)
        {
            var own = 0.5 * alpha * alpha / variance * TensorPrimitives.SumOfSquares<double>(forecast[k]);
            for (var n = 0; n < z.Rows; n++)
                weights[n, k] -= own;
        }
        for (var n = 0; n < z.Rows; n++)
        {
            TensorPrimitives.Subtract(weights[n], TensorPrimitives.Max<double>(weights[n]), weights[n]);
            VectorMath.Exp<double>(weights[n], weights[n]);
            TensorPrimitives.Divide(weights[n], TensorPrimitives.Sum<double>(weights[n]), weights[n]);
        }
        Dense.Multiply<double>(weights, forecast, centers);
    }

    /// <summary>x = shift + scale z.</summary>
    private void Normalization(ReadOnlyBatch<double> members, Span<double> shift, Span<double> scale)
    {
        scale.Fill(1 / Scaling);
        if (!Standardize)
            return;
        Moments.Mean(members, [], shift);
        Moments.Variance(members, [], shift, scale);
        for (var i = 0; i < scale.Length; i++)
            scale[i] = (scale[i] > 0 ? Math.Sqrt(scale[i]) : 1) / Scaling;
    }

    /// <summary>1/σ² of each value as one row, or the factor L of a full R; null where R is not positive definite.</summary>
    private static Matrix<double>? Precision(Observation observation)
    {
        if (observation.Error.IsDiagonal)
        {
            var inverse = new Matrix<double>(1, observation.Count);
            for (var j = 0; j < observation.Count; j++)
                inverse[0, j] = 1 / Math.Pow(observation.Error.StandardDeviations[j], 2);
            return inverse;
        }
        var factor = new Matrix<double>(observation.Count, observation.Count);
        observation.Error.AddCovariance(factor);
        return Cholesky.Factor<double>(factor) ? factor : null;
    }

    private sealed class Likelihood(Observation observation, Matrix<double> precision, double[] shift, double[] scale)
    {
        /// <summary>score += weight · s H′(x)ᵀ R⁻¹ (y − H(x)) at x = shift + s z.</summary>
        public void AddScore(ReadOnlyBatch<double> z, double weight, Batch<double> score)
        {
            using var frame = Scratch.Enter();
            var x = frame.Rent(z.Rows, z.Width);
            var departures = frame.Rent(z.Rows, observation.Count);
            var gradient = frame.RentCleared(z.Rows, z.Width);
            for (var n = 0; n < z.Rows; n++)
                TensorPrimitives.MultiplyAdd(z[n], scale, shift, x[n]);
            observation.Operator.Apply(x, departures);
            for (var n = 0; n < z.Rows; n++)
            {
                TensorPrimitives.Subtract(observation.Values.Span, departures[n], departures[n]);
                if (observation.Error.IsDiagonal)
                    TensorPrimitives.Multiply(departures[n], precision[0], departures[n]);
            }
            if (!observation.Error.IsDiagonal)
                Cholesky.Solve<double>(precision, departures);
            observation.Operator.AddAdjoint(x, departures, gradient);
            for (var n = 0; n < z.Rows; n++)
            {
                TensorPrimitives.Multiply(gradient[n], scale, gradient[n]);
                TensorPrimitives.MultiplyAdd(gradient[n], weight, score[n], score[n]);
            }
        }
    }
}
