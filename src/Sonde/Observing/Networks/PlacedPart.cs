using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>What a part of a network observes at one time.</summary>
/// <param name="Reading">Operator, points and names.</param>
/// <param name="Blocks">Which values belong together: those of one field; all of them where components have no place.</param>
/// <param name="Deviations">Standard deviation of the quantity that each value is; empty where no error is relative to it.</param>
internal sealed record PartLayout(NetworkReading Reading, int[] Blocks, double[] Deviations);

/// <summary>A part of a network on its domain.</summary>
internal sealed class PlacedPart
{
    private readonly NetworkPart part;
    private readonly ObservedFields fields;
    private readonly IInstrument instrument;
    private readonly RandomSource random;
    private readonly Dictionary<string, double> deviations = [];
    private readonly PartLayout? lasting;
    private readonly PartLayout? nothing;                               // what is read at times without readings

    public PlacedPart(Domain domain, NetworkPart part, RandomSource random, Matrix<double>? climatology)
    {
        (this.part, this.random) = (part, random);
        fields = new ObservedFields(domain, part.Fields);
        instrument = part.Instrument ?? Instruments.Identity;
        Error = part.Error ?? new ErrorModel();
        Error.Check();
        if (Error is { Relative: not null, DependsOnValues: false })
            deviations = DeviationsOf(climatology ?? throw new ArgumentException(
                "Errors relative to a field's own standard deviation need states of the system's own run, but there are 0.", nameof(climatology)));
        if (!Changes)
            lasting = LayOut(part.Locations.Choose(fields, 0, random));
        else if (part.Locations is ISeriesLocations)
            nothing = LayOut([]);
    }

    public ErrorModel Error { get; }

    public bool Changes => part.Locations.Change;

    /// <summary>What is read at one time.</summary>
    public PartLayout At(int k, double time) => lasting ?? LayOut(part.Locations.Choose(fields, time, random.Fork(k)));

    /// <summary>What is read at each of a series of times.</summary>
    /// <param name="times">In the system's unit.</param>
    /// <param name="random">Where what is redrawn is drawn from.</param>
    public PartLayout[] Over(ReadOnlySpan<double> times, RandomSource random)
    {
        var layouts = new PartLayout[times.Length];
        var series = part.Locations as ISeriesLocations;
        var probes = series?.ChooseAll(fields, times.Length, series.Redraw ? random : this.random.Fork("series"));
        for (var k = 0; k < layouts.Length; k++)
            layouts[k] = lasting ?? (probes is null ? LayOut(part.Locations.Choose(fields, times[k], random.Fork(k))) : probes[k].Count == 0 ? nothing! : LayOut(probes[k]));
        return layouts;
    }

    private PartLayout LayOut(IReadOnlyList<Probe> probes)
    {
        var reading = Read(probes);
        var placed = fields.Domain.Space.Dimensions > 0;
        return new PartLayout(
            reading,
            [.. Enumerable.Range(0, reading.Points.Count).Select(i => placed ? probes[i].Field : 0)],
            deviations.Count == 0 ? [] : [.. reading.Quantities.Select(quantity => deviations[quantity])]);
    }

    private NetworkReading Read(IReadOnlyList<Probe> probes)
    {
        var reader = FieldReader.Read(fields.Domain, probes);
        var count = Math.DivRem(probes.Count, instrument.Inputs, out var rest);
        for (var i = 0; i < probes.Count; i++)
            if (rest != 0 || probes[i].Point != probes[i % count].Point)
                throw new ArgumentException(
                    $"The operator '{instrument.Name}' reads {instrument.Inputs} fields at each place, but {probes.Count} values are not {instrument.Inputs} at each.");
        return new NetworkReading(
            ReferenceEquals(instrument, Instruments.Identity) ? reader : new InstrumentOperator(reader, instrument),
            [.. probes.Take(count).Select(probe => probe.Point)],
            [.. Enumerable.Range(0, count).Select(i => QuantityOf(probes, i, count))]);
    }

    private string QuantityOf(IReadOnlyList<Probe> probes, int i, int count)
    {
        var inputs = string.Join(", ", Enumerable.Range(0, instrument.Inputs).Select(input => fields.Domain.Fields[probes[input * count + i].Field].Name));
        return ReferenceEquals(instrument, Instruments.Identity) ? inputs : $"{instrument.Name}({inputs})";
    }

    // √ mean (v − mean v)² over all states and all points of the grid, for each quantity.
    private Dictionary<string, double> DeviationsOf(Matrix<double> climatology)
    {
        var reading = Read(new AllLocations().Choose(fields, 0, random));
        if (climatology.Width != reading.Operator.InputWidth)
            throw new ArgumentException($"States of the system's own run have {climatology.Width} components, not {reading.Operator.InputWidth}.", nameof(climatology));
        var width = reading.Points.Count;
        using var frame = Scratch.Enter();
        var row = frame.Rent(1, width);
        var sums = frame.RentCleared(1, width)[0];
        var squares = frame.RentCleared(1, width)[0];
        for (var n = 0; n < climatology.Rows; n++)
        {
            reading.Operator.Apply(new ReadOnlyBatch<double>(climatology[n]), row);
            for (var i = 0; i < width; i++)
                sums[i] += row[0, i];
        }
        var means = Pool(sums);
        for (var n = 0; n < climatology.Rows; n++)
        {
            reading.Operator.Apply(new ReadOnlyBatch<double>(climatology[n]), row);
            for (var i = 0; i < width; i++)
            {
                var away = row[0, i] - means[reading.Quantities[i]];
                squares[i] += away * away;
            }
        }
        return Pool(squares).ToDictionary(entry => entry.Key, entry => Math.Sqrt(entry.Value));

        Dictionary<string, double> Pool(ReadOnlySpan<double> totals)
        {
            var pooled = new Dictionary<string, (double Total, long Count)>();
            for (var i = 0; i < totals.Length; i++)
            {
                var (total, count) = pooled.GetValueOrDefault(reading.Quantities[i]);
                pooled[reading.Quantities[i]] = (total + totals[i], count + climatology.Rows);
            }
            return pooled.ToDictionary(entry => entry.Key, entry => entry.Value.Total / entry.Value.Count);
        }
    }
}
