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
        foreach (var measure in Measures(data.Methods))
            if (Best(measure.Phrase, measure.Scores) is { } best)
                remarks.Add(new ReportRemark(ReportRemarkKind.Best, best));
        var overSeeds = IsOverSeeds(data);
        foreach (var method in data.Methods)
            if (overSeeds && DivergedSeeds(method.Name, data.Sweep!) is { } seeds)
                remarks.Add(new ReportRemark(ReportRemarkKind.Failure, seeds));
            else if (!overSeeds && method.Divergence is { } divergence)
                remarks.Add(new ReportRemark(ReportRemarkKind.Failure, Diverged(method.Name, divergence, data.Experiment)));
            else if (method.Diverged is { Count: > 0 } some)
                remarks.Add(new ReportRemark(ReportRemarkKind.Failure, Diverged(method.Name, some, data.Experiment.Trajectories)));
        if (!overSeeds && data.Sweep is { } grid && BestOf(grid) is { } setting)
            remarks.Add(new ReportRemark(ReportRemarkKind.Best, setting));
        if (!overSeeds && data.Sweep is { } sweep && sweep.Runs.Count(run => run.Diverged) is > 0 and var diverged)
            remarks.Add(new ReportRemark(
                ReportRemarkKind.Failure, $"{Number(diverged)} of {Number(sweep.Runs.Count)} runs of the sweep diverged."));
        AddCalibration(remarks, data.Methods);
        return remarks;
    }

    /// <summary>Which times of a trajectory scores leave out; empty where they leave out none.</summary>
    internal static string LeftOut(int first, int last) => Join(
    [
        .. first > 0 ? [$"the first {Number(first)}"] : Array.Empty<string>(),
        .. last > 0 ? [$"the last {Number(last)}"] : Array.Empty<string>(),
    ]);

    /// <summary>True where methods stand for all seeds of a sweep over nothing else.</summary>
    private static bool IsOverSeeds(ReportData data) => data is { Sweep.Keys: ["seed"], Methods.Count: > 0 };

    private static string WhatRan(ReportData data)
    {
        var experiment = data.Experiment;
        var who = data.Methods.Count == 0 ? "The experiment ran over" : $"{Capital(Counted(data.Methods.Count, "method"))} assimilated";
        var left = LeftOut(experiment.BurnInCycles, experiment.TailCycles) is { Length: > 0 } times ? $"; scores leave out {times}" : "";
        var swept = data.Sweep is not { } sweep ? ""
            : IsOverSeeds(data) ? $" {Capital(Counted(sweep.Runs.Select(run => run.Values[0]).Distinct().Count(), "seed"))} ran; scores are means over seeds."
            : $" A sweep over {Join(sweep.Keys)} made {Counted(sweep.Runs.Count, "run")}.";
        var many = experiment.MostCycles is { } most ? $"{Number(experiment.Cycles)} to {Number(most)}" : Number(experiment.Cycles);
        var followed = data.Components.Select(component => component.Trajectory).Distinct().Count() is > 1 and var few
            ? $"components are shown of the first {Number(few)}"
            : "states and observations are those of the first";
        var (of, means) = experiment.Trajectories > 1
            ? ($"{Number(experiment.Trajectories)} independent trajectories of ", $"{(left.Length > 0 ? " of each" : "")}{(!IsOverSeeds(data) ? $". Scores are means over trajectories; {followed}" : "")}")
            : ("", "");
        return $"{who} {of}{many} observation {(many == "1" ? "time" : "times")}{left}{means}.{swept}";
    }

    private static string? Observations(ReportObservations? observations)
    {
        if (observations is not { Counts: { Count: > 0 } some })
            return null;
        var counts = some.Where(count => count.Method is null).ToList();
        var all = counts.Sum(count => count.Count);
        var (used, withheld) = (Of(ReportFateCount.Used), Of(ReportFateCount.Withheld));
        if (used == all)
            return $"All {Number(all)} observations were used.";
        var kept = withheld > 0 ? $", {Number(withheld)} withheld to score with" : "";
        return $"Of {Number(all)} observations {Number(used)} were used{kept}, {Number(all - used - withheld)} rejected.";

        long Of(string fate) => counts.Where(count => count.Fate == fate).Sum(count => count.Count);
    }

    /// <summary>What methods are compared by: their error where the truth is known, else how well they predict what was withheld.</summary>
    private static List<(string Phrase, List<(string Method, ReportScore Score)> Scores)> Measures(IReadOnlyList<ReportMethod> methods)
    {
        var sound = methods.Where(method => method.Divergence is null).ToList();
        var rmse = sound.Select(method => (method.Name, Score(method.Scores, "rmse"))).ToList();
        if (rmse.Exists(pair => double.IsFinite(pair.Item2.Value)))
            return [("root mean square error", rmse)];
        return
        [
            .. sound.SelectMany(method => method.Withheld).Where(withheld => !withheld.IsSmoothed).Select(withheld => withheld.Field).Distinct().Select(field =>
                ($"root mean square error on withheld {field}", sound.SelectMany(method => method.Withheld.Where(withheld => withheld.Field == field && !withheld.IsSmoothed)
                    .Select(withheld => (method.Name, Score(withheld.Scores, "rmse")))).ToList())),
        ];
    }

    private static string? Best(string phrase, IEnumerable<(string Method, ReportScore Score)> all)
    {
        var ranked = all.Where(pair => double.IsFinite(pair.Score.Value)).OrderBy(pair => pair.Score.Value).ToList();
        if (ranked.Count == 0)
            return null;
        var best = ranked[0].Score;
        if (ranked.Count == 1)
            return $"{ranked[0].Method} has a {phrase} of {Text(best)}.";
        var alike = ranked.Skip(1).Where(pair => CannotBeTold(best, pair.Score)).Select(pair => pair.Method).ToList();
        var rest = alike.Count > 0
            ? $"; {Join(alike)} cannot be told from it in a run of this length."
            : $"; {ranked[1].Method} comes next with {Text(ranked[1].Score)}.";
        return $"{ranked[0].Method} has the smallest {phrase}, {Text(best)}{rest}";
    }

    private static string? BestOf(ReportSweep sweep)
    {
        var sound = sweep.Runs.Where(run => !run.Diverged && double.IsFinite(Score(run.Scores, "rmse").Value)).ToList();
        if (sound.Count == 0)
            return null;
        var best = sound.MinBy(run => Score(run.Scores, "rmse").Value)!;
        var where = Join([.. sweep.Keys.Zip(best.Values, (key, value) => $"{key} {value}")]);
        return $"The smallest root mean square error is {Text(Score(best.Scores, "rmse"))}, of {best.Method} at {where}.";
    }

    private static string Diverged(string name, ReportDivergence divergence, ReportExperiment experiment)
    {
        var when = !double.IsFinite(divergence.Time) ? ""
            : experiment.Origin is { } origin
                ? string.Create(CultureInfo.InvariantCulture, $" (at {origin.UtcDateTime.AddSeconds(divergence.Time * experiment.SecondsPerUnit):yyyy-MM-dd HH:mm} UTC)")
                : $" (at {Digits(divergence.Time, 4)} {experiment.TimeUnit})";
        var why = divergence.Reason.Length > 0 ? $": {divergence.Reason.TrimEnd('.')}" : "";
        return divergence.Cycle < 0 ? $"{name} did not run{why}." : $"{name} diverged in cycle {Number(divergence.Cycle)}{when}{why}.";
    }

    private static string Diverged(string name, IReadOnlyList<ReportDivergedTrajectory> some, int of)
    {
        var without = some.Count(one => !one.IsScored);
        var (first, left) = (some[0], without == 0 ? "" : without == some.Count ? ", and averages leave them out" : $", and averages leave out {Number(without)} of them");
        return $"{name} diverged on {Number(some.Count)} of {Number(of)} trajectories{left}; the first is trajectory {Number(first.Trajectory)}, in cycle {Number(first.Cycle)}: {first.Reason.TrimEnd('.')}.";
    }

    /// <summary>With which seeds a method diverged; null where with none.</summary>
    private static string? DivergedSeeds(string name, ReportSweep sweep)
    {
        var runs = sweep.Runs.Where(run => run.Method == name).ToList();
        var lost = runs.Where(run => run.Diverged).ToList();
        return lost.Count == 0 ? null
            : lost.Count == runs.Count ? $"{name} diverged with every seed; its means are over all of them."
            : $"{name} diverged with {Number(lost.Count)} of {Number(runs.Count)} seeds ({Join([.. lost.Select(run => run.Values[0])])}), and means leave them out.";
    }

    private static void AddCalibration(List<ReportRemark> remarks, IReadOnlyList<ReportMethod> methods)
    {
        var ratios = methods.Where(method => method.Divergence is null).Select(method => (method.Name, Ratio: Ratio(method))).ToList();
        Add(ratios.Where(pair => pair.Ratio < Overconfident).ToList(), "overconfident", "too small");
        Add(ratios.Where(pair => pair.Ratio > Underconfident).ToList(), "underconfident", "too large");

        void Add(List<(string Name, double Ratio)> found, string word, string size)
        {
            if (found.Count == 0)
                return;
            var names = Join([.. found.Select(pair => pair.Name)]);
            var values = Join([.. found.Select(pair => Digits(pair.Ratio, 2))]);
            var (is_, its, errors) = found.Count == 1 ? ("is", "its", "error") : ("are", "their", "errors");
            remarks.Add(new ReportRemark(ReportRemarkKind.Warning, $"{names} {is_} {word}: {its} spread is {values} times {its} {errors}, {size}."));
        }
    }

    /// <summary>Spread over error, of the truth or else of withheld observations: of several fields the one farthest from 1.</summary>
    private static double Ratio(ReportMethod method)
    {
        var own = Score(method.Scores, "spreadErrorRatio").Value;
        return double.IsFinite(own)
            ? own
            : method.Withheld.Where(withheld => !withheld.IsSmoothed).Select(withheld => Score(withheld.Scores, "spreadErrorRatio").Value)
                .Where(double.IsFinite).DefaultIfEmpty(double.NaN).MaxBy(ratio => Math.Abs(Math.Log(ratio)));
    }

    // Means of the same run are correlated, so their difference is better known than this: the test errs toward "alike".
    private static bool CannotBeTold(ReportScore a, ReportScore b) =>
        Text(a) == Text(b) || Math.Abs(a.Value - b.Value) < 2 * Math.Sqrt(a.StandardError * a.StandardError + b.StandardError * b.StandardError);

    private static ReportScore Score(IReadOnlyDictionary<string, ReportScore> scores, string name) =>
        scores.TryGetValue(name, out var score) ? score : new ReportScore(double.NaN);

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
