using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Smoothers;

/// <summary>An ensemble update of several times' ensembles side by side.</summary>
internal static class SmootherUpdate
{
    /// <summary>Why an update cannot serve a smoother whose rows hold several times, or null.</summary>
    public static string? Refuses(IEnsembleUpdate update, AssimilationProblem problem) => update.ReadsOperator
        ? $"{update.GetType().Name} reads the observation operator at single states, so it serves filters but not smoothers."
        : RefusesToLocalize(update, problem);

    /// <summary>Why an update cannot be localized, or null.</summary>
    public static string? RefusesToLocalize(IEnsembleUpdate update, AssimilationProblem problem) =>
        update is ILocalizedUpdate { Localization: not null } && problem.System.Domain.Space.Dimensions == 0
            ? "The components of this system have no place, so that observations cannot be localized."
            : null;

    /// <summary>Changes the ensembles in place; the reason where that failed.</summary>
    /// <param name="update">The analysis step.</param>
    /// <param name="window">Observer, domain, threads.</param>
    /// <param name="observation">What was observed.</param>
    /// <param name="states">Ensembles of one size, [N, width] each.</param>
    /// <param name="predicted">[N, m]; overwritten.</param>
    /// <param name="memory">The update's memory.</param>
    /// <param name="rotate">Turns the anomalies of all together at random.</param>
    /// <param name="random">Randomness of this time.</param>
    public static string? Apply(
        IEnsembleUpdate update, AssimilationWindow window, Observation observation, IReadOnlyList<Matrix<double>> states, Matrix<double> predicted,
        Dictionary<string, Matrix<double>> memory, bool rotate, RandomSource random)
    {
        var wide = states.Count == 1 ? states[0] : LaggedStates.SideBySide(states);
        var context = new UpdateContext(window.System.Domain, window.Workers, random.Fork("update"), window.Observer) { Memory = memory };
        var status = update.Update(wide, predicted, observation, context);
        if (status == AnalysisStatus.Diverged || !Moments.AllFinite(wide.Values))
            return $"The analysis at observation {observation.Index} is not finite.";
        if (rotate)
            RandomRotation.Apply(wide, random.Fork("rotation"), window.Workers);
        if (states.Count > 1)
            LaggedStates.TakeApart(wide, states);
        return null;
    }
}
