using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Quality;

namespace Sonde.Assimilation;

/// <summary>
/// The background check over one method's run: each observation is judged once, by what the method believes just before using
/// it, and is from then on what was kept of it.
/// </summary>
public sealed class BackgroundScreen
{
    private readonly BackgroundCheck check;
    private readonly IReadOnlyList<Observation> series;
    private readonly ObservationLedger? ledger;
    private readonly Observation[] kept;
    private readonly BackgroundOutcome?[] outcomes;

    /// <summary>Nothing is judged yet.</summary>
    /// <param name="check">The rule.</param>
    /// <param name="series">In order of time; <see cref="Observation.Index"/> is the position in it.</param>
    /// <param name="ledger">Where fates and departures are written down; null for nowhere.</param>
    /// <exception cref="ArgumentException">An index is not the position.</exception>
    public BackgroundScreen(BackgroundCheck check, IReadOnlyList<Observation> series, ObservationLedger? ledger = null)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(series);
        (this.check, this.series, this.ledger, kept, outcomes) = (check, series, ledger, [.. series], new BackgroundOutcome?[series.Count]);
        for (var k = 0; k < kept.Length; k++)
            if (kept[k].Index != k)
                throw new ArgumentException($"The observation at position {k} of the series has the index {kept[k].Index}.", nameof(series));
    }

    /// <summary>What was kept of observations that are judged, the others as they came.</summary>
    public IReadOnlyList<Observation> Observations => kept;

    /// <summary>Judges an observation of the series.</summary>
    /// <param name="observation">As it came.</param>
    /// <param name="belief">At its time, from earlier observations.</param>
    /// <param name="predicted">H(members), [N, m], or one row H(mean).</param>
    public BackgroundOutcome Judge(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted)
    {
        ArgumentNullException.ThrowIfNull(observation);
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, observation.Count)[0];
        var variance = frame.Rent(1, observation.Count)[0];
        PredictedMoments.Of(observation.Operator, belief, predicted, mean, variance);
        ledger?.RecordBackground(observation, mean, variance);
        return Keep(observation.Index, check.Judge(observation, mean, variance));
    }

    /// <summary>How many values of each quantity met which fate so far.</summary>
    public FateCounts Count() => Count([this]);

    /// <summary>The same over several series.</summary>
    public static FateCounts Count(IEnumerable<BackgroundScreen> screens)
    {
        var counts = new FateCounts();
        foreach (var screen in screens)
            for (var k = 0; k < screen.outcomes.Length; k++)
                for (var i = 0; i < (screen.outcomes[k]?.Fates.Count ?? 0); i++)
                    counts.Add(screen.series[k].Quantities.Count > 0 ? screen.series[k].Quantities[i] : "", screen.outcomes[k]!.Fates[i]);
        return counts;
    }

    /// <summary>The fates of an observation's values, [m]; empty where it is not judged yet.</summary>
    /// <param name="k">Its position in the series.</param>
    public IReadOnlyList<ObservationFate> Fates(int k) => outcomes[k]?.Fates ?? [];

    /// <summary>What a run that is continued has to know: a row of index, value, fate and factor for each value that is not used as it came.</summary>
    /// <param name="judged">How many observations of the series are judged, from the first.</param>
    public Matrix<double> Save(int judged)
    {
        var rows = new List<(int K, int I)>();
        for (var k = 0; k < judged; k++)
            for (var i = 0; i < (outcomes[k]?.Fates.Count ?? 0); i++)
                if (outcomes[k]!.Fates[i] != ObservationFate.Used || outcomes[k]!.Factors[i] != 1)
                    rows.Add((k, i));
        var saved = new Matrix<double>(rows.Count, 4);
        for (var row = 0; row < rows.Count; row++)
        {
            var (k, i) = rows[row];
            ReadOnlySpan<double> values = [k, i, (int)outcomes[k]!.Fates[i], outcomes[k]!.Factors[i]];
            values.CopyTo(saved[row]);
        }
        return saved;
    }

    /// <summary>Puts back what <see cref="Save"/> gave.</summary>
    public void Restore(Matrix<double> saved, int judged)
    {
        ArgumentNullException.ThrowIfNull(saved);
        var row = 0;
        for (var k = 0; k < judged; k++)
        {
            var fates = new ObservationFate[series[k].Count];
            var factors = new double[series[k].Count];
            Array.Fill(factors, 1);
            for (; row < saved.Rows && (int)saved[row, 0] == k; row++)
                (fates[(int)saved[row, 1]], factors[(int)saved[row, 1]]) = ((ObservationFate)(int)saved[row, 2], saved[row, 3]);
            Keep(k, BackgroundOutcome.Of(series[k], fates, factors));
        }
    }

    /// <summary>The predictions of what was kept, in place.</summary>
    internal static Batch<double> Columns(Batch<double> predicted, ReadOnlySpan<int> survivors)
    {
        for (var n = 0; n < predicted.Rows; n++)
            for (var j = 0; j < survivors.Length; j++)
                predicted.Values[n * survivors.Length + j] = predicted[n, survivors[j]];        // never ahead of what is read
        return new Batch<double>(predicted.Values[..(predicted.Rows * survivors.Length)], predicted.Rows, survivors.Length);
    }

    private BackgroundOutcome Keep(int k, BackgroundOutcome outcome)
    {
        (outcomes[k], kept[k]) = (outcome, outcome.Kept);
        ledger?.Record(series[k], [.. outcome.Fates]);
        return outcome;
    }
}
