using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// One method's analysis starts another: in each window the first method works on the observations as it would alone, from its own beliefs; what it
/// finds is where the second, a variational one, begins, or is its background, or its prior at both ends of the window.
/// <para>A smoother as the first has seen the observations that the second then sees again: as a background its beliefs count them twice.</para>
/// </summary>
/// <param name="First">
/// Any method with the same windows as the second. Where those do not overlap, also one with windows of a fraction of their length, such as a filter, or
/// one that takes all there is as one window.
/// </param>
/// <param name="Then">The variational method.</param>
/// <param name="Use">What is taken over.</param>
/// <param name="Around">
/// Observation times beyond each end of a window that the first part, one of the whole series, reads too; it then begins anew in each window. With 0 it
/// reads the window alone and goes on from what it believed in the one before.
/// </param>
/// <param name="Once">
/// True counts each observation once: the first part reads only those beyond the window's ends, <paramref name="Around"/> on each side, and what it believes
/// in the middle of them is the prior: the one before is carried to the window's start by the tangent, the one after is the foreground at its own time.
/// </param>
public sealed record Hybrid(IAssimilationMethod First, IAssimilationMethod Then, HybridUse Use = HybridUse.Start, int Around = 0, bool Once = false) : ILearnedMethod
{
    private const string FirstPart = "first/", ThenMemory = "then/";

    /// <summary>Observation times beyond each end.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Around { get; init => field = Check.AtLeast(0, value, nameof(Around)); } = Check.AtLeast(0, Around, nameof(Around));

    private ILearnedMethod Learner => First as ILearnedMethod ?? throw new ArgumentException($"The first part, {First.GetType().Name}, learns nothing.");

    /// <inheritdoc/>
    public WindowPlan Plan => Then.Plan;

    /// <inheritdoc/>
    public bool NeedsClimatology => First.NeedsClimatology || Then.NeedsClimatology;

