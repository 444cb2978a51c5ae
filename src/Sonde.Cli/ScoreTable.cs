using System.Globalization;
using Sonde.Experiments.Running;
using Spectre.Console;

namespace Sonde.Cli;

/// <summary>The table a user sees when a run is done.</summary>
internal static class ScoreTable
{
    private const int FailuresShown = 5;

    private static readonly (string Title, string Key, Func<MethodSummary, double> Value, string Format)[] Columns =
    [
        ("rmse", "rmse", m => m.Rmse, "0.000"),
        ("smoothed", "smoothedRmse", m => m.SmoothedRmse, "0.000"),
        ("normalized", "normalizedRmse", m => m.Medians is null ? double.NaN : m.NormalizedRmse, "0.000"),
        ("norm. smoothed", "normalizedSmoothedRmse", m => m.Medians is null ? double.NaN : m.NormalizedSmoothedRmse, "0.000"),
        ("forecast", "forecastRmse", m => m.ForecastRmse, "0.000"),
        ("spread", "spread", m => m.Spread, "0.000"),
        ("ratio", "spreadErrorRatio", m => m.SpreadErrorRatio, "0.00"),
        ("crps", "crps", m => m.Crps, "0.000"),
        ("in 90 %", "coverage90", m => 100 * m.Coverage90, "0.0"),
        ("sec", "seconds", m => m.Seconds, "0.00"),
        ("decoding", "decodingSeconds", m => m.DecodingSeconds ?? double.NaN, "0.00"),
        ("training", "trainingSeconds", m => m.TrainingSeconds ?? double.NaN, "0.0"),
    ];

    public static void Print(RunOutcome outcome, IAnsiConsole console)
    {
        console.MarkupLine($"[bold]{Markup.Escape(outcome.Title)}[/]");
        if (outcome.Summary is { } summary)
        {
            Scores(summary.Methods, console);
            Estimates(summary.Methods, console);
            Learned(summary.Methods, console);
            Withheld(summary.Methods, console);
            Fates(summary, console);
        }
        else
        {
            Seeds(outcome.Sweep!, console);
        }
        console.WriteWhole(outcome.Report ?? outcome.SummaryFile);
    }

    private static void Scores(IReadOnlyList<MethodSummary> methods, IAnsiConsole console)
    {
        var shown = Columns.Where(column => methods.Any(method => double.IsFinite(column.Value(method)))).ToArray();
        var table = new Table().Border(TableBorder.Horizontal).AddColumn(Column("method").LeftAligned());
        foreach (var column in shown)
            table.AddColumn(Column(column.Title));
        var parameters = methods.SelectMany(method => method.ParameterRmse.Keys).Distinct().ToArray();
        foreach (var parameter in parameters)
            table.AddColumn(Column($"{Markup.Escape(parameter)}"));
        foreach (var method in methods)
        {
            var row = new List<string> { method.Diverged ? $"[red]{Markup.Escape(method.Name)}[/]" : Markup.Escape(method.Name) };
            row.AddRange(shown.Select(column => Number(column.Value(method), column.Format) + Error(method, column.Key)));
            row.AddRange(parameters.Select(parameter => Number(method.ParameterRmse.GetValueOrDefault(parameter, double.NaN), "0.000")));
            table.AddRow([.. row]);
        }
        console.Write(table);
        foreach (var method in methods)
            Failures(method, console);
        foreach (var method in methods.Where(method => method.Diverged))
            console.MarkupLine($"[red]{Markup.Escape(method.Name)} {(method.DivergedAt is { } at ? $"diverged at cycle {at}" : "has no scores")}[/]: {Markup.Escape(method.Reason ?? "")}");
        foreach (var method in methods.Where(method => !method.Diverged && method.DivergedTrajectories is { Count: > 0 }))
            Trajectories(method.Name, method.DivergedTrajectories!, console);
    }

    /// <summary>Parameters where nobody knows the truth; where it is known their errors stand in the table.</summary>
    private static void Estimates(IReadOnlyList<MethodSummary> methods, IAnsiConsole console)
    {
        foreach (var method in methods.Where(method => method.Parameters is not null && method.ParameterRmse.Count == 0))
            console.WriteWhole($"{method.Name}: {string.Join(", ", method.Parameters!.Select(one => FormattableString.Invariant($"{one.Key} {one.Value.Mean:G6} ± {one.Value.Sd:G2}")))}");
    }

