using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>
/// What is observed, where and how well, at each observation time. What does not change from one time to the next is made once
/// and is the same object at every time.
/// </summary>
public sealed class ObservationNetwork : ISeriesNetwork
{
    private readonly ISpace space;
    private readonly PlacedPart[] parts;
    private readonly NetworkReading? lasting;
    private readonly IObservationError? lastingError;

    /// <summary>Lays the parts out; what lasts is made now, so that what does not fit is refused now.</summary>
    /// <param name="domain">What a row is.</param>
    /// <param name="parts">At least one; values come in their order.</param>
    /// <param name="random">Where locations are drawn: each part from a fork of its own, and time k from a fork of that where they are redrawn.</param>
    /// <param name="climatology">States of the system's own long run, one a row; needed where errors are relative to a field's standard deviation.</param>
    /// <exception cref="ArgumentException">A part does not fit the domain, or there is no climatology and an error needs it.</exception>
    public ObservationNetwork(Domain domain, IReadOnlyList<NetworkPart> parts, RandomSource random, Matrix<double>? climatology = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(random);
        if (parts.Count == 0)
            throw new ArgumentException("A network needs at least 1 part, not 0.", nameof(parts));
        space = domain.Space;
        this.parts = [.. parts.Select((part, p) => new PlacedPart(domain, part, random.Fork("locations").Fork(p), climatology))];
        if (Changes)
            return;
        var layouts = Layouts(0, 0);
        lasting = Join(layouts);
        if (!Array.Exists(this.parts, part => part.Error.DependsOnValues))
            lastingError = ErrorOf(layouts, []);
    }

    /// <summary>True where something may differ from one observation time to the next, besides values and errors relative to them.</summary>
    public bool Changes => Array.Exists(parts, part => part.Changes);

    /// <summary>What is observed at the k-th observation time.</summary>
    /// <param name="k">From 0.</param>
    /// <param name="time">When, in the system's unit.</param>
    public NetworkReading At(int k, double time) => lasting ?? Join(Layouts(k, time));

    /// <summary>Observes a state: what the instruments would read, and an error drawn for each value.</summary>
    /// <param name="k">From 0.</param>
    /// <param name="at">When, on the grid of time.</param>
    /// <param name="time">When, in the system's unit.</param>
    /// <param name="state">The true state, [width].</param>
    /// <param name="noise">Where errors are drawn: those of time k from <c>noise.Fork(k)</c>.</param>
    /// <exception cref="ArgumentException">What would be read is not finite, or has no error above 0.</exception>
    public Observation Observe(int k, GridTime at, double time, ReadOnlySpan<double> state, RandomSource noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return Observe(k, at, time, state, Layouts(k, time), noise);
    }

    /// <summary>Observes a series of states: what is laid out over a whole series is laid out over this one.</summary>
    /// <param name="times">When, on the grid of time; rising.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="states">The true states, [times, width].</param>
    /// <param name="places">Where locations that are redrawn are drawn, as in the constructor.</param>
    /// <param name="noise">Where errors are drawn: those of time k from <c>noise.Fork(k)</c>.</param>
    /// <returns>One a time, with indices from 0.</returns>
    /// <exception cref="ArgumentException">There are not as many states as times, or what would be read is not finite, or has no error above 0.</exception>
    public Observation[] Observe(IReadOnlyList<GridTime> times, TimeGrid grid, ReadOnlyBatch<double> states, RandomSource places, RandomSource noise)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(noise);
        if (states.Rows != times.Count)
            throw new ArgumentException($"There are {times.Count} observation times but {states.Rows} states.", nameof(states));
        double[] moments = [.. times.Select(grid.TimeOf)];
        var own = places.Fork("locations");
        var layouts = new PartLayout[parts.Length][];
        for (var p = 0; p < parts.Length; p++)
            layouts[p] = parts[p].Over(moments, own.Fork(p));
        var observations = new Observation[times.Count];
        for (var k = 0; k < observations.Length; k++)
            observations[k] = Observe(k, times[k], moments[k], states[k], Array.ConvertAll(layouts, part => part[k]), noise);
        return observations;
    }

    private Observation Observe(int k, GridTime at, double time, ReadOnlySpan<double> state, PartLayout[] layouts, RandomSource noise)
    {
        var reading = lasting ?? Join(layouts);
        var values = new double[reading.Operator.OutputWidth];
        reading.Operator.Apply(new ReadOnlyBatch<double>(state), new Batch<double>(values));
        foreach (var value in values)
            if (!double.IsFinite(value))
                throw new ArgumentException($"What is observed at time {time} is not finite: {value}.", nameof(state));
        var error = lastingError ?? ErrorOf(layouts, values);
        using var frame = Scratch.Enter();
        var errors = frame.Rent(1, values.Length);
        error.Sample(errors, noise.Fork(k));
        TensorPrimitives.Add(values, errors[0], values);
        return new Observation
        {
            Index = k, At = at, Operator = reading.Operator, Values = values, Error = error, Points = reading.Points, Quantities = reading.Quantities,
        };
    }

    private PartLayout[] Layouts(int k, double time) => Array.ConvertAll(parts, part => part.At(k, time));

    private static NetworkReading Join(PartLayout[] layouts) => layouts.Length == 1
        ? layouts[0].Reading
        : new NetworkReading(
            new StackedOperator([.. layouts.Select(layout => layout.Reading.Operator)]),
            [.. layouts.SelectMany(layout => layout.Reading.Points)],
            [.. layouts.SelectMany(layout => layout.Reading.Quantities)]);

    private IObservationError ErrorOf(PartLayout[] layouts, ReadOnlySpan<double> values)
    {
        var errors = new IObservationError[parts.Length];
        for (var (p, first) = (0, 0); p < parts.Length; p++)
        {
            var (model, layout) = (parts[p].Error, layouts[p]);
            var count = layout.Reading.Points.Count;
            var own = model.DependsOnValues ? values.Slice(first, count) : [];
            errors[p] = model.Resolve(layout.Reading.Points, layout.Blocks, own, layout.Deviations, space);
            first += count;
        }
        return errors.Length == 1 ? errors[0] : new StackedError(errors);
    }
}