    /// <summary>True where the first method learns.</summary>
    public bool Learns => First is ILearnedMethod { Learns: true };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> LearnedParameters => (First as ILearnedMethod)?.LearnedParameters ?? new Dictionary<string, double>();

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem)
    {
        if (Then is not IVariationalMethod)
            return "The second part of a hybrid must be a variational method that can begin at a guess, such as 4dvar or weak-4dvar.";
        if (!Fits(First.Plan, Then.Plan))
            return $"The first part has {Said(First.Plan)} and the second {Said(Then.Plan)}, but they must be the same, or must not overlap and the first's must divide the second's.";
        if (Around > 0 && First.Plan.Length != int.MaxValue)
            return $"The first part has {Said(First.Plan)}, but only one of the whole series can read observations around a window.";
        if (Once && (Around == 0 || Use == HybridUse.Start))
            return "Observations are counted once where priors are made of those around a window; expected around of 1 or more and use: background or both-ends.";
        if (Once && (problem.System is not IDifferentiableSystem || (Use == HybridUse.BothEnds && Then is not FourDVar)))
            return "Priors that count each observation once are carried to the window by the tangent, and past its end by 4dvar alone.";
        return First.Refuses(problem) ?? Then.Refuses(problem);
    }

    /// <summary>The training of the first method.</summary>
    /// <exception cref="ArgumentException">It learns nothing, or does not fit the twins.</exception>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers) => Learner.Prepare(twins, random, workers);

    /// <summary>The same with what the first method has learned.</summary>
    /// <exception cref="ArgumentException">It learns nothing, or the numbers do not fit it.</exception>
    public IAssimilationMethod With(LearnedState state) => this with { First = Learner.With(state) };

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) =>
        Joined(First.Begin(problem, prior, random.Fork("first")), Then.Begin(problem, prior, random.Fork("then")));

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var believed = PackedBelief.Take(background.Memory, FirstPart);
        var own = ((GaussianBelief)background).Remembering(background.Memory.Where(pair => pair.Key.StartsWith(ThenMemory, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[ThenMemory.Length..], pair => pair.Value));
        var last = window.Observations.Count == 0 ? window.Start : window.Observations[^1].At;
        GridTime[] priors = Use switch
        {
            HybridUse.Start => [],
            HybridUse.Background => [window.Start],
            HybridUse.BothEnds => [window.Start, last],
            _ => throw new InvalidOperationException($"No use {Use}."),
        };
        if (Around > 0)
        {
            var around = new AroundWindow(First, window, believed, Around, random.Fork("first"));
            return Continue(window, own, Once ? around.Beyond(Use == HybridUse.BothEnds) : around.Whole(priors), around.Failure, believed, random);
        }
        var recorder = new GuessRecorder(priors, priors.Length == 0 ? null : window.Observer);
        recorder.Keep(window.Start, believed);
        var first = RunFirst(window, believed, recorder, random.Fork("first"));
        if (first.Status == AnalysisStatus.Diverged)
            return new Analysis(background, AnalysisStatus.Diverged, $"First part: {first.Reason}");
        var all = window.Observations.Select(observation => recorder.Judged.GetValueOrDefault(observation.Index, observation)).ToArray();
        var judged = window.Observations.Skip(window.FirstNew).All(observation => recorder.Judged.ContainsKey(observation.Index));
        var second = window with
        {
            Observations = all, Screen = judged ? null : window.Screen, Observer = priors.Length == 0 ? window.Observer : new QuietForecasts(window.Observer),
        };
        var guess = new WindowGuess(recorder.States, recorder.Beliefs.GetValueOrDefault(window.Start), last > window.Start ? recorder.Beliefs.GetValueOrDefault(last) : null);
        return Continue(second, own, guess, null, first.Next, random);
    }

    /// <summary>The second part from what is known before it.</summary>
    private Analysis Continue(AssimilationWindow window, GaussianBelief own, WindowGuess guess, string? failure, IBelief believed, RandomSource random)
    {
        if (failure is not null)
            return new Analysis(Joined(believed, own), AnalysisStatus.Diverged, $"First part: {failure}");
        var analysis = ((IVariationalMethod)Then).Assimilate(window, own, guess, random.Fork("then"));
        return analysis.Status == AnalysisStatus.Diverged
            ? new Analysis(Joined(believed, own), AnalysisStatus.Diverged, $"Second part: {analysis.Reason}")
            : analysis with { Next = Joined(believed, analysis.Next) };
    }

    /// <summary>The first part over the window, in as many windows of its own as that holds.</summary>
    private Analysis RunFirst(AssimilationWindow window, IBelief belief, GuessRecorder recorder, RandomSource random)
    {
        var start = window.AtStart ?? (window.Observations.Count == 0 ? null : Nothing(window.Observations[0], window.Start));
        if (First.Plan == Then.Plan || start is null || Learns)         // a network reads windows such as it was trained with
            return First.Assimilate(window with { Observer = recorder, AtStart = start }, belief, random);
        if (First.Plan.Length == int.MaxValue)              // such a method reports on observations alone
        {
            Observation[] all = [Nothing(start, window.Start), .. window.Observations];
            return First.Assimilate(window with { Observer = recorder, Observations = all, Leaving = window.Leaving + 1 }, belief, random);
        }
        var length = First.Plan.Length;
        var analysis = new Analysis(belief);
        for (var at = 0; at < window.Observations.Count && analysis.Status != AnalysisStatus.Diverged; at += length)
        {
            Observation[] part = [.. window.Observations.Skip(at).Take(length)];
            var own = window with
            {
                Start = start.At, NextStart = part[^1].At, AtStart = start, Observations = part, FirstNew = 0, Leaving = part.Length,
                IsLast = window.IsLast && at + length >= window.Observations.Count, Observer = recorder,
            };
            analysis = First.Assimilate(own, analysis.Next, random.Fork(at));
            start = part[^1];
        }
        return analysis;
    }

    /// <summary>Nothing observed at a time: a smoother reports its belief there.</summary>
    internal static Observation Nothing(Observation like, GridTime at) => new()
    {
        Index = -1, At = at, Operator = like.Operator.Select([]), Values = ReadOnlyMemory<double>.Empty, Error = like.Error.Select([]), Points = [],
    };

    private static GaussianBelief Joined(IBelief first, IBelief then)
    {
        var memory = then.Memory.ToDictionary(pair => ThenMemory + pair.Key, pair => pair.Value);
        PackedBelief.Add(memory, FirstPart, first);
        return ((GaussianBelief)then).Remembering(memory);
    }

    private static bool Fits(WindowPlan first, WindowPlan then) => first == then
        || (first.Length == first.Stride && then.Length == then.Stride && (first.Length == int.MaxValue || then.Length % first.Length == 0));

    private static string Said(WindowPlan plan) => plan.Length == int.MaxValue
        ? "one window"
        : $"windows of {plan.Length} observation time{(plan.Length == 1 ? "" : "s")} that slide by {plan.Stride}";
}
