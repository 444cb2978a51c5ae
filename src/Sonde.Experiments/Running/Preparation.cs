using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Numerics;
using Sonde.Observing.Networks;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Running;

/// <summary>Makes what all methods of a twin experiment share: truth, observations, background.</summary>
public static class Preparation
{
    private const int AttractorStates = 2000;
    private const double LeastSpinUp = 20;              // time units after which a free run has forgotten its start
    private const int CovarianceAtMost = 4000;          // wider systems have a climatology of variances alone

    /// <summary>A twin experiment, or, where observations come from a file, a job.</summary>
    /// <exception cref="InputException">The configuration cannot be carried out.</exception>
    public static PreparedExperiment Prepare(ExperimentConfig config, string folder, bool climatology) =>
        config.Observations.File is null ? Twin(config, folder, climatology) : FilePreparation.Prepare(config, folder, climatology);

    /// <summary>Simulates and observes the truth.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="folder">Where relative file names begin.</param>
    /// <param name="climatology">True where a method needs the system's climatology.</param>
    /// <exception cref="InputException">The configuration cannot be carried out.</exception>
    private static PreparedExperiment Twin(ExperimentConfig config, string folder, bool climatology)
    {
        if (config.System is SurrogateSource { Error.Factor: > 0 })
            throw new InputException("system.error: where a surrogate makes the truth it has no error of its own; expected observations from a file, or the surrogate as the key 'surrogate' of a method.");
        var random = new RandomSource(config.Seed);
        var attractor = new Lazy<Matrix<double>>(() => LongRun(config, folder, random));
        var twins = Source(config, folder, climatology, random, attractor);
        var (count, times, system) = (config.Time.Trajectories ?? 1, twins.Times.Count, twins.Problem.System);
        var scored = config.Time.Scored(times);
        var view = ViewOf(system);
        var width = view?.Fields.Width ?? system.Width;
        if (Memory.Refuses((double)count * times * (width + 32)) is { } reason)
            throw new InputException($"time.trajectories is {count}: {count} truths of {times} observation times of {width} components need {reason}.");
        var truth = new Matrix<double>(count * times, system.Width);
        var starts = twins.Starts(count, random);
        var priors = Priors(config, system, starts, attractor, random);
        twins.Simulate(starts, new Batch<double>(truth.Values, count, times * system.Width), random);
        var prepared = new PreparedExperiment
        {
            Problem = twins.Problem,
            View = view,
            Twins = twins,
            Priors = priors,
            Observations = [.. Enumerable.Range(0, count).SelectMany(k => twins.Observe(truth.All.Slice(k * times, times).Values, TwinSource.Of(random, k)))],
            Truth = view?.Decode(truth, Workers.One) ?? truth,
            BackgroundCheck = BackgroundCheck(config.Observations.QualityControl),
            Scored = scored,
            Random = random,
        };
        return prepared.Noted();
    }

    /// <summary>What makes truths and observations: of the experiment itself, or of one like it that a method is trained with.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="folder">Where relative file names begin.</param>
    /// <param name="climatology">True where a method needs the system's climatology.</param>
    /// <param name="random">Of what all truths have in common: times, and places that are not redrawn.</param>
    /// <param name="attractor">States of the system's long run, made at first use.</param>
    /// <exception cref="InputException">The configuration cannot be carried out.</exception>
    internal static TwinSource Source(ExperimentConfig config, string folder, bool climatology, RandomSource random, Lazy<Matrix<double>> attractor)
    {
        var system = Build(config.System, folder, false, "system");
        var nature = config.Truth is null && system.Fields.Decoder is not null ? system : Build(config.Truth ?? config.System, folder, true, "truth");
        if (nature.Width < system.Width || (nature.Width > system.Width && !Leads(system.Domain, nature.Domain)))
            throw new InputException($"truth has {nature.Width} components but system has {system.Width}; expected the same state in both, or one that begins with the system's fields.");
        if (config.Truth is not null && (system.Fields.Decoder is not null || nature.Fields.Decoder is not null))
            throw new InputException("truth: a surrogate's rows are not those of another system; expected the model as system, and the key 'surrogate' in a method.");
        var grid = GridOf(config, system);
        if (config.Observations.Every is { } every && config.Time.CyclesOf(every) is { } cycles && Memory.Refuses((double)cycles * (system.Width + 32)) is { } reason)
            throw new InputException($"time.{config.Time.Length}: the truth of {cycles} cycles of {system.Width} components needs {reason}.");
        var times = config.Observations.TimesOn(grid, config.Time, folder, random.Fork("times"));
        var problem = new AssimilationProblem(system, grid, climatology ? Climatology(attractor.Value) : null, TypicalInterval(grid, times));
        return new TwinSource(config.Name, problem, nature, UsualPrior(nature, config), config.Time.SpinUp, times, Network(config, folder, system.Fields, attractor, random.Fork("network")));
    }

