using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// An ensemble of data assimilations: runs of one method side by side, each with observations, first background and model perturbed by draws of
/// their errors. Whatever gains the method uses, the spread of its analyses is what those gains make of the errors; where they are the best ones, it is
/// the posterior's. Houtekamer et al., Monthly Weather Review 124, 1996; Fisher, ECMWF Seminar, 2003; Isaksen et al., ECMWF Tech. Memo. 636, 2010.
/// <para>Draws belong to observation times and steps of the model, not to windows, so that overlapping windows see the same ones.</para>
/// </summary>
/// <param name="Method">What each run does, a method of one best state.</param>
/// <param name="Members">N, perturbed runs, 2 or more.</param>
/// <param name="Control">True runs the method unperturbed, too: members are reported around what that finds.</param>
/// <param name="Inflation">Factor on the departures of members' next backgrounds from their mean.</param>
/// <param name="ModelError">Standard deviation of independent errors in one unit of time that members' models draw beside those of the system; null for none.</param>
public sealed record EnsembleOfAssimilations(
    IAssimilationMethod Method, int Members, bool Control = true, double Inflation = 1.0, double? ModelError = null) : IAssimilationMethod
{
    private const string Key = "key", Latest = "latest";

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Factor on departures from the mean.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>Standard deviation of model errors over one unit of time.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? ModelError { get; init => field = Check.Positive(value, nameof(ModelError)); } = Check.Positive(ModelError, nameof(ModelError));

    /// <inheritdoc/>
    public WindowPlan Plan => Method.Plan;

    /// <inheritdoc/>
    public bool NeedsClimatology => Method.NeedsClimatology;

    private int Unperturbed => Control ? 1 : 0;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => Method is IGaussianMethod
        ? Method.Refuses(problem)
        : "An ensemble of assimilations runs a method of one best state, such as 4dvar, weak-4dvar, 3dvar or extended-kalman.";

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var first = (GaussianBelief)Method.Begin(problem, prior, random);
        var draws = new Matrix<double>(Members, first.Width);
        prior.Sample(draws, random.Fork("members"));
        Moments.Center(draws, new double[first.Width]);
        Moments.Shift(draws, first.MeanState);
        GaussianBelief[] members = [.. Enumerable.Range(0, Members).Select(i => Moved(first, draws[i]))];
        var key = new Matrix<double>(1, 1) { [0, 0] = random.Fork("perturbations").NextUInt64() >> 11 };     // whole numbers that a double holds
        return Believed(Control ? [first, .. members] : members, key, null);
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var key = StaticBelief.Recall(background, Key);
        var perturbations = new RandomSource((long)key[0, 0]);
        var runs = PackedBelief.Runs(background.Memory, Members + Unperturbed);
        var systems = Systems(window, perturbations.Fork("model error"));
        var observations = window.Observations.ToArray();
        if (!ReportForecast(window, observations, runs, systems, background))
            return new Analysis(background, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
        var perturbed = Perturb(observations, perturbations.Fork("observations"));
        var recorders = new MemberRecorder[runs.Length];
        var outcomes = new Analysis[runs.Length];
        window.Workers.ForBlocks(runs.Length, 1, (i, _) =>
        {
            recorders[i] = new MemberRecorder();
            var own = window with
            {
                System = systems[i], Observations = perturbed[i], Observer = recorders[i], Workers = Workers.One, Screen = null,
            };
            outcomes[i] = Method.Assimilate(own, runs[i], random.Fork("run").Fork(i));
        });
        if (Array.FindIndex(outcomes, outcome => outcome.Status == AnalysisStatus.Diverged) is >= 0 and var failed)
            return new Analysis(background, AnalysisStatus.Diverged, $"{NameOf(failed)}: {outcomes[failed].Reason}");
        Report(window, observations, recorders);
        GaussianBelief[] next = [.. outcomes.Select(outcome => (GaussianBelief)outcome.Next)];
        if (Inflation != 1)
            Inflate(next);
        var latest = observations.Length == 0 ? background.Memory.GetValueOrDefault(Latest) : Rows(recorders, observations[^1].Index, smoothed: false);
        var belief = Believed(next, key, latest);
        return Array.FindIndex(outcomes, outcome => outcome.Status == AnalysisStatus.NotConverged) is >= 0 and var slow
            ? new Analysis(belief, AnalysisStatus.NotConverged, $"{NameOf(slow)}: {outcomes[slow].Reason}")
            : new Analysis(belief);
    }

    private string NameOf(int run) => run < Unperturbed ? "Control" : $"Member {run - Unperturbed}";

    /// <summary>What carries each run: the model as it is for the control, one realization of its errors for each member.</summary>
    private IDynamicalSystem[] Systems(AssimilationWindow window, RandomSource random)
    {
        var system = window.System;
        var drawn = ModelError is { } deviation ? NoisySystem.Around(system, new DiagonalNoise(system.Width, deviation)) : system;
        var errs = ModelError is not null || Smoothers.ModelError.Refuses(system) is not null;
        return [.. Enumerable.Range(-Unperturbed, Members + Unperturbed).Select(i =>
            i < 0 || !errs ? system : RealizedSystem.Of(system, drawn, window.Grid, random.Fork(i)))];
    }

    /// <summary>Carries the latest analyses to the new observations, and leaves what a background check keeps of these.</summary>
    private bool ReportForecast(AssimilationWindow window, Observation[] observations, GaussianBelief[] runs, IDynamicalSystem[] systems, IBelief background)
    {
        var states = new Matrix<double>(runs.Length, runs[0].Width);
        for (var i = 0; i < runs.Length; i++)
            runs[i].MeanState.CopyTo(states[i]);
        var at = window.Start;
        if (window.FirstNew > 0)
        {
            StaticBelief.Recall(background, Latest).All.CopyTo(states);
            at = observations[window.FirstNew - 1].At;
        }
        for (var k = window.FirstNew; k < observations.Length; k++)
        {
            var from = at;
            window.Workers.ForBlocks(runs.Length, 1, (i, _) =>
            {
                var state = new Matrix<double>(new ReadOnlyBatch<double>(states[i]));
                GaussianForecast.Run(systems[i], window.Grid, from, observations[k].At, state);
                state[0].CopyTo(states[i]);
            });
            at = observations[k].At;
            var belief = Reported(states, background.Memory);
            var predicted = EnsembleCycle.Predict(window, observations[k], belief.Members);
            if (!Moments.AllFinite(states.Values) || !Moments.AllFinite(predicted.Values))
                return false;
            observations[k] = window.Judge(observations[k], belief, ref predicted);
            window.Observer.OnForecast(observations[k], belief, predicted);
        }
        return true;
    }

    /// <summary>For each run, the observations with draws of their errors, which have mean 0 over the members.</summary>
    private Observation[][] Perturb(Observation[] observations, RandomSource random)
    {
        var all = new Observation[Members + Unperturbed][];
        for (var i = 0; i < all.Length; i++)
            all[i] = [.. observations];
        for (var k = 0; k < observations.Length; k++)
        {
            if (observations[k].Count == 0)
                continue;
            var values = new Matrix<double>(Members, observations[k].Count);
            observations[k].Error.Sample(values, random.Fork(observations[k].Index));
            Moments.Center(values, new double[values.Width]);
            Moments.Shift(values, observations[k].Values.Span);
            for (var i = 0; i < Members; i++)
                all[Unperturbed + i][k] = observations[k].WithValues(values[i].ToArray());
        }
        return all;
    }

    private void Report(AssimilationWindow window, Observation[] observations, MemberRecorder[] recorders)
    {
        foreach (var observation in window.AtStart is { } earlier ? [earlier, .. observations] : observations)
        {
            foreach (var (index, name) in recorders[0].Diagnostics.Keys.Where(key => key.Index == observation.Index))
                window.Observer.OnDiagnostic(observation, name, recorders.Average(one => one.Diagnostics.GetValueOrDefault((index, name), double.NaN)));
            if (recorders[0].Analyses.ContainsKey(observation.Index))
                window.Observer.OnAnalysis(observation, Reported(Rows(recorders, observation.Index, smoothed: false), Nothing));
            if (recorders[0].Smoothed.ContainsKey(observation.Index))
                window.Observer.OnSmoothed(observation, Reported(Rows(recorders, observation.Index, smoothed: true), Nothing));
        }
    }

    private static Matrix<double> Rows(MemberRecorder[] recorders, int index, bool smoothed)
    {
        var rows = new Matrix<double>(recorders.Length, (smoothed ? recorders[0].Smoothed : recorders[0].Analyses)[index].Length);
        for (var i = 0; i < rows.Rows; i++)
            (smoothed ? recorders[i].Smoothed : recorders[i].Analyses)[index].CopyTo(rows[i]);
        return rows;
    }

    /// <summary>The members, around the control where there is one.</summary>
    private EnsembleBelief Reported(Matrix<double> runs, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        var members = new Matrix<double>(Members, runs.Width);
        runs.All.Slice(Unperturbed, Members).CopyTo(members);
        if (Control)
        {
            Moments.Center(members, new double[runs.Width]);
            Moments.Shift(members, runs[0]);
        }
        return new EnsembleBelief(members, null, memory);
    }

    /// <summary>What the next window starts from.</summary>
    private EnsembleBelief Believed(GaussianBelief[] runs, Matrix<double> key, Matrix<double>? latest)
    {
        var memory = PackedBelief.OfRuns(runs);
        memory[Key] = key;
        if (latest is not null)
            memory[Latest] = latest;
        var states = new Matrix<double>(runs.Length, runs[0].Width);
        for (var i = 0; i < runs.Length; i++)
            runs[i].MeanState.CopyTo(states[i]);
        return Reported(states, memory);
    }

    private void Inflate(GaussianBelief[] runs)
    {
        var (mean, members) = (new double[runs[0].Width], new Matrix<double>(Members, runs[0].Width));
        for (var i = 0; i < Members; i++)
            runs[Unperturbed + i].MeanState.CopyTo(members[i]);
        Moments.Center(members, mean);
        TensorPrimitives.Multiply<double>(members.Values, Inflation, members.Values);
        Moments.Shift(members, mean);
        for (var i = 0; i < Members; i++)
            runs[Unperturbed + i] = Moved(runs[Unperturbed + i], members[i]);
    }

    /// <summary>The same belief around another mean.</summary>
    private static GaussianBelief Moved(GaussianBelief belief, ReadOnlySpan<double> mean)
    {
        if (belief.Covariance is { } covariance)
            return new(mean.ToArray(), covariance, belief.Memory);
        var variances = new double[belief.Width];
        belief.Variance(variances);
        return new(mean.ToArray(), variances, belief.Memory);
    }

    private static readonly Dictionary<string, Matrix<double>> Nothing = [];
}
