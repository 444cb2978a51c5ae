using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Report;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>The observations of a run, with their fates and their departures from what methods predicted.</summary>
internal static class ReportReadings
{
    /// <summary>Of many trajectories the readings of the first are shown, and those of all are counted.</summary>
    public static ReportObservations Of(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times) =>
        experiment.Ledger is { } ledger ? OfFile(experiment, ledger, runs) : OfTwin(experiment.First, runs, times) with { Counts = [.. Used(experiment), .. runs.SelectMany(Judged)] };

    private static IEnumerable<ReportFateCount> Used(PreparedExperiment experiment) =>
        experiment.Observations.SelectMany(o => o.Quantities).GroupBy(name => name).Select(group => new ReportFateCount(group.Key, ReportFateCount.Used, group.Count()));

    /// <summary>Every reading of a file, used or not.</summary>
    private static ReportObservations OfFile(PreparedExperiment experiment, ObservationLedger ledger, IReadOnlyList<MethodRun> runs)
    {
        var domain = experiment.Fields;
        var readings = ledger.Readings;
        int[] order = [.. Enumerable.Range(0, readings.Count).OrderBy(i => readings[i].Time)];
        string[] names = [.. readings.Select(reading => reading.Field).Distinct().Take(byte.MaxValue)];
        var fates = FatesIn(experiment, runs, ledger.Fates.ToArray());
        var stations = readings.Select(reading => reading.Station).OfType<string>().Distinct().Select((name, s) => (name, s)).ToDictionary(pair => pair.name, pair => pair.s);
        var points = order.Select(i => PointOf(readings[i], domain)).ToArray();
        return new ReportObservations
        {
            Counts = [.. Fates.Counts(ledger.Count()).SelectMany(field => field.Value.Select(fate => new ReportFateCount(field.Key, fate.Key, fate.Value))), .. runs.SelectMany(Judged)],
            FieldNames = names,
            FateNames = [.. fates.Select(Fates.Name)],
            StationNames = [.. stations.Keys],
            Times = [.. order.Select(i => readings[i].Time)],
            X = [.. points.Select(point => point?.X ?? double.NaN)],
            Y = [.. points.Select(point => point?.Y ?? double.NaN)],
            Values = [.. order.Select(i => readings[i].Value)],
            Field = [.. order.Select(i => (byte)Math.Max(0, Array.IndexOf(names, readings[i].Field)))],
            Fate = [.. order.Select(i => (byte)Array.IndexOf(fates, ledger.Fates[i]))],
            Station = stations.Count == 0 ? [] : [.. order.Select(i => readings[i].Station is { } name ? stations[name] : double.NaN)],
            Departures = [.. runs.Select(run => Departures(run, order) with { Fate = run.Screen is null ? null : Codes(run) })],
        };

        byte[] Codes(MethodRun run)
        {
            var own = run.Ledger!;
            return [.. order.Select(i => (byte)Array.IndexOf(fates, own.Fates[i]))];
        }
    }

    /// <summary>Every fate that anything met, used first.</summary>
    private static ObservationFate[] FatesIn(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, IEnumerable<ObservationFate> onEntry)
    {
        var judged = runs.SelectMany(run => Enumerable.Range(0, experiment.Observations.Count).SelectMany(k => run.Screen?.Fates(k) ?? []));
        return [ObservationFate.Used, .. onEntry.Concat(judged).Distinct().Order().Where(fate => fate != ObservationFate.Used)];
    }

    private static SpacePoint? PointOf(Reading reading, Domain domain) =>
        reading.Point ?? (reading.Index >= 0 && domain.IndexOf(reading.Field) is >= 0 and var field && reading.Index < domain.Fields[field].Grid.Count
            ? domain.Fields[field].Grid[reading.Index]
            : null);

    private static ReportDepartures Departures(MethodRun run, int[] order)
    {
        var ledger = run.Ledger!;
        double[] analysis = [.. ledger.AnalysisDepartures];
        foreach (var prediction in run.Withheld?.Predictions(ScoredTimes.All) ?? [])
            analysis[prediction.Reading] = prediction.Departure;
        return new ReportDepartures(run.Method.Name, [.. order.Select(i => ledger.Departures[i])], [.. order.Select(i => analysis[i])]);
    }

    /// <summary>Simulated observations, all of them sound.</summary>
    private static ReportObservations OfTwin(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times)
    {
        var all = experiment.Observations;
        string[] names = [.. all.SelectMany(o => o.Quantities).Distinct().Take(byte.MaxValue)];
        var fates = FatesIn(experiment, runs, []);
        var flat = all.SelectMany(o => Enumerable.Range(0, o.Count).Select(i => (o, i))).ToArray();
        return new ReportObservations
        {
            FieldNames = names,
            FateNames = [.. fates.Select(Fates.Name)],
            Times = [.. flat.Select(p => times[p.o.Index])],
            X = [.. flat.Select(p => p.o.Points[p.i]?.X ?? double.NaN)],
            Y = [.. flat.Select(p => p.o.Points[p.i]?.Y ?? double.NaN)],
            Values = [.. flat.Select(p => p.o.Values.Span[p.i])],
            Field = [.. flat.Select(p => (byte)Math.Max(0, Array.IndexOf(names, p.o.Quantities[p.i])))],
            Fate = new byte[flat.Length],
            Departures = [.. runs.Where(run => run.Screen is not null).Select(run => new ReportDepartures(run.Method.Name, [], []) { Fate = [.. flat.Select(p => Code(run, p.o.Index, p.i))] })],
        };

        byte Code(MethodRun run, int k, int i) => run.Screen!.Fates(k) is { Count: > 0 } own ? (byte)Array.IndexOf(fates, own[i]) : (byte)0;
    }

    /// <summary>What each method's background check refused.</summary>
    private static IEnumerable<ReportFateCount> Judged(MethodRun run) =>
        run.Judged is not { } judged ? [] : Fates.Counts(judged)
            .SelectMany(field => field.Value.Where(fate => fate.Key != ReportFateCount.Used).Select(fate => new ReportFateCount(field.Key, fate.Key, fate.Value, run.Method.Name)));
}