    /// <summary>Whether a longer state begins with fields as large as all of a shorter one's.</summary>
    private static bool Leads(Domain shorter, Domain longer) => shorter.Parameters.Count == 0 && shorter.Fields.Count < longer.Fields.Count
        && Enumerable.Range(0, shorter.Fields.Count).All(i => shorter.Fields[i].Grid.Count == longer.Fields[i].Grid.Count);

    /// <summary>One for each trajectory where it depends on the truth, and otherwise the same for all.</summary>
    private static IPrior[] Priors(ExperimentConfig config, IDynamicalSystem system, Matrix<double> starts, Lazy<Matrix<double>> attractor, RandomSource random)
    {
        var background = config.Background ?? Usual(system);
        var priors = new IPrior[starts.Rows];
        for (var k = 0; k < priors.Length; k++)
            priors[k] = k > 0 && background is not PerturbedTruthBackground
                ? priors[0]
                : Believed(background, config, system, [.. starts[k][..system.Width]], attractor, TwinSource.Of(random, k).Fork("background"));
        return priors;
    }

    /// <summary>What a background says of t = 0.</summary>
    /// <param name="background">The background.</param>
    /// <param name="config">The experiment.</param>
    /// <param name="system">The system that the methods use.</param>
    /// <param name="truth">The true state at t = 0; null where nobody knows it.</param>
    /// <param name="attractor">States of the system's long run, made at first use.</param>
    /// <param name="random">Randomness of the background.</param>
    internal static IPrior Believed(
        IBackgroundSource background, ExperimentConfig config, IDynamicalSystem system, double[]? truth, Lazy<Matrix<double>> attractor, RandomSource random)
    {
        var prior = background.Prior(system, truth, () => attractor.Value, random);
        if (background is not GaussianBackground { SpinUp: > 0 and var spinUp })
            return prior;
        return SurrogateSource.Of(system) is null
            ? new SpunUpPrior(prior, system, config.Time.Step, (int)Math.Ceiling(spinUp / config.Time.Step - 1e-9), random.Fork("spin-up"))
            : throw new InputException($"background.spinUp is {spinUp}, but rows of a surrogate start at t = 0 from parameters; expected none.");
    }

    private static BackgroundCheck? BackgroundCheck(QualityControl? control)
    {
        if (control is { Limits: not null } or { Buddies: not null } or { Withheld: not null })
            throw new InputException("observations.qualityControl: limits, buddies and withheld belong to observations from a file; a twin experiment knows backgroundCheck alone.");
        return control?.BackgroundCheck;
    }

    /// <summary>The steps of time; those of a surrogate are its own.</summary>
    /// <exception cref="InputException">The step is another.</exception>
    internal static TimeGrid GridOf(ExperimentConfig config, IDynamicalSystem system)
    {
        if (SurrogateSource.Of(system) is { StepLength: var own } && Math.Abs(config.Time.Step - own) > 1e-9 * own)
            throw new InputException(FormattableString.Invariant(
                $"time.step is {config.Time.Step}, but the surrogate was trained with steps of {own:G10}, and another step makes another model; expected {own:G10}."));
        return new TimeGrid(0, config.Time.Step);
    }

    /// <summary>What rows of a system stand for where they do not hold it; null where they do.</summary>
    internal static FieldView? ViewOf(IDynamicalSystem system) => system.Fields.Decoder is null ? null : new FieldView(system.Fields, system.Fields);

