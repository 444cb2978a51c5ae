using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Observing.Networks;

/// <summary>
/// Observes as a given series of observations did: the same instruments in the same places, with errors of the same size. A series of fewer states is
/// observed as one of the stretches of that length which follow one another in the given one, drawn anew each time.
/// </summary>
/// <param name="series">At least one observation; their values are not read.</param>
public sealed class RepeatedNetwork(IReadOnlyList<Observation> series) : ISeriesNetwork
{
    /// <inheritdoc/>
    public Observation[] Observe(IReadOnlyList<GridTime> times, TimeGrid grid, ReadOnlyBatch<double> states, RandomSource places, RandomSource noise)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(noise);
        if (states.Rows != times.Count || times.Count < 1 || times.Count > series.Count)
            throw new ArgumentException($"There are {times.Count} observation times and {states.Rows} states, of a series of {series.Count}.", nameof(states));
        var first = times.Count * places.Fork("stretch").NextInt(series.Count / times.Count);
        var observations = new Observation[times.Count];
        for (var k = 0; k < observations.Length; k++)
            observations[k] = Observe(series[first + k], k, times[k], states.Slice(k, 1), noise.Fork(k));
        return observations;
    }

    private static Observation Observe(Observation like, int k, GridTime at, ReadOnlyBatch<double> state, RandomSource noise)
    {
        using var frame = Scratch.Enter();
        var values = new double[like.Count];
        var errors = frame.Rent(1, like.Count);
        like.Operator.Apply(state, new Batch<double>(values));
        like.Error.Sample(errors, noise);
        TensorPrimitives.Add(values, errors[0], values);
        foreach (var value in values)
            if (!double.IsFinite(value))
                throw new ArgumentException($"What is observed at time {k} of a series is not finite: {value}.", nameof(state));
        return new Observation { Index = k, At = at, Operator = like.Operator, Values = values, Error = like.Error, Points = like.Points, Quantities = like.Quantities };
    }
}
