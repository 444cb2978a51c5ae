using Sonde.Assimilation;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>What a method predicts for observations that it does not see.</summary>
public sealed class WithheldScores
{
    private const double Normal95 = 1.6448536269514722;                 // the 95 % quantile of N(0, 1): half of a central 90 % interval
    private readonly IReadOnlyList<Observation> withheld;
    private readonly int[] offsets;
    private readonly Matrix<double> predicted;                          // mean and variance, [2, all values]

    /// <summary>Nothing predicted yet.</summary>
    /// <param name="withheld">By observation time.</param>
    public WithheldScores(IReadOnlyList<Observation> withheld)
    {
        this.withheld = withheld;
        offsets = new int[withheld.Count + 1];
        for (var k = 0; k < withheld.Count; k++)
            offsets[k + 1] = offsets[k] + withheld[k].Count;
        predicted = new Matrix<double>(2, offsets[^1]);
        predicted.Values.Fill(double.NaN);
    }

    /// <summary>Keeps what a belief about observation time k predicts; replaces what was kept before.</summary>
    public void Record(int k, IBelief belief)
    {
        if (withheld[k].Count > 0)
            PredictedMoments.Of(withheld[k].Operator, belief, predicted[0].Slice(offsets[k], withheld[k].Count), predicted[1].Slice(offsets[k], withheld[k].Count));
    }

    /// <summary>Scores by quantity at observation times that count; null where nothing was predicted.</summary>
    public IReadOnlyDictionary<string, ObservationScores>? Summarize(ScoredTimes scored)
    {
        var scores = Predictions(scored).GroupBy(p => p.Quantity).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => Score([.. group]));
        return scores.Count == 0 ? null : scores;
    }

    /// <summary>Everything predicted at some observation times, in their order.</summary>
    internal IEnumerable<WithheldPrediction> Predictions(ScoredTimes at)
    {
        for (var k = at.First; k < withheld.Count && at.Contains(k); k++)
            for (var i = 0; i < withheld[k].Count; i++)
            {
                var (mean, variance, sd) = (predicted[0, offsets[k] + i], predicted[1, offsets[k] + i], withheld[k].Error.StandardDeviations[i]);
                if (!double.IsNaN(mean))
                    yield return new WithheldPrediction(
                        k, withheld[k].Quantities[i], withheld[k].Readings.Span[i], withheld[k].Values.Span[i] - mean, Math.Sqrt(variance + sd * sd));
            }
    }

    internal void Save(Checkpoint file, string name) => file.Set(name, predicted);

    internal void Restore(Checkpoint file, string name) => file.Matrix(name).Values.CopyTo(predicted.Values);

    private static ObservationScores Score(IReadOnlyList<WithheldPrediction> all)
    {
        var errors = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var rmse = Math.Sqrt(Average("rmse", p => p.Departure * p.Departure));
        if (errors.TryGetValue("rmse", out var ofSquare))
            errors["rmse"] = ofSquare / (2 * rmse);                     // δ√s = δs / 2√s
        return new ObservationScores(
            all.Count,
            rmse,
            Average("bias", p => p.Departure),
            Average("crps", p => GaussianScores.Crps(0, p.StandardDeviation, p.Departure)),
            Average("coverage90", p => Math.Abs(p.Departure) <= Normal95 * p.StandardDeviation ? 1.0 : 0),
            Math.Sqrt(all.Average(p => p.StandardDeviation * p.StandardDeviation)))
        {
            StandardErrors = errors,
        };

        // its error comes from means over single times, because observations of one time err together
        double Average(string name, Func<WithheldPrediction, double> of)
        {
            var byTime = SeriesStatistics.Mean([.. all.GroupBy(p => p.Time).Select(time => time.Average(of))]);
            if (double.IsFinite(byTime.StandardError))
                errors[name] = byTime.StandardError;
            return all.Average(of);
        }
    }
}
