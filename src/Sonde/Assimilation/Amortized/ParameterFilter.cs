using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// The extended Kalman filter for state and parameters over whole series, inflated so that it forgets: each begins at the most likely end of
/// its first window, which Gauss-Newton steps find from the network's estimate, and uses the observations after that window. What it believes of the parameters is averaged over time: without the
/// inflation a model that is taken for perfect would soon listen to no observation any more. Jazwinski, "Stochastic processes and filtering theory", 1970, §8.3.
/// </summary>
internal sealed class ParameterFilter(AmortizedSettings settings, LearnedModel model, TimeGrid grid, EncoderScale scale, TrainedAmortized trained, Workers workers)
{
    private const int Steps = 10;
    private const double Inflation = 1.01;                              // of the covariance, at an observation time
    private const double Ridge = 1e-6;                                  // share of a variance, against rounding in directions that have died out
    private const int Blocks = 8;                                       // of a series after the first, whose means tell how far the average is off

    /// <summary>Values and their standard deviations, [2, Count].</summary>
    /// <param name="series">Observations.</param>
    /// <param name="believed">Values and standard deviations before.</param>
    /// <exception cref="ArgumentException">The numbers do not stay finite, or a series is too short.</exception>
    public Matrix<double> Run(ObservedSeries[] series, Matrix<double> believed)
    {
        var (n, p, means) = (model.Width, model.Count, new List<double[]>());
        var refinement = model.Refinement(grid, scale, believed);
        foreach (var one in series)
        {
            if (one.Times < 2 * settings.HalfWindow + 1 + 2 * (Blocks + 1))
                throw new ArgumentException($"The search for the parameters that are learned needs series longer than {2 * settings.HalfWindow + 2 * (Blocks + 1)} observation times, not of {one.Times}.", nameof(series));
            var guess = new double[n + p];
            trained.BeliefsAt([new Stretch(one, 0)], workers)[0].Mean(guess.AsSpan(0, n));
            believed[0].CopyTo(guess.AsSpan(n));
            var begin = refinement.Refine(one.Observations.Take(2 * settings.HalfWindow + 1).ToArray(), 2 * settings.HalfWindow, guess, Steps);
            if (begin is null || !Filter(one.Observations, new Matrix<double>(new ReadOnlyBatch<double>(begin.MeanState)), begin.Covariance!.Copy(), means))
                throw new ArgumentException("The search for the parameters that are learned met numbers that are not finite.");
        }
        var (values, deviations) = (new double[p], new double[p]);
        for (var i = 0; i < p; i++)
        {
            values[i] = means.Average(mean => mean[i]);
            deviations[i] = Math.Sqrt(means.Sum(mean => Math.Pow(mean[i] - values[i], 2)) / (means.Count * (means.Count - 1.0)));
        }
        return LearnedModel.Save(values, deviations);
    }

    private bool Filter(IReadOnlyList<Observation> observations, Matrix<double> mean, Matrix<double> covariance, List<double[]> means)
    {
        var (factor, root) = (new Matrix<double>(covariance.Rows, covariance.Width), new Matrix<double>(covariance.Rows, covariance.Width));
        var at = observations[2 * settings.HalfWindow].At;
        var (first, own) = (2 * settings.HalfWindow + 1, new double[Blocks + 1][]);
        var (length, p) = ((observations.Count - first) / (Blocks + 1), model.Count);
        for (var k = first; k < first + length * (Blocks + 1); k++)
        {
            TensorPrimitives.Multiply<double>(covariance.Values, Inflation, covariance.Values);
            for (var i = 0; i < covariance.Rows; i++)
                covariance[i, i] *= 1 + Ridge;
            covariance.All.CopyTo(factor);
            if (!Cholesky.Factor<double>(factor))
                return false;
            for (var i = 0; i < root.Rows; i++)
                for (var j = i; j < root.Width; j++)
                    root[i, j] = factor[j, i];
            for (var i = 1; i < root.Rows; i++)
                root[i][..i].Clear();                                   // rows of Lᵀ
            foreach (var leg in Leg.Between(grid, at, observations[k].At))
                model.Augmented.AdvanceTangent(mean[0], root, leg.Time, leg.StepLength, leg.Steps);
            Dense.MultiplyTransposedLeft(1.0, root, root, 0, covariance);
            if (observations[k].Count > 0 && !Update(mean[0], covariance, observations[k]))
                return false;
            at = observations[k].At;
            var block = own[(k - first) / length] ??= new double[p];
            for (var i = 0; i < p; i++)
                block[i] += mean[0, model.Width + i] / length;
        }
        means.AddRange(own[1..]);
        return true;
    }

    /// <summary>x += W L⁻¹ d and P −= W Wᵀ with W = P Hᵀ L⁻ᵀ and H P Hᵀ + R = L Lᵀ.</summary>
    private bool Update(Span<double> mean, Matrix<double> covariance, Observation observation)
    {
        using var frame = Scratch.Enter();
        var (n, width, m) = (model.Width, covariance.Width, observation.Count);
        var state = frame.Rent(1, n);
        var rows = frame.Rent(width, n);                                // what of the covariance belongs to states
        var w = frame.Rent(width, m);
        var turned = frame.Rent(m, n);
        var s = frame.Rent(m, m);
        var departure = frame.Rent(1, m);
        mean[..n].CopyTo(state[0]);
        for (var i = 0; i < width; i++)
            covariance[i][..n].CopyTo(rows[i]);
        observation.Operator.Tangent(state, rows, w);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < m; j++)
                turned[j, i] = w[i, j];
        observation.Operator.Tangent(state, turned, s);
        observation.Error.AddCovariance(s);
        if (!Cholesky.Factor(s))
            return false;
        observation.Operator.Apply(state, departure);
        TensorPrimitives.Subtract(observation.Values.Span, departure[0], departure[0]);
        Cholesky.SolveLower(s, departure);
        Cholesky.SolveLower(s, w);
        for (var i = 0; i < width; i++)
            mean[i] += TensorPrimitives.Dot<double>(w[i], departure[0]);
        Dense.MultiplyTransposedRight(-1.0, w, w, 1, covariance);
        return Moments.AllFinite(mean);
    }
}
