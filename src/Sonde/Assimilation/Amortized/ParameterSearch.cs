using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// Values of parameters that make all windows together most likely: each window tells its own best values and how sure it is, from Gauss-Newton steps for
/// state and parameters together that begin at the network's estimate. Their mean with these weights is the Gauss-Newton step of the whole series, with the
/// states of windows eliminated; a few of these, each closer to the values believed.
/// </summary>
internal sealed class ParameterSearch(AmortizedSettings settings, LearnedModel model, TimeGrid grid, EncoderScale scale)
{
    private const int Rounds = 4;
    private const double FirstShare = 0.25, Near = 10;                  // standard deviations: of the first values' size, and of the last values' own

    /// <summary>Values and their standard deviations, [2, Count].</summary>
    /// <param name="windows">By the times in their middle; they share no observation.</param>
    /// <param name="trained">Tells where each window begins.</param>
    /// <param name="from">The first values.</param>
    /// <param name="workers">How many threads may work.</param>
    public Matrix<double> Run(Stretch[] windows, TrainedAmortized trained, double[] from, Workers workers)
    {
        var begins = Array.ConvertAll(windows, window => window with { First = window.First - settings.HalfWindow });
        var guesses = trained.MeansAt(begins, workers);
        var (p, near) = (model.Count, LearnedModel.Save(from, [.. from.Select(value => FirstShare * (Math.Abs(value) + 1))]));
        for (var round = 0; ; round++)
        {
            var refinement = model.Refinement(grid, scale, near);
            var found = new GaussianBelief?[windows.Length];
            workers.ForBlocks(windows.Length, 1, (first, _) =>
            {
                var observations = begins[first].Series.Observations.Skip(begins[first].First).Take(2 * settings.HalfWindow + 1).ToArray();
                found[first] = refinement.Refine(observations, 0, [.. guesses[first], .. near[0]], settings.Refinements);
            });
            var (information, weighted) = (new Matrix<double>(p, p), new Matrix<double>(1, p));
            foreach (var belief in found)
                if (belief is not null)
                    Add(belief, near, information, weighted);
            if (!Cholesky.Factor<double>(information))
                throw new ArgumentException("The observations of the training do not tell the parameters that are learned.");
            var covariance = new Matrix<double>(p, p);
            Cholesky.Inverse<double>(information, covariance);
            Cholesky.Solve<double>(information, weighted);
            var deviations = Enumerable.Range(0, p).Select(i => Math.Sqrt(covariance[i, i])).ToArray();
            if (round + 1 == Rounds)
                return LearnedModel.Save(weighted[0], deviations);
            near = LearnedModel.Save(weighted[0], [.. deviations.Select(deviation => Near * deviation)]);
        }
    }

    /// <summary>What a window alone says: the belief's precision, and its mean with that weight, less what was believed before.</summary>
    private void Add(GaussianBelief belief, Matrix<double> near, Matrix<double> information, Matrix<double> weighted)
    {
        var p = model.Count;
        var (own, precision) = (new Matrix<double>(p, p), new Matrix<double>(p, p));
        for (var i = 0; i < p; i++)
            for (var j = 0; j < p; j++)
                own[i, j] = belief.Covariance![model.Width + i, model.Width + j];
        if (!Cholesky.Factor<double>(own))
            return;
        Cholesky.Inverse<double>(own, precision);
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < p; j++)
            {
                weighted[0, i] += precision[i, j] * belief.MeanState[model.Width + j];
                information[i, j] += precision[i, j];
            }
            var before = 1 / (near[1, i] * near[1, i]);
            information[i, i] -= before;
            weighted[0, i] -= before * near[0, i];
        }
    }
}
