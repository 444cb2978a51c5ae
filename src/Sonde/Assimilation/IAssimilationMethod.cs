using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>
/// Turns a background and a window of observations into the belief at the start of the next window, reporting what it
/// believes on the way. A positional record whose parameters are its configuration; stateless.
/// </summary>
public interface IAssimilationMethod
{
    /// <summary>How long this method's windows are and how far they slide.</summary>
    WindowPlan Plan => WindowPlan.Filter;

    /// <summary>True where this method reads <see cref="AssimilationProblem.Climatology"/>, which costs a long run to compute.</summary>
    bool NeedsClimatology => false;

    /// <summary>Why this method cannot run on this problem, in one sentence; null where it can. Called before anything runs.</summary>
    string? Refuses(AssimilationProblem problem) => null;

    /// <summary>The first belief: members drawn from the prior, or its mean and covariance.</summary>
    IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random);

    /// <summary>Uses the window's new observations.</summary>
    /// <param name="window">The system and the observations.</param>
    /// <param name="background">The belief at the window's start; the method may take it over and overwrite it.</param>
    /// <param name="random">This window's randomness.</param>
    Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random);
}

/// <summary>How windows are laid over the series of observation times.</summary>
/// <param name="Length">Observation times in a window; <see cref="int.MaxValue"/> for the whole series.</param>
/// <param name="Stride">Observation times from one window's start to the next, 1 … Length.</param>
public readonly record struct WindowPlan(int Length, int Stride)
{
    /// <summary>One observation time after the other.</summary>
    public static WindowPlan Filter { get; } = new(1, 1);

    /// <summary>The whole series at once.</summary>
    public static WindowPlan Whole { get; } = new(int.MaxValue, int.MaxValue);
}

/// <summary>What a method may know before the first window.</summary>
/// <param name="System">What carries states forward.</param>
/// <param name="Grid">The steps of time.</param>
/// <param name="Climatology">Mean and covariance of the system's own long run; null where no method asked for it.</param>
/// <param name="TypicalInterval">Time between observations, for methods that precompute.</param>
public sealed record AssimilationProblem(IDynamicalSystem System, TimeGrid Grid, GaussianBelief? Climatology, double TypicalInterval);

/// <summary>What is believed before any observation.</summary>
public interface IPrior
{
    /// <summary>Fills rows with independent draws.</summary>
    void Sample(Batch<double> members, RandomSource random);

    /// <summary>Mean and covariance.</summary>
    GaussianBelief Moments();
}

/// <summary>Whether numbers stayed sound.</summary>
public enum AnalysisStatus
{
    /// <summary>Everything finite.</summary>
    Sound,

    /// <summary>An iteration stopped before its tolerance; the result is usable.</summary>
    NotConverged,

    /// <summary>NaN, infinity or a matrix that lost its definiteness: the result means nothing.</summary>
    Diverged,
}

/// <summary>The outcome of one window.</summary>
/// <param name="Next">The belief at <see cref="AssimilationWindow.NextStart"/>.</param>
/// <param name="Status">Whether numbers stayed sound.</param>
/// <param name="Reason">What went wrong, in a few words; null where nothing did.</param>
public sealed record Analysis(IBelief Next, AnalysisStatus Status = AnalysisStatus.Sound, string? Reason = null);
