using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Representers;

/// <summary>
/// One forecast and analysis of the Kalman filter in the space of representers, and the step back of its smoother, in the form of
/// Bryson and Frazier (Bierman, Automatica 9, 1973). Exact where all departures fade alike, because then every covariance of the
/// filter is C − C Q C among functionals. With Γ = h C hᵀ and H the rows that choose the functionals an observation reads:
/// V = (I − Q Γ) Hᵀ, S = H Γ V + R = L Lᵀ, W = V L⁻ᵀ, e = L⁻¹ d; then Q += W Wᵀ and q += W e.
/// </summary>
internal sealed class RepresenterStage
{
    private readonly double share;                      // a, from the time before
    private readonly int[] read;                        // H
    private readonly Matrix<double> gain;               // W, [p, m]
    private readonly Matrix<double> factor;             // L, [m, m]
    private readonly double[] departure;                // e, [m]

    /// <summary>Uses an observation.</summary>
    /// <param name="forecast">The belief at its time.</param>
    /// <param name="share">a, what is left in it of departures at the time before.</param>
    /// <param name="read">Which functional is each of its values, [m].</param>
    /// <param name="observation">What was observed.</param>
    /// <param name="predicted">What the background's mean predicts, [1, m].</param>
    /// <param name="workers">How many threads may work.</param>
    public RepresenterStage(RepresenterBelief forecast, double share, int[] read, Observation observation, ReadOnlyBatch<double> predicted, Workers workers)
    {
        (Forecast, this.share, this.read) = (forecast, share, read);
        var (p, m) = (forecast.Set.Count, read.Length);
        (gain, factor, departure) = (new Matrix<double>(p, m), new Matrix<double>(m, m), new double[m]);
        using var frame = Scratch.Enter();
        var gram = frame.Rent(m, p);                    // H Γ
        var signal = frame.Rent(m, m);                  // H Γ V
        for (var j = 0; j < m; j++)
            forecast.Set.Gram[read[j]].CopyTo(gram[j]);
        Dense.MultiplyTransposedRight<double>(-1, Forecast.Reduction, gram, 0, gain, workers);
        for (var j = 0; j < m; j++)
        {
            gain[read[j], j] += 1;
            departure[j] = observation.Values.Span[j] - predicted[0, j] - TensorPrimitives.Dot<double>(gram[j], Forecast.Coefficients[0]);
        }
        Dense.Multiply<double>(1, gram, gain, 0, signal, workers);
        signal.CopyTo(factor);
        observation.Error.AddCovariance(factor);
        Analysis = new RepresenterBelief(forecast.Set, Forecast.Coefficients.Copy(), Forecast.Reduction.Copy());
        if (!Cholesky.Factor<double>(factor))
        {
            DegreesOfFreedom = double.NaN;
            return;
        }
        Cholesky.SolveLower<double>(factor, new Batch<double>(departure));
        workers.ForBlocks(p, 64, (first, count) => Cholesky.SolveLower<double>(factor, gain.All.Slice(first, count)));
        Dense.MultiplyTransposedRight<double>(1, gain, gain, 1, Analysis.Reduction, workers);
        for (var f = 0; f < p; f++)
            Analysis.Coefficients[0, f] += TensorPrimitives.Dot<double>(gain[f], departure);
        Cholesky.Solve(factor, signal);
        for (var j = 0; j < m; j++)
            DegreesOfFreedom += signal[j, j];
        if (!Moments.AllFinite(Analysis.Coefficients.Values) || !Moments.AllFinite(Analysis.Reduction.Values))
            DegreesOfFreedom = double.NaN;
    }

    /// <summary>Before the observation was used.</summary>
    public RepresenterBelief Forecast { get; }

    /// <summary>After the observation was used.</summary>
    public RepresenterBelief Analysis { get; }

    /// <summary>tr(H K); NaN where S is not positive definite or numbers are not finite.</summary>
    public double DegreesOfFreedom { get; }

    /// <summary>The analysis with what is known from later observations: q − N λ, Q + N Λ Nᵀ, with N = I − Q Γ.</summary>
    public RepresenterBelief Smooth(ReadOnlyBatch<double> lambda, ReadOnlyBatch<double> bigLambda, Workers workers)
    {
        var p = gain.Rows;
        using var frame = Scratch.Enter();
        var n = frame.RentCleared(p, p);
        var product = frame.Rent(p, p);
        for (var f = 0; f < p; f++)
            n[f, f] = 1;
        Dense.Multiply<double>(-1, Analysis.Reduction, Analysis.Set.Gram, 1, n, workers);
        Dense.Multiply<double>(1, n, bigLambda, 0, product, workers);
        var (coefficients, reduction) = (Analysis.Coefficients.Copy(), Analysis.Reduction.Copy());
        for (var f = 0; f < p; f++)
            coefficients[0, f] -= TensorPrimitives.Dot(n[f], lambda[0]);
        Dense.MultiplyTransposedRight<double>(1, product, n, 1, reduction, workers);
        return new RepresenterBelief(Analysis.Set, coefficients, reduction);
    }

    /// <summary>λ ← a (Cᵀ λ − Hᵀ S⁻¹ d), Λ ← a² (Cᵀ Λ C + Hᵀ S⁻¹ H) with C = I − K H, K = Γ W L⁻¹.</summary>
    public void StepBack(Batch<double> lambda, Batch<double> bigLambda, Workers workers)
    {
        var (p, m) = (gain.Rows, gain.Width);
        using var frame = Scratch.Enter();
        var k = frame.Rent(p, m);
        var product = frame.Rent(p, m);                 // Λ K
        var inner = frame.Rent(m, m);                   // Kᵀ Λ K + S⁻¹
        var z = frame.Rent(1, m);                       // Kᵀ λ + S⁻¹ d
        Dense.Multiply<double>(1, Analysis.Set.Gram, gain, 0, k, workers);
        departure.CopyTo(z[0]);
        for (var f = 0; f < p; f++)
            TensorPrimitives.MultiplyAdd(k[f], lambda[0, f], z[0], z[0]);
        Cholesky.SolveLowerTransposed<double>(factor, z);
        Cholesky.SolveLowerTransposed<double>(factor, k);
        Dense.Multiply<double>(1, bigLambda, k, 0, product, workers);
        Cholesky.Inverse<double>(factor, inner);
        Dense.MultiplyTransposedLeft<double>(1, k, product, 1, inner, workers);
        for (var j = 0; j < m; j++)
        {
            lambda[0, read[j]] -= z[0, j];
            for (var f = 0; f < p; f++)
            {
                bigLambda[f, read[j]] -= product[f, j];
                bigLambda[read[j], f] -= product[f, j];
            }
        }
        for (var j = 0; j < m; j++)
            for (var l = 0; l < m; l++)
                bigLambda[read[j], read[l]] += inner[j, l];
        lambda *= share;
        bigLambda *= share * share;
    }
}
