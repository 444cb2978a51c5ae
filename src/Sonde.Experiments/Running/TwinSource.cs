using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Networks;

namespace Sonde.Experiments.Running;

/// <summary>
/// Truths of an experiment and what is observed of them, from whatever randomness is given: those that methods are tested on come
/// from the experiment's own, those that a learned method is trained with from forks called "training".
/// </summary>
/// <param name="name">Of the experiment, for complaints.</param>
/// <param name="problem">What methods know.</param>
/// <param name="nature">What makes truths; where its rows are longer than the system's, what methods know and scores see are their first components.</param>
/// <param name="start">The distribution of a truth before its spin-up.</param>
/// <param name="spinUp">Time units before t = 0.</param>
/// <param name="times">Observation times.</param>
/// <param name="network">What is observed.</param>
/// <param name="workers">How many threads may simulate; null for the calling one.</param>
/// <param name="alongSeries">
/// True where truths shorter than the series are stretches of truths of the whole of it, which follow one another; false where they are its first times.
/// </param>
public sealed class TwinSource(
    string name, AssimilationProblem problem, IDynamicalSystem nature, IPrior start, double spinUp, IReadOnlyList<GridTime> times, ISeriesNetwork network,
    Workers? workers = null, bool alongSeries = false) : ITwinSource
{
    private const int BlockBytes = 1 << 16;                             // rows that stay in the second-level cache over all steps

    /// <inheritdoc/>
    public AssimilationProblem Problem => problem;

    /// <inheritdoc/>
    public IReadOnlyList<GridTime> Times => times;

    /// <summary>A parameter of the system that makes truths; null where it has none of this name.</summary>
    internal double? TrueParameter(string name) => nature is RungeKuttaSystem { Field: IParametricField field } && field.Parameters.ToList().IndexOf(name) is >= 0 and var i
        ? field.ParameterValue(i)
        : null;

    /// <summary>The same truths, simulated by so many threads.</summary>
    internal TwinSource On(Workers workers) => new(name, problem, nature, start, spinUp, times, network, workers, alongSeries);

    /// <inheritdoc/>
    ITwinSource ITwinSource.Over(int times)
    {
        var (count, steps) = (Times.Count, Times.Count > 1 ? Times[1].Step - Times[0].Step : Times[0].Step);
        if (times < 1)
            throw new ArgumentException($"Truths have 1 or more observation times, not {times}.", nameof(times));
        for (var k = 0; k < count; k++)
            if (Times[k] != new GridTime(Times[0].Step + k * steps) || steps < 1)
                return times == count ? this : throw new ArgumentException(
                    $"Only observation times that are evenly spaced, by whole steps, can be continued from {count} to {times}; expected observations.every, or a length of {count}.", nameof(times));
        return new TwinSource(name, problem, nature, start, spinUp, [.. Enumerable.Range(0, times).Select(k => new GridTime(checked(Times[0].Step + k * steps)))], network, workers);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">A truth does not stay finite.</exception>
    public void Simulate(Batch<double> truths, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var count = TimesOf(truths.Width, nameof(truths));
        var stretches = alongSeries ? times.Count / count : 1;
        if (stretches == 1)
        {
            Simulate(Starts(truths.Rows, random), truths, random);
            return;
        }
        var interval = problem.Grid.TimeOf(times[1]) - problem.Grid.TimeOf(times[0]);
        for (var k = 2; k < times.Count; k++)
            if (Math.Abs(problem.Grid.TimeOf(times[k]) - problem.Grid.TimeOf(times[k - 1]) - interval) > 1e-6 * interval)
                throw new ArgumentException(
                    $"Windows of {count} of {times.Count} observation times need times equally far apart, but time {k} is not; expected windows of the whole series.", nameof(truths));
        var series = new Matrix<double>((truths.Rows + stretches - 1) / stretches, stretches * truths.Width);
        Simulate(Starts(series.Rows, random), series, random);
        for (var row = 0; row < truths.Rows; row++)
            series[row / stretches].Slice(row % stretches * truths.Width, truths.Width).CopyTo(truths[row]);
    }

    /// <summary>Truths from given states at step 0, which are carried along, at as many times as there is room for.</summary>
    internal void Simulate(Matrix<double> states, Batch<double> truths, RandomSource random)
    {
        var count = TimesOf(truths.Width, nameof(truths));
        var noise = random.Fork("truth-noise");
        var at = default(GridTime);
        for (var k = 0; k < count; k++)
        {
            var (from, to) = (at, times[k]);
            if (nature is IFallibleSystem)
                EachAlone(states, (state, row) => Forecast.Run(nature, problem.Grid, from, to, state, Of(noise, row), Workers.One));
            else
                Forecast.Run(nature, problem.Grid, from, to, states, noise, workers ?? Workers.One);
            at = to;
            for (var row = 0; row < states.Rows; row++)
                states[row][..Kept].CopyTo(truths[row].Slice(k * Kept, Kept));
            if (!Moments.AllFinite(states.Values))
                throw new InputException($"The truth of {name} is no longer finite at observation time {k} (t = {problem.Grid.TimeOf(at)}); expected a smaller time.step than {problem.Grid.StepLength}.");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The network does not fit, or what it reads is not finite.</exception>
    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        try
        {
            var count = TimesOf(truth.Length, nameof(truth));
            return network.Observe(times.Take(count).ToArray(), problem.Grid, new ReadOnlyBatch<double>(truth, count, Kept), random.Fork("network"), random.Fork("observations"));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"observations: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>True states at step 0: draws from the system's usual prior, carried through the spin-up.</summary>
    internal Matrix<double> Starts(int count, RandomSource random)
    {
        var (states, own) = (new Matrix<double>(count, nature.Width), random.Fork("truth"));
        start.Sample(states, own);
        var (dt, noise) = (problem.Grid.StepLength, own.Fork("spin-up"));
        var steps = (int)Math.Ceiling(spinUp / dt - 1e-9);
        if (nature is IFallibleSystem)
        {
            EachAlone(states, (state, row) => Preparation.Carry(nature, state, -steps * dt, dt, steps, Of(noise, row)));
        }
        else
        {
            var block = Math.Max(1, BlockBytes / (sizeof(double) * nature.Width));
            (workers ?? Workers.One).ForBlocks(count, block, (first, rows) => nature.Advance(states.All.Slice(first, rows), -steps * dt, dt, steps, first, noise));
        }
        return Moments.AllFinite(states.Values)
            ? states
            : throw new InputException($"The truth of {name} is not finite after its spin-up of {spinUp}; expected a smaller time.step than {dt}.");
    }

    private int Kept => problem.System.Width;

    private int TimesOf(int numbers, string parameter) => numbers % Kept == 0 && numbers / Kept <= times.Count
        ? numbers / Kept
        : throw new ArgumentException($"A truth has {Kept} values at each of at most {times.Count} times, not {numbers} in all.", parameter);

    /// <summary>The randomness of one of many trajectories: the first has that of an experiment of one.</summary>
    internal static RandomSource Of(RandomSource random, int trajectory) => trajectory == 0 ? random : random.Fork("trajectory").Fork(trajectory);

    /// <summary>Truths of a system whose members can fail must not be replaced by one another.</summary>
    private static void EachAlone(Matrix<double> states, Action<Matrix<double>, int> carry)
    {
        for (var row = 0; row < states.Rows; row++)
        {
            var state = new Matrix<double>(states.All.Slice(row, 1));
            carry(state, row);
            state[0].CopyTo(states[row]);
        }
    }
}
