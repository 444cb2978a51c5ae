using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation;

/// <summary>A system, the observations in a stretch of time, and where the next window begins. Holds no truth.</summary>
public sealed record AssimilationWindow
{
    /// <summary>What carries states forward.</summary>
    public required IDynamicalSystem System { get; init; }

    /// <summary>The steps of time.</summary>
    public required TimeGrid Grid { get; init; }

    /// <summary>Where the background belief holds.</summary>
    public required GridTime Start { get; init; }

    /// <summary>Where the returned belief must hold: the start of the next window, which may be this window's start.</summary>
    public required GridTime NextStart { get; init; }

    /// <summary>
    /// The observation at <see cref="Start"/>, which an earlier window used: a smoother reports its final belief on it. Null
    /// where the series starts with this window.
    /// </summary>
    public Observation? AtStart { get; init; }

    /// <summary>Observations after <see cref="Start"/>, in order of time.</summary>
    public required IReadOnlyList<Observation> Observations { get; init; }

    /// <summary>All observations of the series, in order of time: what a prior reads beyond the window's ends. Empty where nobody knows them.</summary>
    public IReadOnlyList<Observation> Series { get; init; } = [];

    /// <summary>Times whose beliefs somebody asks for; a method may spend less on others. Null for all.</summary>
    public IReadOnlyCollection<GridTime>? Asked { get; init; }

    /// <summary>Index within <see cref="Observations"/> of the first that no earlier window has used.</summary>
    public required int FirstNew { get; init; }

    /// <summary>
    /// How many of <see cref="Observations"/>, from the first, the next window no longer holds: it starts at the last of them, or
    /// where this one starts if there are none, even where the first observation lies there.
    /// </summary>
    public required int Leaving { get; init; }

    /// <summary>True in the last window of a series: what a smoother still holds back is reported now.</summary>
    public required bool IsLast { get; init; }

    /// <summary>Where the method reports what it believes as it goes.</summary>
    public required IAnalysisObserver Observer { get; init; }

    /// <summary>How many threads may work.</summary>
    public Workers Workers { get; init; } = Workers.One;

    /// <summary>Judges observations just before they are used; null where every one is used as it came.</summary>
    public BackgroundScreen? Screen { get; init; }

    /// <summary>What the background check keeps of an observation; predicted ← the predictions of what is kept.</summary>
    internal Observation Judge(Observation observation, IBelief belief, ref Matrix<double> predicted)
    {
        if (observation.Count == 0 || Screen?.Judge(observation, belief, predicted) is not { } outcome)
            return observation;
        if (outcome.Survivors is { } survivors)
            predicted = new Matrix<double>(BackgroundScreen.Columns(predicted, survivors));
        return outcome.Kept;
    }

    /// <summary>The same for rows that are rented.</summary>
    internal Observation Judge(Observation observation, IBelief belief, ref Batch<double> predicted)
    {
        if (observation.Count == 0 || Screen?.Judge(observation, belief, predicted) is not { } outcome)
            return observation;
        if (outcome.Survivors is { } survivors)
            predicted = BackgroundScreen.Columns(predicted, survivors);
        return outcome.Kept;
    }
}
