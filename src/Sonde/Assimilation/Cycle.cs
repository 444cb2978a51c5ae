using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation;

/// <summary>
/// The loop over windows: the only one. Lays the method's windows over a series of observation times, hands each window's
/// belief to the next, and stops where numbers fail. Its whole state is (<see cref="Window"/>, <see cref="Belief"/>), so a
/// run can be saved between any two windows and continued to the same bits.
/// </summary>
public sealed class Cycle
{
    private readonly IAssimilationMethod method;
    private readonly AssimilationProblem problem;
    private readonly IReadOnlyList<Observation> observations;
    private readonly IAnalysisObserver observer;
    private readonly RandomSource random;
    private readonly Workers workers;
    private readonly WindowPlan plan;
    private readonly BackgroundScreen? screen;

    /// <summary>Prepares a run from its beginning, or, given a saved window and belief, from there.</summary>
    /// <param name="method">The method.</param>
    /// <param name="problem">The system and its time grid.</param>
    /// <param name="prior">What is believed at step 0.</param>
    /// <param name="observations">In order of time, all after step 0.</param>
    /// <param name="observer">Hears what the method believes.</param>
    /// <param name="random">All randomness of this run.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <param name="window">The window to begin with; 0 from the beginning.</param>
    /// <param name="belief">The belief saved with it; null from the beginning.</param>
    /// <param name="screen">The background check over the same observations; null for none.</param>
    /// <exception cref="ArgumentException">Observations are not in order of time, or the plan is impossible.</exception>
    public Cycle(
        IAssimilationMethod method, AssimilationProblem problem, IPrior prior, IReadOnlyList<Observation> observations,
        IAnalysisObserver observer, RandomSource random, Workers workers, int window = 0, IBelief? belief = null, BackgroundScreen? screen = null)
    {
        this.screen = screen;
        observations = screen?.Observations ?? observations;
        for (var k = 0; k < observations.Count; k++)
            if (observations[k].At <= (k == 0 ? new GridTime(-1, 0.999999) : observations[k - 1].At))
                throw new ArgumentException($"Observation {k} is at time {problem.Grid.TimeOf(observations[k].At)}, which is not after the one before it.", nameof(observations));
        if (method.Plan is not { Length: >= 1, Stride: >= 1 } wanted || wanted.Stride > wanted.Length)
            throw new ArgumentException($"A window plan needs 1 ≤ stride ≤ length, not stride {method.Plan.Stride} and length {method.Plan.Length}.", nameof(method));
        var all = Math.Max(1, observations.Count);
        plan = wanted.Stride >= all ? new WindowPlan(all, all) : wanted with { Length = Math.Min(wanted.Length, all + wanted.Stride) };
        (this.method, this.problem, this.observations, this.observer, this.random, this.workers) = (method, problem, observations, observer, random, workers);
        Window = window;
        Belief = belief ?? method.Begin(problem, prior, random.Fork("begin"));
    }

    /// <summary>The window that comes next, from 0.</summary>
    public int Window { get; private set; }

    /// <summary>How many windows there are.</summary>
    public int Windows => (observations.Count + plan.Stride - 1) / plan.Stride;

    /// <summary>The belief at the start of the next window.</summary>
    public IBelief Belief { get; private set; }

    /// <summary>The outcome of the last window; null before the first.</summary>
    public Analysis? Last { get; private set; }

    /// <summary>How many observation times have been used.</summary>
    public int Used => Math.Min(Window * plan.Stride, observations.Count);

    /// <summary>Runs one window; false where there is none left or the last one diverged.</summary>
    public bool Advance()
    {
        if (Window >= Windows || Last?.Status == AnalysisStatus.Diverged)
            return false;
        var end = Math.Min((Window + 1) * plan.Stride, observations.Count);
        var first = FirstOf(Window);
        var inside = new Observation[end - first];
        for (var k = first; k < end; k++)
            inside[k - first] = observations[k];
        var window = new AssimilationWindow
        {
            System = problem.System,
            Grid = problem.Grid,
            Start = StartOf(first),
            NextStart = StartOf(FirstOf(Window + 1)),
            AtStart = first == 0 ? null : observations[first - 1],
            Observations = inside,
            Series = observations,
            FirstNew = Window * plan.Stride - first,
            Leaving = FirstOf(Window + 1) - first,
            IsLast = end == observations.Count,
            Observer = observer,
            Workers = workers,
            Screen = screen,
        };
        Last = method.Assimilate(window, Belief, random.Fork("window").Fork(Window));
        Belief = Last.Next;
        Window++;
        return true;
    }

    private int FirstOf(int window) => (int)Math.Clamp((window + 1L) * plan.Stride - plan.Length, 0, observations.Count);

    private GridTime StartOf(int first) => first == 0 ? default : observations[first - 1].At;
}
