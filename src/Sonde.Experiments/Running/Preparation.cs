using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Networks;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Running;

/// <summary>Makes what all methods of a twin experiment share: truth, observations, background.</summary>
public static class Preparation
{
    private const int AttractorStates = 2000;
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
        var random = new RandomSource(config.Seed);
        var system = Build(config.System, folder, false, "system");
        var nature = Build(config.Truth ?? config.System, folder, true, "truth");
        if (nature.Width != system.Width)
            throw new InputException($"truth has {nature.Width} components but system has {system.Width}; expected the same state in both.");
        var grid = new TimeGrid(0, config.Time.Step);
        if (config.Time.Cycles is { } cycles && Memory.Refuses((double)cycles * (system.Width + 32)) is { } reason)
            throw new InputException($"time.cycles is {cycles}: the truth of {cycles} cycles of {system.Width} components needs {reason}.");
        var times = config.Observations.TimesOn(grid, config.Time, folder, random.Fork("times"));
        if (config.Time.BurnIn >= times.Length)
            throw new InputException($"time.burnIn is {config.Time.BurnIn}, but there are only {times.Length} observation times; expected fewer.");
        var attractor = new Lazy<Matrix<double>>(() => LongRun(system, config, grid, times, random.Fork("attractor")));
        var start = Start(nature, config, random.Fork("truth"));
        var prior = (config.Background ?? Usual(system)).Prior(system, [.. start.Values], () => attractor.Value, random.Fork("background"));
        var network = Network(config, folder, system, attractor, random.Fork("network"));
        var truth = Simulate(nature, grid, times, start, random.Fork("truth-noise"));
        return new PreparedExperiment
        {
            Problem = new AssimilationProblem(system, grid, climatology ? Climatology(attractor.Value) : null, TypicalInterval(grid, times)),
            Prior = prior,
            Observations = Observe(network, grid, times, truth, random.Fork("observations")),
            Truth = truth,
            BackgroundCheck = BackgroundCheck(config.Observations.QualityControl),
            BurnIn = config.Time.BurnIn,
            Random = random,
        };
    }

    private static BackgroundCheck? BackgroundCheck(QualityControl? control)
    {
        if (control is { Limits: not null } or { Buddies: not null } or { Withheld: not null })
            throw new InputException("observations.qualityControl: limits, buddies and withheld belong to observations from a file; a twin experiment knows backgroundCheck alone.");
        return control?.BackgroundCheck;
    }

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

    /// <summary>The true state at step 0: a draw from the system's usual prior, carried through the spin-up.</summary>
    private static Matrix<double> Start(IDynamicalSystem nature, ExperimentConfig config, RandomSource random)
    {
        var state = new Matrix<double>(1, nature.Width);
        UsualPrior(nature, config).Sample(state, random);
        var steps = (int)Math.Ceiling(config.Time.SpinUp / config.Time.Step - 1e-9);
        Carry(nature, state, -steps * config.Time.Step, config.Time.Step, steps, random.Fork("spin-up"));
        return Moments.AllFinite(state.Values)
            ? state
            : throw new InputException($"The truth of {config.Name} is not finite after its spin-up of {config.Time.SpinUp}; expected a smaller time.step than {config.Time.Step}.");
    }

    private static IPrior UsualPrior(IDynamicalSystem nature, ExperimentConfig config)
    {
        if (config.Background is GaussianBackground given)
            return given.Prior(nature, null, () => throw new InvalidOperationException(), new RandomSource(0));
        return nature.DefaultPrior is { } usual
            ? usual.Correlated is { } departures ? new CorrelatedPrior(usual.Mean, departures, usual.States) : new GaussianPrior(usual.Mean, usual.StandardDeviation)
            : new GaussianPrior(ExternalSystem.MeanOf(nature) ?? new double[nature.Width], [.. Enumerable.Repeat(1.0, nature.Width)]);
    }

    private static Matrix<double> Simulate(IDynamicalSystem nature, TimeGrid grid, GridTime[] times, Matrix<double> start, RandomSource random)
    {
        var truth = new Matrix<double>(times.Length, nature.Width);
        var state = start.Copy();
        var at = default(GridTime);
        for (var k = 0; k < times.Length; k++)
        {
            Forecast.Run(nature, grid, at, times[k], state, random, Workers.One);
            at = times[k];
            if (!Moments.AllFinite(state.Values))
                throw new InputException($"The truth is no longer finite at observation time {k} (t = {grid.TimeOf(at)}); expected a smaller time.step than {grid.StepLength}.");
            state.Values.CopyTo(truth[k]);
        }
        return truth;
    }

    private static ObservationNetwork Network(ExperimentConfig config, string folder, IDynamicalSystem system, Lazy<Matrix<double>> attractor, RandomSource random)
    {
        try
        {
            var part = config.Observations.Part(folder);
            part.Error?.Check();
            var needsStates = part.Error is { Relative: not null, DependsOnValues: false };
            return new ObservationNetwork(system.Domain, [part], random, needsStates ? attractor.Value : null);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations: {InputException.Sentence(e)}", e);
        }
    }

    private static Observation[] Observe(ObservationNetwork network, TimeGrid grid, GridTime[] times, Matrix<double> truth, RandomSource random)
    {
        var observations = new Observation[times.Length];
        try
        {
            for (var k = 0; k < times.Length; k++)
                observations[k] = network.Observe(k, times[k], grid.TimeOf(times[k]), truth[k], random);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations: {InputException.Sentence(e)}", e);
        }
        return observations;
    }

    /// <summary>The climatology, or the system's own prior where it has none because it never forgets where it started.</summary>
    private static IBackgroundSource Usual(IDynamicalSystem system) =>
        system.DefaultPrior?.States is null ? new ClimatologyBackground() : new GaussianBackground();

    /// <summary>States that the system may be in: of a free run, or, where it never forgets where it started, of many short ones.</summary>
    internal static Matrix<double> LongRun(IDynamicalSystem system, ExperimentConfig config, TimeGrid grid, IReadOnlyList<GridTime> times, RandomSource random)
    {
        var states = system.DefaultPrior?.States is null
            ? Attractor(system, config, random)
            : TransientStates.Draw(system, UsualPrior(system, config), grid, times, (int)Math.Ceiling(config.Time.SpinUp / config.Time.Step - 1e-9), random);
        return Moments.AllFinite(states.Values)
            ? states
            : throw new InputException($"A free run of {config.Name} does not stay finite; expected a smaller time.step than {config.Time.Step}.");
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
        Advance((int)Math.Ceiling(Math.Max(config.Time.SpinUp, 20) / dt));
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
    internal static void Carry(IDynamicalSystem system, Matrix<double> state, double time, double dt, int steps, RandomSource random)
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