    /// <summary>What was learned of the model.</summary>
    private static void Learned(IReadOnlyList<MethodSummary> methods, IAnsiConsole console)
    {
        foreach (var method in methods.Where(method => method.Learned is { Count: > 0 }))
            console.WriteWhole($"{method.Name} learned: {string.Join(", ", method.Learned!.Select(one => FormattableString.Invariant($"{one.Key} {one.Value.Value:G4}") + (one.Value.Truth is { } truth ? FormattableString.Invariant($" (the truth's is {truth:G4})") : "")))}");
    }

    private static void Trajectories(string name, IReadOnlyList<DivergedTrajectory> some, IAnsiConsole console)
    {
        var without = some.Count(one => !one.IsScored);
        var many = some.Count == 1 ? "1 trajectory" : $"{some.Count} trajectories";
        console.MarkupLine($"[red]{Markup.Escape(name)} diverged on {many}[/], {(without == 0 ? "none" : without)} left out of averages; trajectory {some[0].Trajectory}, cycle {some[0].Cycle}: {Markup.Escape(some[0].Reason)}");
    }

    private static void Failures(MethodSummary method, IAnsiConsole console)
    {
        if (method.FailedMembers is not { } failed)
            return;
        var some = failed.Count > FailuresShown ? $"; the first {FailuresShown}, all are in summary.json" : "";
        console.MarkupLine($"[yellow]{Markup.Escape(method.Name)}: {failed.Count} {(failed.Count == 1 ? "member" : "members")} failed[/]{some}:");
        foreach (var failure in failed.Take(FailuresShown))
            console.WriteWhole($"  cycle {failure.Cycle}: {failure.Reason}");
    }

    private static void Withheld(IReadOnlyList<MethodSummary> methods, IAnsiConsole console)
    {
        var scored = methods.SelectMany(method => new[] { (method.Name, Of: "analysis", Scores: method.Withheld), (method.Name, Of: "smoothed", Scores: method.WithheldSmoothed) })
            .Where(entry => entry.Scores is not null).ToArray();
        if (scored.Length == 0)
            return;
        var table = new Table().Border(TableBorder.Simple).AddColumns("method", "of", "field");
        foreach (var title in new[] { "withheld", "rmse", "bias", "spread", "crps", "90 % covers" })
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var (name, of, byField) in scored)
            foreach (var (field, scores) in byField!)
                table.AddRow(
                    Markup.Escape(name), of, Markup.Escape(field), scores.Count.ToString(CultureInfo.InvariantCulture), Number(scores.Rmse, "0.000"),
                    Number(scores.Bias, "0.000"), Number(scores.Spread, "0.000"), Number(scores.Crps, "0.000"), Number(100 * scores.Coverage90, "0.0"));
        console.Write(table);
    }

    private static void Fates(Summary summary, IAnsiConsole console)
    {
        foreach (var (field, fates) in summary.Observations ?? new Dictionary<string, IReadOnlyDictionary<string, int>>())
            console.WriteWhole($"observations of {field}: {Listed(fates)}");
        foreach (var method in summary.Methods)
            foreach (var (field, fates) in method.BackgroundCheck ?? new Dictionary<string, IReadOnlyDictionary<string, int>>())
                console.WriteWhole($"background check of {method.Name}, {field}: {Listed(fates)}");

        static string Listed(IReadOnlyDictionary<string, int> fates) => string.Join(", ", fates.Select(fate => $"{fate.Value} {fate.Key}"));
    }

    private static void Seeds(SweepSummary sweep, IAnsiConsole console)
    {
        var rows = sweep.OverSeeds
            ?? [.. sweep.Runs.SelectMany(run => run.Methods.Select(method => new SeedSummary(
                method.Name, run.Overrides ?? new Dictionary<string, string>(), 1, method.Diverged ? 1 : 0,
                new Dictionary<string, double> { ["rmse"] = method.Rmse, ["spread"] = method.Spread, ["crps"] = method.Crps, ["smoothedRmse"] = method.SmoothedRmse,
                    ["normalizedRmse"] = method.NormalizedRmse, ["normalizedSmoothedRmse"] = method.NormalizedSmoothedRmse },
                new Dictionary<string, double>(), new Dictionary<string, double>())))];
        var keys = rows.SelectMany(row => row.Overrides.Keys).Distinct().ToArray();
        var table = new Table().Border(TableBorder.Simple).AddColumn("method").AddColumns([.. keys.Select(Markup.Escape)]);
        (string Title, string Key)[] normalized = sweep.Runs[0].Trajectories is null ? [] : [("normalized", "normalizedRmse"), ("norm. smoothed", "normalizedSmoothedRmse")];
        string[] titles = ["rmse", "least", "greatest", "smoothed", .. normalized.Select(pair => pair.Title), "spread", "crps", "diverged"];
        foreach (var title in titles)
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var row in rows)
            table.AddRow(
            [
                Markup.Escape(row.Name), .. keys.Select(key => Markup.Escape(row.Overrides.GetValueOrDefault(key, ""))),
                Number(row.Median.GetValueOrDefault("rmse", double.NaN), "0.000"), Number(row.Least.GetValueOrDefault("rmse", double.NaN), "0.000"),
                Number(row.Greatest.GetValueOrDefault("rmse", double.NaN), "0.000"), Number(row.Median.GetValueOrDefault("smoothedRmse", double.NaN), "0.000"),
                .. normalized.Select(pair => Number(row.Median.GetValueOrDefault(pair.Key, double.NaN), "0.000")),
                Number(row.Median.GetValueOrDefault("spread", double.NaN), "0.000"), Number(row.Median.GetValueOrDefault("crps", double.NaN), "0.000"),
                $"{row.DivergedSeeds} of {row.Seeds}",
            ]);
        console.Write(table);
    }

    private static TableColumn Column(string title) => new TableColumn(title).RightAligned().NoWrap().Padding(0, 0, 1, 0);

    private static string Number(double value, string format) =>
        !double.IsFinite(value) ? "-"
        : value != 0 && Math.Abs(value) < 0.01 || Math.Abs(value) >= 1e5 ? value.ToString("0.00e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 100 ? "0.0" : format, CultureInfo.InvariantCulture);

    private static string Error(MethodSummary method, string key) =>
        key is "rmse" or "smoothedRmse" or "normalizedRmse" or "normalizedSmoothedRmse" && method.StandardErrors.TryGetValue(key, out var error) && double.IsFinite(error)
            ? $"[grey]±{error.ToString(error < 0.0995 ? ".000" : "0.0", CultureInfo.InvariantCulture)}[/]"
            : "";
}
