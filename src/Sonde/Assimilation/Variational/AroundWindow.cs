using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>What a method of the whole series believes at a window's ends when it reads observations beyond them, with or without those inside. It begins anew each time.</summary>
internal sealed class AroundWindow
{
    private readonly IAssimilationMethod first;
    private readonly AssimilationWindow window;
    private readonly IBelief belief;
    private readonly RandomSource random;
    private readonly int around, begin, end;                            // the window's observations within the series

    /// <summary>Finds the window in its series.</summary>
    /// <param name="first">The method.</param>
    /// <param name="window">The window.</param>
    /// <param name="belief">What the method believes before it observes anything.</param>
    /// <param name="around">Observation times on each side.</param>
    /// <param name="random">The method's randomness.</param>
    /// <exception cref="ArgumentException">The window's series is not known.</exception>
    public AroundWindow(IAssimilationMethod first, AssimilationWindow window, IBelief belief, int around, RandomSource random)
    {
        (this.first, this.window, this.belief, this.around, this.random) = (first, window, belief, around, random);
        while (begin < window.Series.Count && window.Series[begin].At <= window.Start && window.Series[begin].At != window.Observations[0].At)
            begin++;
        end = begin + window.Observations.Count;
        if (end > window.Series.Count)
            throw new ArgumentException("Observations around a window are asked for, but its series is not known.", nameof(window));
    }

    /// <summary>Why the method failed; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>States, and beliefs at the window's ends, from observations inside and beyond.</summary>
    /// <param name="priors">None, the start, or start and end.</param>
    public WindowGuess Whole(GridTime[] priors)
    {
        var recorder = new GuessRecorder(priors, null);
        recorder.Keep(window.Start, belief);
        Run(recorder, Math.Max(0, begin - around), Math.Min(window.Series.Count, end + around), [window.Start, .. priors]);
        return new(recorder.States, recorder.Beliefs.GetValueOrDefault(window.Start), priors.Length > 1 ? recorder.Beliefs.GetValueOrDefault(priors[1]) : null);
    }

    /// <summary>Beliefs from observations beyond the window alone: in the middle of those before it, carried to its start, and of those after it. Where the series ends too early there is none.</summary>
    /// <param name="both">Whether the one after it is asked for.</param>
    public WindowGuess Beyond(bool both)
    {
        var background = At(begin - 1 - around / 2, begin - around, begin) is { } before
            ? Carried(before.Belief, before.At)
            : BeliefConversion.ToGaussian(belief);
        var after = both ? At(end + around / 2, end, end + around) : null;
        return new(new Dictionary<GridTime, double[]> { [window.Start] = background.MeanState }, background, after?.Belief, after?.At);
    }

    private (GaussianBelief Belief, GridTime At)? At(int center, int from, int until)
    {
        if (center < 0 || center >= window.Series.Count)
            return null;
        var at = window.Series[center].At;
        var recorder = new GuessRecorder([at], null);
        Run(recorder, Math.Max(0, from), Math.Min(window.Series.Count, until), [at]);
        return recorder.Beliefs.TryGetValue(at, out var found) ? (found, at) : null;
    }

    private void Run(GuessRecorder recorder, int from, int until, IReadOnlyCollection<GridTime> asked)
    {
        var observations = new List<Observation>();
        if (from == 0 && begin == 0)                                    // nothing is observed at the first start, but a belief about it is asked for
            observations.Add(Hybrid.Nothing(window.Series[0], window.Start));
        for (var k = from; k < until; k++)
            observations.Add(window.Series[k]);
        var own = window with
        {
            Start = from == 0 ? default : window.Series[from - 1].At, NextStart = observations[^1].At, AtStart = from == 0 ? null : window.Series[from - 1],
            Observations = observations, FirstNew = 0, Leaving = observations.Count, IsLast = true, Observer = recorder, Screen = null, Asked = asked,
        };
        var analysis = first.Assimilate(own, belief, random);
        if (analysis.Status == AnalysisStatus.Diverged)
            Failure ??= analysis.Reason;
    }

    /// <summary>A belief carried to the window's start by the tangent.</summary>
    private GaussianBelief Carried(GaussianBelief from, GridTime at)
    {
        var (state, rows) = (new Matrix<double>(1, from.Width), VariationalBackground.RootOf(BeliefConversion.ToGaussian(from).Covariance!));
        from.MeanState.CopyTo(state[0]);
        TangentCarry.Run(window with { Start = at }, state, rows, [], window.Start, (_, _, _) => { });
        return RowsCovariance.Belief(state, rows, from.Memory);
    }
}
