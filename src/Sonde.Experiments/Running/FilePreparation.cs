using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Networks;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Running;

/// <summary>Makes what all methods share where observations come from a file and nobody knows the truth.</summary>
internal static class FilePreparation
{
    /// <summary>Reads and checks the observations.</summary>
    /// <exception cref="InputException">The configuration or the file does not fit.</exception>
    public static PreparedExperiment Prepare(ExperimentConfig config, string folder, bool climatology)
    {
        RefuseTwinKeys(config);
        var random = new RandomSource(config.Seed);
        var system = Preparation.Build(config.System, folder, asTruth: false, "system");
        var table = ObservationTableReader.Read(Path.Combine(folder, config.Observations.File!), config.Observations.Columns ?? new CsvLayout(), system.Fields);
        var grid = Preparation.GridOf(config, system);
        var ledger = Check(config, table, system.Fields);
        var series = new ObservationSeries(ledger, system.Fields, grid);
        if (series.Used.Count == 0)
            throw new InputException($"{table.Path}: none of its {table.Readings.Count} readings can be used: {Describe(ledger.Count())}.");
        var scored = config.Time.Scored(series.Used.Count);
        var attractor = new Lazy<Matrix<double>>(() => Preparation.LongRun(system, config, () => [.. series.Used.Select(o => o.At)], random.Fork("attractor")));
        IPrior[] priors = [Preparation.Believed(config.Background ?? new GaussianBackground(), config, system, null, attractor, random.Fork("background"))];
        var errors = Errors(config.System, system, grid, priors[0], random);
        var prepared = new PreparedExperiment
        {
            Problem = new AssimilationProblem(
                system, grid, climatology ? Preparation.Climatology(attractor.Value) : null, grid.TimeOf(series.Used[^1].At) / series.Used.Count),
            View = Preparation.ViewOf(system),
            Errors = errors,
            Notes = errors is null && config.System is SurrogateSource { Error: null or { Factor: > 0 } } ? [DecodedErrors.Unknown] : [],
            Priors = priors,
            Observations = Widened(series.Used),
            Withheld = series.Withheld.Any(o => o.Count > 0) ? Widened(series.Withheld) : null,
            Ledger = ledger,
            BackgroundCheck = config.Observations.QualityControl?.BackgroundCheck,
            Origin = table.Origin is { } origin ? (origin, table.Unit) : null,
            Scored = scored,
            Random = random,
        };
        return prepared.Noted();

        IReadOnlyList<Observation> Widened(IReadOnlyList<Observation> observations) => errors is null ? observations : [.. observations.Select(errors.Widen)];
    }

    /// <summary>What a surrogate errs by that is the system.</summary>
    private static DecodedErrors? Errors(ISystemSource source, IDynamicalSystem system, TimeGrid grid, IPrior prior, RandomSource random) =>
        source is SurrogateSource { Error: var own } && SurrogateSource.Of(system) is { } surrogate
            ? DecodedErrors.Of(surrogate, own, surrogate.Fields, grid, prior, random.Fork("surrogate-error"))
            : null;

    /// <summary>
    /// What a learned method is trained with: truths from what is believed before any observation, observed as the file's readings that are used were:
    /// the same times, places and errors.
    /// </summary>
    /// <param name="config">The experiment, with the system that makes truths.</param>
    /// <param name="folder">Where relative file names begin.</param>
    /// <param name="experiment">As it was prepared.</param>
    /// <exception cref="InputException">The system cannot be built.</exception>
    public static TwinSource Twins(ExperimentConfig config, string folder, PreparedExperiment experiment)
    {
        var nature = Preparation.Build(config.System, folder, asTruth: true, "system");
        var (start, spinUp) = Preparation.Truths(nature, config, experiment.Prior);
        return new TwinSource(
            config.Name, experiment.Problem, nature, start, spinUp, [.. experiment.Observations.Select(o => o.At)], new RepeatedNetwork(experiment.Observations), alongSeries: true);
    }

    private static ObservationLedger Check(ExperimentConfig config, ObservationTable table, Domain domain)
    {
        try
        {
            var end = config.Time.Until ?? (config.Time.Cycles is { } cycles ? cycles * (config.Observations.Every ?? config.Time.Step) : double.MaxValue);
            return (config.Observations.QualityControl ?? new QualityControl()).Check(table.Readings, domain, 0, end);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations.qualityControl: {InputException.Sentence(e)}", e);
        }
    }

    private static void RefuseTwinKeys(ExperimentConfig config)
    {
        var given = new (string Key, bool Given)[]
        {
            ("truth", config.Truth is not null), ("time.spinUp", config.Time.SpinUp > 0), ("time.trajectories", config.Time.Trajectories is not null), ("observations.times", config.Observations.Times is not null),
            ("observations.locations", config.Observations.Locations is not null), ("observations.operator", config.Observations.Operator is not null),
            ("observations.fields", config.Observations.Fields is not null), ("observations.noise", config.Observations.Noise is not null),
        };
        foreach (var (key, _) in given.Where(pair => pair.Given))
            throw new InputException($"{key} belongs to a twin experiment, but observations.file names a file of observations; expected one or the other.");
    }

    private static string Describe(FateCounts counts) =>
        string.Join("; ", counts.Quantities.Select(quantity => $"{quantity}: {string.Join(", ", counts.Of(quantity).Select(pair => $"{pair.Count} {Fates.Name(pair.Fate)}"))}"));
}
