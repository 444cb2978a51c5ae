using Sonde.Dynamics;
using Sonde.Dynamics.Fields;

namespace Sonde.Observing;

/// <summary>Everything observed at one time. Immutable once made.</summary>
public sealed class Observation
{
    /// <summary>Position in the experiment's series of observation times, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>When.</summary>
    public required GridTime At { get; init; }

    /// <summary>From a state to what was read.</summary>
    public required IObservationOperator Operator { get; init; }

    /// <summary>y, [m]; every value finite. m may be 0: then the time passes without an update.</summary>
    public required ReadOnlyMemory<double> Values { get; init; }

    /// <summary>Distribution of the errors of <see cref="Values"/>.</summary>
    public required IObservationError Error { get; init; }

    /// <summary>Where each value was read, for localization, [m]; null where a value has no place (it is never localized).</summary>
    public required IReadOnlyList<SpacePoint?> Points { get; init; }

    /// <summary>What each value is, [m], such as "temperature" or "square(x)", for counts and scores by quantity; empty where nobody said.</summary>
    public IReadOnlyList<string> Quantities { get; init; } = [];

    /// <summary>Which reading of a <see cref="Quality.ObservationLedger"/> each value is, [m]; empty where there is no ledger.</summary>
    public ReadOnlyMemory<int> Readings { get; init; }

    /// <summary>m.</summary>
    public int Count => Values.Length;

    /// <summary>The same with other errors.</summary>
    public Observation WithError(IObservationError error) => new()
    {
        Index = Index, At = At, Operator = Operator, Values = Values, Error = error, Points = Points, Quantities = Quantities, Readings = Readings,
    };

    /// <summary>The same readings of other rows, on another grid of time.</summary>
    /// <exception cref="ArgumentException">The operator reads more or fewer values.</exception>
    public Observation In(GridTime at, IObservationOperator @operator) => @operator.OutputWidth == Count ? new()
    {
        Index = Index, At = at, Operator = @operator, Values = Values, Error = Error, Points = Points, Quantities = Quantities, Readings = Readings,
    }
    : throw new ArgumentException($"{@operator.OutputWidth} values are read for {Count}.", nameof(@operator));

    /// <summary>The same with other values.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them.</exception>
    public Observation WithValues(ReadOnlyMemory<double> values) => values.Length == Count ? new()
    {
        Index = Index, At = At, Operator = Operator, Values = values, Error = Error, Points = Points, Quantities = Quantities, Readings = Readings,
    }
    : throw new ArgumentException($"{values.Length} values were given for {Count}.", nameof(values));

    /// <summary>The same with only the values at <paramref name="indices"/>.</summary>
    public Observation Select(ReadOnlySpan<int> indices)
    {
        var values = new double[indices.Length];
        var points = new SpacePoint?[indices.Length];
        var quantities = new string[Quantities.Count == 0 ? 0 : indices.Length];
        var readings = new int[Readings.IsEmpty ? 0 : indices.Length];
        for (var i = 0; i < indices.Length; i++)
            (values[i], points[i]) = (Values.Span[indices[i]], Points[indices[i]]);
        for (var i = 0; i < quantities.Length; i++)
            quantities[i] = Quantities[indices[i]];
        for (var i = 0; i < readings.Length; i++)
            readings[i] = Readings.Span[indices[i]];
        return new Observation
        {
            Index = Index, At = At, Operator = Operator.Select(indices), Values = values, Error = Error.Select(indices), Points = points,
            Quantities = quantities, Readings = readings,
        };
    }
}
