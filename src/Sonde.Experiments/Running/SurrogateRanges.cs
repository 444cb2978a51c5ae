using Sonde.Surrogates;

namespace Sonde.Experiments.Running;

/// <summary>Where an experiment asks a surrogate for what it was not trained on.</summary>
internal static class SurrogateRanges
{
    private const double Margin = 0.05;                 // of a range: draws of a trained range reach a little less far than the range that others draw from

    /// <summary>True where a parameter lies clearly outside of the range it was trained on.</summary>
    public static bool IsBeyond(ParameterRange range, double value)
    {
        var margin = Margin * (range.Greatest - range.Least);
        return value < range.Least - margin || value > range.Greatest + margin;
    }

    /// <summary>True parameters, and times, beyond what the surrogate was trained on; a sentence each.</summary>
    public static IEnumerable<string> Beyond(LatentSurrogate surrogate, PreparedExperiment experiment)
    {
        var fields = experiment.Fields;
        if (experiment.Truth is { } truth)
            foreach (var range in surrogate.Ranges)
                for (var p = 0; p < fields.Parameters.Count; p++)
                    if (fields.Parameters[p] == range.Name && Enumerable.Range(0, truth.Rows).Select(row => truth[row, fields.FieldWidth + p]).FirstOrDefault(value => IsBeyond(range, value), double.NaN) is var found && !double.IsNaN(found))
                        yield return FormattableString.Invariant(
                            $"the true {range.Name} is {found:0.######}, far beyond the range the surrogate was trained on, {range.Least:0.######} to {range.Greatest:0.######}.");
        var last = experiment.Problem.Grid.TimeOf(experiment.Observations[^1].At);
        if (last > surrogate.TrainedUntil + 0.5 * surrogate.StepLength)
            yield return FormattableString.Invariant($"the last observation is at {last:0.######}, but the surrogate was trained on times up to {surrogate.TrainedUntil:0.######} alone.");
    }
}
