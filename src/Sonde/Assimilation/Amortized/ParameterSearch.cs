using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// Values of parameters that make what was observed most likely. First each of many windows tells its own best values and how sure it is, from Gauss-Newton
/// steps for state and parameters together that begin at the network's estimate: their mean with these weights is the Gauss-Newton step of all windows, with
/// their states eliminated. From there <see cref="ParameterFilter"/> reads whole series, in which one time's state leads to the next.
/// </summary>
/// <param name="settings">The method's.</param>
/// <param name="model">Whose parameters.</param>
/// <param name="grid">Its steps.</param>
/// <param name="scale">Climatology of the states.</param>
/// <param name="prior">A precision of the parameters around 0, [Count, Count], beside what windows say; null for none.</param>
internal sealed class ParameterSearch(AmortizedSettings settings, LearnedModel model, TimeGrid grid, EncoderScale scale, Matrix<double>? prior = null)
{
    private const int Rounds = 3;
    private const double FirstShare = 0.25, Near = 10;                  // standard deviations: of the first values' size, and of the last values' own

    /// <summary>Values and their standard deviations, [2, Count].</summary>
    /// <param name="windows">By the times in their middle; they share no observation.</param>
    /// <param name="trained">Tells where each window begins.</param>
    /// <param name="from">The first values.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <exception cref="ArgumentException">The observations do not tell the parameters.</exception>
    public Matrix<double> Run(Stretch[] windows, TrainedAmortized trained, double[] from, Workers workers)
    {
        var begins = Array.ConvertAll(windows, window => window with { First = window.First - settings.HalfWindow });
        var (states, beliefs) = (new Matrix<double>(begins.Length, model.Width), trained.BeliefsAt(begins, workers));
        for (var k = 0; k < begins.Length; k++)
            beliefs[k].Mean(states[k]);
        var near = LearnedModel.Save(from, [.. from.Select(value => FirstShare * (Math.Abs(value) + 1))]);
        for (var round = 0; round < Rounds; round++)
            near = Joint(begins, states, near, workers);
        var filtered = new ParameterFilter(settings, model, grid, scale, trained, workers).Run([.. windows.Select(window => window.Series).Distinct()], near);
        for (var i = 0; i < model.Count; i++)
            if (Math.Abs(filtered[0, i] - near[0, i]) > near[1, i])     // a filter that has lost the truth
                (filtered[0, i], filtered[1, i]) = (near[0, i], near[1, i] / Near);
        return filtered;
    }

    /// <summary>One Gauss-Newton step of all windows; returns its end, and how near the next one stays.</summary>
    private Matrix<double> Joint(Stretch[] begins, Matrix<double> states, Matrix<double> near, Workers workers)
    {
        var p = model.Count;
        var found = Refine(begins, states, near, workers);
        var (information, weighted, covariance) = (prior?.Copy() ?? new Matrix<double>(p, p), new Matrix<double>(1, p), new Matrix<double>(p, p));
        foreach (var belief in found)
            if (belief is not null)
                Add(belief, near, information, weighted);
        if (!Cholesky.Factor<double>(information))
            throw new ArgumentException("The observations of the training do not tell the parameters that are learned.");
        Cholesky.Inverse<double>(information, covariance);
        Cholesky.Solve<double>(information, weighted);
        return LearnedModel.Save(weighted[0], [.. Enumerable.Range(0, p).Select(i => Near * Math.Sqrt(covariance[i, i]))]);
    }

    /// <summary>Every window's state and parameters; states move to what was found at windows' starts.</summary>
    private GaussianBelief?[] Refine(Stretch[] begins, Matrix<double> states, Matrix<double> near, Workers workers)
    {
        var refinement = model.Refinement(grid, scale, near);
        var found = new GaussianBelief?[begins.Length];
        workers.ForBlocks(begins.Length, 1, (k, _) =>
        {
            var observations = begins[k].Series.Observations.Skip(begins[k].First).Take(2 * settings.HalfWindow + 1).ToArray();
            found[k] = refinement.Refine(observations, 0, [.. states[k], .. near[0]], settings.Refinements);
            found[k]?.MeanState.AsSpan(0, model.Width).CopyTo(states[k]);
        });
        return found;
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
