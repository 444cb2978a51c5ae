using System.Globalization;

namespace Sonde.Experiments.Report;

/// <summary>A report in a few plain sentences: what ran, what was best, what diverged, whose uncertainty is wrong.</summary>
public static class ReportSummary
{
    private const double Overconfident = 0.8;
    private const double Underconfident = 1.25;

    /// <summary>The sentences, in order.</summary>
    public static IReadOnlyList<ReportRemark> Of(ReportData data)
    {
        var remarks = new List<ReportRemark> { new(ReportRemarkKind.Fact, WhatRan(data)) };
        if (Observations(data.Observations) is { } observations)
            remarks.Add(new ReportRemark(ReportRemarkKind.Fact, observations));
        if (Best(data.Methods) is { } best)
            remarks.Add(new ReportRemark(ReportRemarkKind.Best, best));
        foreach (var method in data.Methods)
            if (method.Divergence is { } divergence)
                remarks.Add(new ReportRemark(ReportRemarkKind.Failure, Diverged(method.Name, divergence, data.Experiment.TimeUnit)));
        if (data.Sweep is { } sweep && sweep.Runs.Count(run => run.Diverged) is > 0 and var diverged)
            remarks.Add(new ReportRemark(
                ReportRemarkKind.Failure, $"{Number(diverged)} of {Number(sweep.Runs.Count)} runs of the sweep diverged."));
        AddCalibration(remarks, data.Methods);
        return remarks;
    }

    private static string WhatRan(ReportData data)
    {
        var experiment = data.Experiment;
        var who = data.Methods.Count == 0 ? "The experiment ran over" : $"{Capital(Counted(data.Methods.Count, "method"))} assimilated";
        var left = experiment.BurnInCycles > 0 ? $"; scores leave out the first {Number(experiment.BurnInCycles)}" : "";
        var swept = data.Sweep is { } sweep ? $" A sweep over {Join(sweep.Keys)} made {Counted(sweep.Runs.Count, "run")}." : "";
        return $"{who} {Number(experiment.Cycles)} observation {(experiment.Cycles == 1 ? "time" : "times")}{left}.{swept}";
    }

    private static string? Observations(ReportObservations? observations)
    {
        var counts = observations?.Counts.Where(count => count.Method is null).ToList();
        if (counts is not { Count: > 0 })
            return null;
        var all = counts.Sum(count => count.Count);
        var used = counts.Where(count => count.Fate == ReportFateCount.Used).Sum(count => count.Count);
        return used == all ? $"All {Number(all)} observations were used." : $"{Number(used)} of {Number(all)} observations were used.";
    }

    private static string? Best(IReadOnlyList<ReportMethod> methods)
    {
        var ranked = methods.Where(method => method.Divergence is null && double.IsFinite(Score(method, "rmse").Value))
            .OrderBy(method => Score(method, "rmse").Value).ToList();
        if (ranked.Count == 0)
            return null;
        var best = Score(ranked[0], "rmse");
        if (ranked.Count == 1)
            return $"{ranked[0].Name} has a root mean square error of {Text(best)}.";
        var alike = ranked.Skip(1).Where(method => CannotBeTold(best, Score(method, "rmse"))).Select(method => method.Name).ToList();
        var next = Score(ranked[1], "rmse");
        var rest = alike.Count > 0
            ? $"; {Join(alike)} cannot be told from it in a run of this length."
            : $"; {ranked[1].Name} comes next with {Text(next)}.";
        return $"{ranked[0].Name} has the smallest root mean square error, {Text(best)}{rest}";
    }

    private static string Diverged(string name, ReportDivergence divergence, string unit)
    {
        var when = double.IsFinite(divergence.Time) ? $" (at {Digits(divergence.Time, 4)} {unit})" : "";
        var why = divergence.Reason.Length > 0 ? $": {divergence.Reason.TrimEnd('.')}" : "";
        return $"{name} diverged in cycle {Number(divergence.Cycle)}{when}{why}.";
    }

    private static void AddCalibration(List<ReportRemark> remarks, IReadOnlyList<ReportMethod> methods)
    {
        var sound = methods.Where(method => method.Divergence is null && double.IsFinite(Score(method, "spreadErrorRatio").Value)).ToList();
        Add(sound.Where(method => Score(method, "spreadErrorRatio").Value < Overconfident).ToList(), "overconfident", "too small");
        Add(sound.Where(method => Score(method, "spreadErrorRatio").Value > Underconfident).ToList(), "underconfident", "too large");

        void Add(List<ReportMethod> found, string word, string size)
        {
            if (found.Count == 0)
                return;
            var names = Join([.. found.Select(method => method.Name)]);
            var ratios = Join([.. found.Select(method => Digits(Score(method, "spreadErrorRatio").Value, 2))]);
            var (is_, its, errors) = found.Count == 1 ? ("is", "its", "error") : ("are", "their", "errors");
            remarks.Add(new ReportRemark(
                ReportRemarkKind.Warning, $"{names} {is_} {word}: {its} spread is {ratios} times {its} {errors}, {size}."));
        }
    }

    // Means of the same run are correlated, so their difference is better known than this: the test errs toward "alike".
    private static bool CannotBeTold(ReportScore a, ReportScore b) =>
        Text(a) == Text(b) || Math.Abs(a.Value - b.Value) < 2 * Math.Sqrt(a.StandardError * a.StandardError + b.StandardError * b.StandardError);

    private static ReportScore Score(ReportMethod method, string name) =>
        method.Scores.TryGetValue(name, out var score) ? score : new ReportScore(double.NaN);

    /// <summary>"0.2134 ± 0.0041": the error with two digits, the value with as many decimals; three digits without an error.</summary>
    private static string Text(ReportScore score)
    {
        if (!(score.StandardError > 0) || !double.IsFinite(score.StandardError))
            return Digits(score.Value, 3);
        var decimals = Math.Clamp(1 - (int)Math.Floor(Math.Log10(score.StandardError)), 0, 8);
        var format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return string.Join(" ± ", new[] { score.Value, score.StandardError }.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));
    }

    private static string Digits(double value, int digits) =>
        value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Counted(int count, string noun) => $"{Word(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string Word(int count) => count switch
    {
        1 => "one", 2 => "two", 3 => "three", 4 => "four", 5 => "five", 6 => "six", 7 => "seven", 8 => "eight", 9 => "nine",
        _ => Number(count),
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Join(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "", 1 => words[0], _ => string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1],
    };
}
