using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// The analysis of a Gaussian: d = y − H(x), S = H P Hᵀ + R = L Lᵀ, W = P Hᵀ L⁻ᵀ; x += W L⁻¹ d, P −= W Wᵀ, with H linearised
/// at the mean, or where the last iteration ended: x₊ = x + K (y − H(x₊) − H′ (x − x₊)). Jazwinski, "Stochastic processes and
/// filtering theory", 1970, theorem 7.2 and §8.3.
/// </summary>
internal static class GaussianAnalysis
{
    /// <summary>Updates mean and covariance in place.</summary>
    /// <param name="mean">[n].</param>
    /// <param name="covariance">[n, n], stays symmetric.</param>
    /// <param name="observation">What was observed.</param>
    /// <param name="iterations">How often H is linearised, 1 or more.</param>
    /// <returns>tr(K H); NaN where numbers are not finite or S lost its definiteness.</returns>
    public static double Update(Span<double> mean, Batch<double> covariance, Observation observation, int iterations = 1)
    {
        var (n, m) = (mean.Length, observation.Count);
        using var frame = Scratch.Enter();
        var x = frame.Rent(1, n);                       // where H is linearised
        var w = frame.Rent(n, m);                       // P Hᵀ, then W
        var s = frame.Rent(m, m);                       // S, then L
        var d = frame.Rent(1, m);
        mean.CopyTo(x[0]);
        var degrees = 0.0;
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            degrees = Linearize(x, mean, covariance, observation, w, s, d);
            if (!double.IsFinite(degrees))
                return double.NaN;
            for (var i = 0; i < n; i++)
                x[0, i] = mean[i] + TensorPrimitives.Dot<double>(w[i], d[0]);
        }
        x[0].CopyTo(mean);
        Dense.MultiplyTransposedRight(-1, w, w, 1, covariance);
        return Moments.AllFinite(mean) ? degrees : double.NaN;
    }

    /// <summary>U = Hᵀ L⁻ᵀ and L⁻¹ d, with H linearised at the mean, so that K H = P U Uᵀ and K d = P U L⁻¹ d.</summary>
    /// <param name="mean">[1, n].</param>
    /// <param name="covariance">[n, n].</param>
    /// <param name="observation">What was observed.</param>
    /// <param name="u">[n, m].</param>
    /// <param name="d">[m].</param>
    /// <returns>tr(K H); NaN where numbers are not finite or S lost its definiteness.</returns>
    public static double Whiten(ReadOnlyBatch<double> mean, ReadOnlyBatch<double> covariance, Observation observation, Batch<double> u, Span<double> d)
    {
        using var frame = Scratch.Enter();
        var identity = frame.RentCleared(mean.Width, mean.Width);
        var w = frame.Rent(mean.Width, observation.Count);
        var s = frame.Rent(observation.Count, observation.Count);
        for (var i = 0; i < mean.Width; i++)
            identity[i, i] = 1;
        var degrees = Linearize(mean, mean[0], covariance, observation, w, s, new Batch<double>(d));
        observation.Operator.Tangent(mean, identity, u);
        Cholesky.SolveLower(s, u);
        return degrees;
    }

    /// <summary>Reports a belief before an observation is used, with what its mean predicts; returns what the background check keeps of the observation.</summary>
    public static Observation ReportForecast(AssimilationWindow window, Observation observation, IBelief belief)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, belief.Width);
        var predicted = frame.Rent(1, observation.Count);
        belief.Mean(mean[0]);
        observation.Operator.Apply(mean, predicted);
        observation = window.Judge(observation, belief, ref predicted);
        window.Observer.OnForecast(observation, belief, predicted);
        return observation;
    }

    /// <summary>w ← P Hᵀ L⁻ᵀ, s ← L, d ← L⁻¹ (y − H(x) − H′ (mean − x)); returns tr(K H).</summary>
    private static double Linearize(
        ReadOnlyBatch<double> x, ReadOnlySpan<double> mean, ReadOnlyBatch<double> covariance, Observation observation, Batch<double> w, Batch<double> s, Batch<double> d)
    {
        var (n, m) = (mean.Length, observation.Count);
        using var frame = Scratch.Enter();
        var wt = frame.Rent(m, n);
        var signal = frame.Rent(m, m);                  // H P Hᵀ
        var back = frame.Rent(1, n);
        var shift = frame.Rent(1, m);
        observation.Operator.Tangent(x, covariance, w);
        Dense.Transpose(w, wt);
        observation.Operator.Tangent(x, wt, signal);

        signal.CopyTo(s);
        observation.Error.AddCovariance(s);
        if (!Cholesky.Factor(s))
            return double.NaN;
        observation.Operator.Apply(x, d);
        TensorPrimitives.Subtract(mean, x[0], back[0]);
        observation.Operator.Tangent(x, back, shift);
        d += shift;
        TensorPrimitives.Subtract(observation.Values.Span, d[0], d[0]);
        Cholesky.SolveLower(s, d);
        Cholesky.SolveLower(s, w);

        Cholesky.Solve(s, signal);                      // rows of H P Hᵀ S⁻¹
        var degrees = 0.0;
        for (var j = 0; j < m; j++)
            degrees += signal[j, j];
        return degrees;
    }
}
