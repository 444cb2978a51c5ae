using System.Diagnostics;
using System.Globalization;
using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Report;
using Sonde.Numerics;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Running;

/// <summary>What a check found in one point of a sweep, or the only one.</summary>
/// <param name="Name">The experiment's name, and the point's overrides.</param>
/// <param name="Findings">What was looked at, and what was found there, in words.</param>
/// <param name="Fates">What becomes of observations, by quantity and fate.</param>
/// <param name="Derivatives">Tests of the tangent and adjoint of everything that has them.</param>
public sealed record CheckedPoint(
    string Name, IReadOnlyList<(string What, string Found)> Findings, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Fates,
    IReadOnlyList<CheckedDerivative> Derivatives);

/// <summary>Everything about an experiment that can be checked without running it: the settings, what its methods refuse, its observations, one forecast.</summary>
internal static class ExperimentCheck
{
    private const int Tried = 2;                        // members of the forecast

    /// <summary>Prepares the experiment, lets its methods refuse, and makes one forecast.</summary>
    /// <exception cref="InputException">Something does not fit, or the forecast is not finite.</exception>
    public static CheckedPoint Of(ExperimentFile file)
    {
        var point = new PointRun(file, new PointFolder("", "", true));
        var prepared = point.Prepare();
        var domain = prepared.Fields;
        var fields = domain.Fields.Count <= 4 ? string.Join(", ", domain.Fields.Select(field => $"{field.Name} ({field.Grid.Count})")) : $"{domain.Fields.Count} fields";
        var parameters = domain.Parameters.Count > 0 ? $"; parameters {string.Join(", ", domain.Parameters)}" : "";
        return new CheckedPoint(
            string.Join(' ', file.Overrides.Select(o => $"{o.Key}={o.Value}").Prepend(file.Config.Name)),
            [
                ("state", Invariant($"{domain.Width} components: {fields}{parameters}")),
                ("time", Span(prepared)),
                ("observations", Invariant($"{prepared.Observations.Sum(o => (long)o.Count)} to use, {(prepared.Withheld ?? []).Sum(o => (long)o.Count)} withheld{(prepared.BackgroundCheck is null ? "" : "; each method checks them against its own forecast")}")),
                ("one forecast", Forecasted(prepared, file.Config)),
                ("memory", Memory(prepared, file, point.Own)),
                .. Latent(file, point.Own),
                ("methods", $"{string.Join(", ", file.Methods.Select(entry => entry.Name))}: all of them can run here"),
            ],
            Running.Fates.Counts(prepared.Ledger?.Count() ?? Counted(prepared)),
            DerivativeChecks.Of(prepared.First));
    }

    private static FateCounts Counted(PreparedExperiment prepared)
    {
        var counts = new FateCounts();
        foreach (var observation in prepared.Observations)
            foreach (var quantity in observation.Quantities)
                counts.Add(quantity, ObservationFate.Used);
        return counts;
    }

    private static string Span(PreparedExperiment prepared)
    {
        var (grid, times) = (prepared.Problem.Grid, prepared.Of(0));
        return Invariant($"{(prepared.Trajectories > 1 ? $"{prepared.Trajectories} independent trajectories of " : "")}{times.Count} observation times from {At(0)} to {At(times.Count - 1)}, steps of {grid.StepLength}{Unit()}{LeftOut()}");

        string LeftOut() => ReportSummary.LeftOut(prepared.Scored.First, Math.Max(0, times.Count - prepared.Scored.End)) is { Length: > 0 } left ? $", {left} left out of scores" : "";

        string Unit() => prepared.Origin is { } origin ? $" {origin.Unit.ToString().ToLowerInvariant()}" : "";

        string At(int k)
        {
            var time = grid.TimeOf(times[k].At);
            return prepared.Origin is { } origin
                ? (origin.Moment + time * CsvTime.Span(origin.Unit)).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)
                : time.ToString("0.######", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Members drawn from the background, carried to the first observation time after the start.</summary>
    private static string Forecasted(PreparedExperiment prepared, ExperimentConfig config)
    {
        var (system, grid) = (prepared.Problem.System, prepared.Problem.Grid);
        var first = prepared.Observations.Select(observation => observation.At).FirstOrDefault(at => at > default(GridTime), new GridTime(1));
        var members = new Matrix<double>(Tried, system.Width);
        prepared.Prior.Sample(members, prepared.Random.Fork("check"));
        var clock = Stopwatch.StartNew();
        Forecast.Run(system, grid, default, first, members, prepared.Random.Fork("check"), Workers.One);
        var milliseconds = clock.Elapsed.TotalMilliseconds / Tried;
        if (!Moments.AllFinite(members.Values))
            throw new InputException(Invariant(
                $"{config.Name}: a member drawn from the background is not finite at t = {grid.TimeOf(first)}; expected a smaller time.step than {grid.StepLength}, or a background nearer to what the system can carry."));
        return Invariant($"finite at t = {grid.TimeOf(first):0.######}; {milliseconds:0.###} ms a member");
    }

    /// <summary>Ensembles and covariances with their copies, and what is kept for results.</summary>
    private static string Memory(PreparedExperiment prepared, ExperimentFile file, IReadOnlyList<PreparedExperiment> own)
    {
        const double Copies = 3, Megabyte = 1 << 20;
        var (width, times) = ((double)prepared.Fields.Width, prepared.Times);
        var work = file.Methods.Zip(own).Max(pair => Rows(pair.First, pair.Second) * Math.Max(Copies * pair.Second.Problem.System.Width, pair.Second.View?.Fields.Width ?? 0) * sizeof(double));
        var output = file.Config.Output ?? new OutputConfig();
        var further = StateHistory.Trajectories(prepared.Trajectories, times, prepared.Fields.Width) - 1;
        var kept = file.Methods.Zip(own).Sum(pair => (Kept(output, pair.First, pair.Second) + further * Kept(output with { Analysis = AnalysisOutput.Mean }, pair.First, pair.Second)) * sizeof(double));
        var truth = prepared.Truth is null ? 0 : prepared.Observations.Count * width * sizeof(double);
        return Invariant($"about {(work + kept + truth) / Megabyte:0.##} MB: {work / Megabyte:0.##} for the largest method, {(kept + truth) / Megabyte:0.##} kept for results");

        double Kept(OutputConfig of, MethodEntry entry, PreparedExperiment its) => StateHistory.ValuesOf(times, prepared.Fields.Width, of, Rows(entry, its));

        double Rows(MethodEntry entry, PreparedExperiment its) => double.TryParse(entry.Settings["members"]?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var members)
            ? members
            : its.Problem.System.Width;
    }

    /// <summary>The surrogates that methods run in, and what should be known of them.</summary>
    private static IEnumerable<(string What, string Found)> Latent(ExperimentFile file, IReadOnlyList<PreparedExperiment> own)
    {
        for (var m = 0; m < own.Count; m++)
            if (SurrogateSource.Of(own[m].Problem.System) is { } surrogate && (file.Methods[m].Surrogate is not null || m == 0))
                yield return (file.Methods[m].Surrogate is null ? "surrogate" : $"{file.Methods[m].Name}",
                    Invariant($"in {surrogate.Width} latent components, steps of {surrogate.StepLength:G10}{string.Concat(own[m].Notes.Select(note => $"; {note}"))}"));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