    internal static IDynamicalSystem Build(ISystemSource source, string folder, bool asTruth, string key)
    {
        try
        {
            return source.Build(folder, asTruth);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{(e.ParamName == nameof(ExternalModel.Command) ? $"{key}.command" : key)}: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>A distribution of truths before their spin-up, and how long that is, for as many independent truths of a background as are asked for.</summary>
    /// <param name="nature">What makes truths.</param>
    /// <param name="config">The experiment.</param>
    /// <param name="prior">Its background, of which there may be no more than a limited number of draws.</param>
    internal static (IPrior Start, double SpinUp) Truths(IDynamicalSystem nature, ExperimentConfig config, IPrior prior) =>
        prior is EmpiricalPrior ? (UsualPrior(nature, config), Math.Max(config.Time.SpinUp, LeastSpinUp)) : (prior, 0);

    private static IPrior UsualPrior(IDynamicalSystem nature, ExperimentConfig config)
    {
        if (config.Background is GaussianBackground or UniformBackground)
            return config.Background.Prior(nature, null, () => throw new InvalidOperationException(), new RandomSource(0));
        return nature.DefaultPrior is { } usual
            ? usual.Correlated is { } departures ? new CorrelatedPrior(usual.Mean, departures, usual.States) : new GaussianPrior(usual.Mean, usual.StandardDeviation)
            : new GaussianPrior(ExternalSystem.MeanOf(nature) ?? new double[nature.Width], [.. Enumerable.Repeat(1.0, nature.Width)]);
    }

    private static ObservationNetwork Network(ExperimentConfig config, string folder, Domain fields, Lazy<Matrix<double>> attractor, RandomSource random)
    {
        try
        {
            var part = config.Observations.Part(folder);
            part.Error?.Check();
            var needsStates = part.Error is { Relative: not null, DependsOnValues: false };
            return new ObservationNetwork(fields, [part], random, needsStates ? attractor.Value : null);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>The climatology, or the system's own prior where it has none because it never forgets where it started.</summary>
    private static IBackgroundSource Usual(IDynamicalSystem system) =>
        system.DefaultPrior?.States is null or UniformParameters ? new ClimatologyBackground() : new GaussianBackground();

    /// <summary>States that the system of a twin experiment may be in.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="folder">Where relative file names begin.</param>
    /// <param name="random">As for the experiment's observation times.</param>
    internal static Matrix<double> LongRun(ExperimentConfig config, string folder, RandomSource random) => LongRun(
        Build(config.System, folder, false, "system"), config,
        () => config.Observations.TimesOn(new TimeGrid(0, config.Time.Step), config.Time, folder, random.Fork("times")), random.Fork("attractor"));

    /// <summary>States that a system may be in: of a free run, or, where it never forgets where it started, of short ones up to observation times.</summary>
    internal static Matrix<double> LongRun(IDynamicalSystem system, ExperimentConfig config, Func<IReadOnlyList<GridTime>> times, RandomSource random)
    {
        var states = system.DefaultPrior?.States switch
        {
            null => Attractor(system, config, random),
            UniformParameters => Transient(Math.Max(config.Time.SpinUp, LeastSpinUp)),      // runs of many parameters, each on its own attractor
            _ => Transient(config.Time.SpinUp),
        };
        return Moments.AllFinite(states.Values)
            ? states
            : throw new InputException($"A free run of {config.Name} does not stay finite; expected a smaller time.step than {config.Time.Step}.");

        Matrix<double> Transient(double spinUp) => TransientStates.Draw(
            system, UsualPrior(system, config), new TimeGrid(0, config.Time.Step), times(), (int)Math.Ceiling(spinUp / config.Time.Step - 1e-9), random);
    }

    /// <summary>States of a free run, far enough apart to be nearly independent.</summary>
    private static Matrix<double> Attractor(IDynamicalSystem system, ExperimentConfig config, RandomSource random)
    {
        var dt = config.Time.Step;
        var between = Math.Max(1, (int)Math.Round(0.5 / dt));
        var count = (int)Math.Clamp((1L << 30) / (sizeof(double) * (long)system.Width), 32, AttractorStates);
        var states = new Matrix<double>(count, system.Width);
        var state = new Matrix<double>(1, system.Width);
        UsualPrior(system, config).Sample(state, random);
        var at = 0.0;
        Advance((int)Math.Ceiling(Math.Max(config.Time.SpinUp, LeastSpinUp) / dt));
        for (var k = 0; k < count; k++)
        {
            Advance(between);
            state.Values.CopyTo(states[k]);
        }
        return states;

        void Advance(int steps)
        {
            Carry(system, state, at, dt, steps, random.Fork((long)Math.Round(at / dt)));
            at += steps * dt;
        }
    }

    /// <summary>Whole steps of one state, and where the system can fail, its own word on that.</summary>
    internal static void Carry(IDynamicalSystem system, Batch<double> state, double time, double dt, int steps, RandomSource random)
    {
        system.Advance(state, time, dt, steps, 0, random);
        (system as IFallibleSystem)?.Settle(state, time + steps * dt, random);
    }

    internal static GaussianBelief Climatology(Matrix<double> states)
    {
        if (states.Width <= CovarianceAtMost)
            return new EmpiricalPrior(states).Moments();
        var (mean, variance) = (new double[states.Width], new double[states.Width]);
        Moments.Mean(states, [], mean);
        Moments.Variance(states, [], mean, variance);
        return new GaussianBelief(mean, variance);
    }

    private static double TypicalInterval(TimeGrid grid, GridTime[] times) =>
        times.Length == 0 ? grid.StepLength : (grid.TimeOf(times[^1]) - grid.Start) / times.Length;
}
