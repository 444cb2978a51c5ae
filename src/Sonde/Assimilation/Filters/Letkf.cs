using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The local ensemble transform Kalman filter: at every point the analysis of <see cref="Etkf"/> from the observations near
/// it, with their error covariance R replaced by D R D, D = diag(w^-½), for the localization weights w. All components at a
/// point share one transform; those without a place, such as parameters, get that of all observations with weight 1.
/// Hunt, Kostelich, Szunyogh, Physica D 230 (2007), section 2.3.
/// </summary>
/// <param name="Localization">Which observations are near; null for the global analysis of <see cref="Etkf"/>.</param>
/// <param name="Certainty">Where given, each local analysis finds its own inflation as <see cref="EnkfN"/> does.</param>
public sealed record Letkf(Localization? Localization = null, double? Certainty = null) : ILocalizedUpdate
{
    /// <inheritdoc cref="Letkf(Localization, double?)" path="/param[@name='Certainty']"/>
    public double? Certainty { get; init; } = Certainty is { } value ? Check.Positive(value, nameof(Certainty)) : null;

    /// <inheritdoc/>
    public unsafe AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        if (Localization is null || context.Domain.Space.Dimensions == 0)
            return SquareRoot.Update(members, predicted, Certainty, observation, context);
        var near = new LocalObservations(Localization, context.Domain.Space, observation.Points);
        var tally = new LocalTally(observation.Count);
        fixed (double* h = predicted.Values)
        {
            var analysis = new LocalAnalysis(new PinnedRows(h, predicted.Rows, predicted.Width), observation, near, Certainty, tally);
            foreach (var group in ComponentGroup.Of(context.Domain, members.Width))
                if (!analysis.Update(members, group, context.Workers))
                    return AnalysisStatus.Diverged;
        }
        tally.Report(context.Observer, observation);
        return AnalysisStatus.Sound;
    }
}
