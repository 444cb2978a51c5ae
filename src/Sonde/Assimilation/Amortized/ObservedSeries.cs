using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// Observations at consecutive times, and as images: a value stands at the component that it depends on most. Where several stand at one, they are averaged
/// with the weights of their errors.
/// </summary>
internal sealed class ObservedSeries
{
    private readonly Dictionary<IObservationOperator, int[]> places;

    /// <summary>Reads observations.</summary>
    /// <param name="observations">One at each time.</param>
    /// <param name="first">Which of the twins' times the first is.</param>
    /// <param name="along">Where operators are linearised, [n].</param>
    /// <param name="truth">[T n], where it is known.</param>
    public ObservedSeries(IReadOnlyList<Observation> observations, int first, ReadOnlySpan<double> along, float[]? truth = null)
    {
        (Observations, First, Truth) = (observations, first, truth);
        (Values, Mask) = (new Matrix<float>(observations.Count, along.Length), new Matrix<float>(observations.Count, along.Length));
        places = [];
        for (var t = 0; t < observations.Count; t++)
            Read(observations[t], along, Values[t], Mask[t]);
    }

    /// <summary>One at each time.</summary>
    public IReadOnlyList<Observation> Observations { get; }

    /// <summary>Which of the twins' times the first is.</summary>
    public int First { get; }

    /// <summary>[T n]; null where it is not known.</summary>
    public float[]? Truth { get; }

    /// <summary>[T, n], 0 where nothing was observed.</summary>
    public Matrix<float> Values { get; }

    /// <summary>[T, n], 1 where something was observed.</summary>
    public Matrix<float> Mask { get; }

    /// <summary>T.</summary>
    public int Times => Observations.Count;

    /// <summary>True where each value is a component itself.</summary>
    public bool IsDirect { get; private set; } = true;

    private void Read(Observation observation, ReadOnlySpan<double> along, Span<float> values, Span<float> mask)
    {
        if (observation.Count == 0)
            return;
        if (!places.TryGetValue(observation.Operator, out var at))
        {
            if (places.Count > 64)                                                          // operators drawn anew at each time are met once
                places.Clear();
            places[observation.Operator] = at = PlacesOf(observation.Operator, along);
        }
        using var frame = Scratch.Enter();
        var weights = frame.RentCleared(1, values.Length)[0];
        var sums = frame.RentCleared(1, values.Length)[0];
        var deviations = observation.Error.StandardDeviations;
        for (var j = 0; j < at.Length; j++)
        {
            var weight = 1 / (deviations[j] * deviations[j]);
            weights[at[j]] += weight;
            sums[at[j]] += weight * observation.Values.Span[j];
        }
        for (var i = 0; i < values.Length; i++)
            if (weights[i] > 0)
                (values[i], mask[i]) = ((float)(sums[i] / weights[i]), 1);
    }

    private int[] PlacesOf(IObservationOperator @operator, ReadOnlySpan<double> along)
    {
        using var frame = Scratch.Enter();
        var (n, m) = (along.Length, @operator.OutputWidth);
        var units = frame.RentCleared(n, n);
        var columns = frame.Rent(n, m);
        for (var i = 0; i < n; i++)
            units[i, i] = 1;
        @operator.Tangent(new ReadOnlyBatch<double>(along), units, columns);
        var places = new int[m];
        for (var j = 0; j < m; j++)
        {
            for (var i = 1; i < n; i++)
                if (Math.Abs(columns[i, j]) > Math.Abs(columns[places[j], j]))
                    places[j] = i;
            var total = 0.0;
            for (var i = 0; i < n; i++)
                total += Math.Abs(columns[i, j]);
            IsDirect &= total == 1 && columns[places[j], j] == 1;
        }
        return places;
    }
}
