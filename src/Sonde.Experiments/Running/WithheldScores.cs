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

    /// <summary>Scores by quantity from observation time <paramref name="burnIn"/> on; null where nothing was predicted.</summary>
    public IReadOnlyDictionary<string, ObservationScores>? Summarize(int burnIn)
    {
        var byQuantity = new SortedDictionary<string, List<(double Departure, double Variance)>>(StringComparer.Ordinal);
        for (var k = burnIn; k < withheld.Count; k++)
            for (var i = 0; i < withheld[k].Count; i++)
            {
                var mean = predicted[0, offsets[k] + i];
                if (double.IsNaN(mean))
                    continue;
                var sd = withheld[k].Error.StandardDeviations[i];
                if (!byQuantity.TryGetValue(withheld[k].Quantities[i], out var list))
                    byQuantity[withheld[k].Quantities[i]] = list = [];
                list.Add((withheld[k].Values.Span[i] - mean, predicted[1, offsets[k] + i] + sd * sd));
            }
        return byQuantity.Count == 0 ? null : byQuantity.ToDictionary(pair => pair.Key, pair => Score(pair.Value));
    }

    private static ObservationScores Score(List<(double Departure, double Variance)> values) => new(
        values.Count,
        Math.Sqrt(values.Average(v => v.Departure * v.Departure)),
        values.Average(v => v.Departure),
        values.Average(v => GaussianScores.Crps(0, Math.Sqrt(v.Variance), v.Departure)),
        values.Average(v => Math.Abs(v.Departure) <= Normal95 * Math.Sqrt(v.Variance) ? 1.0 : 0),
        Math.Sqrt(values.Average(v => v.Variance)));

    internal void Save(Checkpoint file, string name) => file.Set(name, predicted);

    internal void Restore(Checkpoint file, string name) => file.Matrix(name).Values.CopyTo(predicted.Values);
}
