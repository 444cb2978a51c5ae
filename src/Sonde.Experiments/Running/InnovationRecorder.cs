using Sonde.Assimilation;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>
/// Departures of the observations that a method uses from its forecast and its analysis, by quantity, at times that are scored. Where there is
/// a ledger each departure is kept, and observations are ranked among members to which observation errors are added: what
/// stands for the truth where nobody knows it. Hamill, MWR 129, 2001, section 2d.
/// </summary>
internal sealed class InnovationRecorder
{
    private const string Unnamed = "observations";
    private const int GaussianBins = 20;
    private readonly ScoredTimes scored;
    private readonly RandomSource random;
    private readonly SortedDictionary<string, InnovationKeeper> keepers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RankHistogram> ranks = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (Observation Observation, Matrix<double> Moments)> forecasts = [];      // of H x_b, [2, m], at times not yet analyzed
    private readonly Stack<Matrix<double>> free = new();

    /// <summary>Nothing recorded yet.</summary>
    /// <param name="scored">Observation times that count.</param>
    /// <param name="ledger">This method's own; null where observations are simulated.</param>
    /// <param name="random">Of ranks.</param>
    public InnovationRecorder(ScoredTimes scored, ObservationLedger? ledger, RandomSource random) => (this.scored, Ledger, this.random) = (scored, ledger, random);

    /// <summary>Given at the start; null where observations are simulated.</summary>
    public ObservationLedger? Ledger { get; }

    /// <summary>By quantity.</summary>
    public IReadOnlyDictionary<string, RankHistogram> Ranks => ranks;

    /// <summary>By quantity; null where nothing was recorded.</summary>
    public IReadOnlyDictionary<string, InnovationScores>? Summarize() =>
        keepers.Count == 0 ? null : keepers.ToDictionary(pair => pair.Key, pair => InnovationScores.Of(pair.Value.Statistics));

    /// <summary>Takes what was predicted for an observation before it is used.</summary>
    /// <param name="observation">With at least one value.</param>
    /// <param name="belief">The forecast.</param>
    /// <param name="predicted">H(members), [N, m], or H(mean), [1, m].</param>
    /// <param name="mean">Of H x_b, [m].</param>
    /// <param name="variance">Of H x_b, [m].</param>
    public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        Ledger?.RecordBackground(observation, mean, variance);
        if (!scored.Contains(observation.Index))
            return;
        var kept = free.TryPop(out var used) && used.Width == observation.Count ? used : new Matrix<double>(2, observation.Count);
        mean.CopyTo(kept[0]);
        variance.CopyTo(kept[1]);
        forecasts[observation.Index] = (observation, kept);
        if (Ledger is null)
            return;
        if (belief is EnsembleBelief ensemble)
            RankAmong(observation, predicted, ensemble.Weights);
        else
            RankIn(observation, mean, variance);
    }

    /// <summary>Takes the analysis; where there was a forecast, of the observation that was forecast: what a background check left of it.</summary>
    public void OnAnalysis(Observation observation, IBelief belief)
    {
        var hasForecast = forecasts.Remove(observation.Index, out var forecast);
        if (observation.Count == 0 || !hasForecast && Ledger is null)
            return;
        observation = forecast.Observation ?? observation;
        using var frame = Scratch.Enter();
        var analysis = frame.Rent(1, observation.Count)[0];
        PredictedMoments.Mean(observation.Operator, belief, analysis);
        Ledger?.RecordAnalysis(observation, analysis);
        if (!hasForecast)
            return;
        var errors = frame.Rent(1, observation.Count)[0];
        var sd = observation.Error.StandardDeviations;
        for (var i = 0; i < errors.Length; i++)
            errors[i] = sd[i] * sd[i];
        var values = observation.Values.Span;
        for (int from = 0, to; from < values.Length; from = to)
        {
            to = EndOfRun(observation, from);
            var quantity = QuantityOf(observation, from);
            if (!keepers.TryGetValue(quantity, out var keeper))
                keepers[quantity] = keeper = new InnovationKeeper();
            keeper.Record(values[from..to], errors[from..to], forecast.Moments[0][from..to], forecast.Moments[1][from..to], analysis[from..to]);
        }
        free.Push(forecast.Moments);
    }

    internal void Save(Checkpoint file)
    {
        foreach (var (quantity, keeper) in keepers)
            file.Set($"innovations/{quantity}", keeper.Save());
        foreach (var (quantity, histogram) in ranks)
            file.Set($"innovationRanks/{quantity}", [.. histogram.Counts.Select(count => (double)count)]);
        if (Ledger is { } ledger)
            file.Set("ledger", ledger.Save());
    }

    internal void Restore(Checkpoint file)
    {
        foreach (var quantity in Under("innovations/"))
            (keepers[quantity] = new InnovationKeeper()).Restore(file.Matrix($"innovations/{quantity}").Values);
        foreach (var quantity in Under("innovationRanks/"))
            ranks[quantity] = new RankHistogram([.. file.Matrix($"innovationRanks/{quantity}").Values.ToArray().Select(count => (long)count)]);
        if (file.Contains("ledger"))
            Ledger?.Restore(file.Matrix("ledger"));

        IEnumerable<string> Under(string prefix) =>
            file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).ToArray();
    }

    private void RankAmong(Observation observation, ReadOnlyBatch<double> predicted, double[]? weights)
    {
        using var frame = Scratch.Enter();
        var (n, m) = (predicted.Rows, predicted.Width);
        var noise = frame.Rent(n, m);
        var below = frame.RentCleared(1, m)[0];
        observation.Error.Sample(noise, random.Fork(observation.Index));
        var values = observation.Values.Span;
        for (var row = 0; row < n; row++)
        {
            var h = predicted[row];
            var e = noise[row];
            var weight = weights is null ? 1 : n * weights[row];
            for (var i = 0; i < m; i++)
                below[i] += h[i] + e[i] < values[i] ? weight : 0;
        }
        for (var i = 0; i < m; i++)
            Histogram(observation, i, n + 1).Add((below[i] + 0.5) / (n + 1));
    }

    private void RankIn(Observation observation, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        var values = observation.Values.Span;
        var sd = observation.Error.StandardDeviations;
        for (var i = 0; i < values.Length; i++)
            Histogram(observation, i, GaussianBins).Add(NormalDistribution.Cumulative((values[i] - mean[i]) / Math.Sqrt(variance[i] + sd[i] * sd[i])));
    }

    private RankHistogram Histogram(Observation observation, int i, int bins)
    {
        var quantity = QuantityOf(observation, i);
        return ranks.TryGetValue(quantity, out var histogram) ? histogram : ranks[quantity] = new RankHistogram(bins);
    }

    private static int EndOfRun(Observation observation, int from)
    {
        var to = from + 1;
        while (to < observation.Count && (observation.Quantities.Count == 0 || observation.Quantities[to] == observation.Quantities[from]))
            to++;
        return to;
    }

    private static string QuantityOf(Observation observation, int i) => observation.Quantities.Count == 0 ? Unnamed : observation.Quantities[i];
}
