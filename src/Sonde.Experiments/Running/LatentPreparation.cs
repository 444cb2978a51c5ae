using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Training;
using Sonde.Observing;
using Sonde.Observing.Operators;
using Sonde.Surrogates;

namespace Sonde.Experiments.Running;

/// <summary>
/// An experiment as methods see it that run in a surrogate's latent rows: the same observations, read through the decoder; the same prior of
/// parameters, from which latent states start; beliefs that are decoded into the experiment's own fields to be scored.
/// </summary>
/// <param name="experiment">The experiment itself.</param>
/// <param name="folder">Where relative file names begin.</param>
internal sealed class LatentPreparation(PreparedExperiment experiment, string folder)
{
    private readonly Dictionary<string, Opened> opened = [];

    /// <summary>The experiment in which a method runs: itself where it names no surrogate.</summary>
    /// <exception cref="InputException">The surrogate is not there or does not fit.</exception>
    public PreparedExperiment For(MethodEntry entry)
    {
        if (entry.Surrogate is not { } setup)
            return experiment;
        try
        {
            var path = Path.GetFullPath(Path.Combine(folder, setup.File));
            if (!opened.TryGetValue(path, out var parts))
                opened[path] = parts = Open(path);
            return In(parts, setup, entry);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{entry.Settings.Where}: method '{entry.Name}' cannot run in {setup.File}: {InputException.Sentence(e)}", e);
        }
    }

    private Opened Open(string path)
    {
        var surrogate = SurrogateFile.Open(path);
        var (rows, wanted) = (experiment.Problem.System.Domain, experiment.Fields);
        string[] known = [.. surrogate.Ranges.Select(range => range.Name)];
        if (known.Except(wanted.Parameters).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"It was trained with the parameter '{unknown}', which is none of the system's own, {Listed(wanted.Parameters)}; expected the system to estimate it.");
        if (wanted.Parameters.Except(known).FirstOrDefault() is { } missing)
            throw new ArgumentException($"It does not know the parameter '{missing}'; it was trained with {Listed(known)}.");
        var grid = new TimeGrid(experiment.Problem.Grid.Start, surrogate.StepLength);
        var operators = new Dictionary<IObservationOperator, IObservationOperator>(ReferenceEqualityComparer.Instance);
        var priors = new Dictionary<IPrior, StartedPrior>(ReferenceEqualityComparer.Instance);
        var columns = Array.ConvertAll(known, name => rows.FieldWidth + rows.Parameters.ToList().IndexOf(name));
        var random = experiment.Random.Fork("latent");
        foreach (var prior in experiment.Priors)
            if (!priors.ContainsKey(prior))
                priors.Add(prior, new StartedPrior((prior as SpunUpPrior)?.Start ?? prior, rows.Width, columns, surrogate, random.Fork("prior").Fork(priors.Count)));
        StartedPrior[] started = [.. experiment.Priors.Select(prior => priors[prior])];
        return new(surrogate, new FieldView(surrogate.Fields, wanted), wanted, grid, Reread(experiment.Observations), experiment.Withheld is { } kept ? Reread(kept) : null,
            started, columns, Notes(surrogate, started));

        Observation[] Reread(IReadOnlyList<Observation> series) =>
        [
            .. series.Select(observation =>
            {
                if (!operators.TryGetValue(observation.Operator, out var there))
                    operators.Add(observation.Operator, there = Rereading.Of(observation.Operator, experiment.Problem.System.Fields, surrogate.Fields));
                return observation.In(grid.Locate(experiment.Problem.Grid.TimeOf(observation.At)), there);
            }),
        ];
    }

    private PreparedExperiment In(Opened parts, SurrogateSetup setup, MethodEntry entry)
    {
        var system = ModelError.Around(setup.ModelError, parts.Surrogate);
        var climatology = entry.Method.NeedsClimatology
            ? Preparation.Climatology(TransientStates.Draw(
                system, parts.Priors[0], parts.Grid, [.. parts.Observations.Take(experiment.Times).Select(o => o.At)], 0, experiment.Random.Fork("latent").Fork("attractor")))
            : null;
        var problem = new AssimilationProblem(system, parts.Grid, climatology, experiment.Problem.TypicalInterval);
        var (errors, note) = Errors(parts, setup);
        return new PreparedExperiment
        {
            Problem = problem,
            View = parts.View,
            Errors = errors,
            Twins = experiment.Twins,
            Seen = twins => new LatentTwins(twins, problem, parts.Surrogate, parts.Columns, errors),
            Priors = parts.Priors,
            Observations = Widened(parts.Observations),
            Truth = experiment.Truth,
            Withheld = parts.Withheld is { } kept ? Widened(kept) : null,
            Ledger = experiment.Ledger,
            BackgroundCheck = experiment.BackgroundCheck,
            Origin = experiment.Origin,
            Scored = experiment.Scored,
            Random = experiment.Random,
            Notes = [.. parts.Notes.Concat(note).Select(note => $"{entry.Name}: {note}")],
        };

        Observation[] Widened(Observation[] series) => errors is null ? series : Array.ConvertAll(series, errors.Widen);
    }

    /// <summary>What the surrogate errs by, and a sentence where nobody knows: not where a surrogate makes the truths, too.</summary>
    private (DecodedErrors? Errors, string[] Note) Errors(Opened parts, SurrogateSetup setup)
    {
        if (setup.Error is { Factor: 0 } || SurrogateSource.Of(experiment.Problem.System) is not null)
            return (null, []);
        var errors = DecodedErrors.Of(parts.Surrogate, setup.Error, parts.Wanted, parts.Grid, parts.Priors[0], experiment.Random.Fork("surrogate-error"));
        return (errors, errors is null ? [DecodedErrors.Unknown] : []);
    }

    /// <summary>Where the surrogate has to do what it was not trained for.</summary>
    private List<string> Notes(LatentSurrogate surrogate, StartedPrior[] priors)
    {
        var notes = SurrogateRanges.Beyond(surrogate, experiment).ToList();
        for (var p = 0; p < surrogate.Ranges.Count; p++)
        {
            var (range, column) = (surrogate.Ranges[p], surrogate.LatentWidth + p);
            var values = Enumerable.Range(0, priors[0].States.Rows).Select(row => priors[0].States[row, column]).ToArray();
            if (values.Count(value => SurrogateRanges.IsBeyond(range, value)) is > 0 and var outside)
                notes.Add(FormattableString.Invariant(
                    $"the prior draws {range.Name} from {values.Min():0.######} to {values.Max():0.######}, {100.0 * outside / values.Length:0.#} % of it far beyond the range the surrogate was trained on, {range.Least:0.######} to {range.Greatest:0.######}."));
        }
        return notes;
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "which are none" : string.Join(", ", names);

    /// <summary>What methods in one surrogate have in common.</summary>
    private sealed record Opened(
        LatentSurrogate Surrogate, FieldView View, Domain Wanted, TimeGrid Grid, Observation[] Observations, Observation[]? Withheld, StartedPrior[] Priors, int[] Columns,
        IReadOnlyList<string> Notes);
}
