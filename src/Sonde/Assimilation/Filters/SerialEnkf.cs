using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Observations one after the other. With the predicted anomalies y of one observation, its departure d, both in units of
/// its error, and c = yᵀy + N − 1: x̄ += w (aᵀy) d / c and a −= w (aᵀy) y / (c + ((N − 1) c)^½) for the mean and the anomalies
/// a of every component, and of every observation that is still to come, that lies near; w is the localization weight.
/// Whitaker, Hamill, Monthly Weather Review 130 (2002), eqs. 10-13; Anderson, Monthly Weather Review 131 (2003).
/// Correlated errors are first made independent, R = L Lᵀ, and combination j keeps the place of value j.
/// </summary>
/// <param name="Localization">How influence falls with distance; null for none.</param>
/// <param name="Scheme">How anomalies change.</param>
/// <param name="Order">Which observation comes first.</param>
public sealed record SerialEnkf(
    Localization? Localization = null, SerialScheme Scheme = SerialScheme.SquareRoot, ObservationOrder Order = ObservationOrder.Random)
    : ILocalizedUpdate
{
    /// <inheritdoc cref="SerialEnkf(Localization, SerialScheme, ObservationOrder)" path="/param[@name='Scheme']"/>
    public SerialScheme Scheme { get; init; } = Scheme != SerialScheme.SecondOrderExact || Localization is null
        ? Scheme
        : throw new ArgumentException("Second-order exact perturbations exist for a whole ensemble only, not for a localized analysis.", nameof(Scheme));

    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        using var frame = Scratch.Enter();
        var departure = frame.Rent(1, predicted.Width)[0];
        var order = frame.RentSpan<int>(predicted.Width);
        Innovation.Whiten(predicted, observation, departure);
        Arrange(order, predicted, observation, context.Random);
        var sequence = new SerialSequence(predicted, departure, order, frame);
        var random = context.Random.Fork("perturbations");
        if (Localization is null || context.Domain.Space.Dimensions == 0)
            return SerialGlobalUpdate.Apply(members, predicted, sequence, Scheme, observation, context, random);
        var points = new SpacePoint?[order.Length];
        for (var rank = 0; rank < points.Length; rank++)
            points[rank] = observation.Points[order[rank]];
        var near = new LocalObservations(Localization, context.Domain.Space, points);
        SerialLocalUpdate.Apply(members, sequence, near, points, Scheme, observation, context, random);
        return AnalysisStatus.Sound;
    }

    private void Arrange(Span<int> order, ReadOnlyBatch<double> y, Observation observation, RandomSource random)
    {
        for (var j = 0; j < order.Length; j++)
            order[j] = j;
        if (Order == ObservationOrder.Random)
            random.Fork("order").Shuffle(order);
        if (Order != ObservationOrder.ByVariance)
            return;
        using var frame = Scratch.Enter();
        var keys = frame.RentSpan<(double Error, double Predicted)>(order.Length);
        for (var j = 0; j < keys.Length; j++)
            keys[j] = (observation.Error.StandardDeviations[j], 0);
        for (var n = 0; n < y.Rows; n++)
            for (var j = 0; j < keys.Length; j++)
                keys[j].Predicted += y[n, j] * y[n, j];
        keys.Sort(order);
    }
}
