using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>Reads fields that are made of a row by a <see cref="IFieldDecoder"/>, and parameters that stand in the row itself.</summary>
public sealed class DecodedReader : IObservationOperator
{
    private const int RowsAtOnce = 64;
    private readonly Domain domain;
    private readonly Probe[] probes;
    private readonly IMap<double> map;

    /// <summary>Reads what the probes say, in their order.</summary>
    /// <param name="domain">The fields, with their decoder.</param>
    /// <param name="probes">What is read.</param>
    /// <exception cref="ArgumentException">The domain has no decoder, or a probe's field or component does not exist or its point lies outside.</exception>
    public DecodedReader(Domain domain, IReadOnlyList<Probe> probes)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(probes);
        var decoder = domain.Decoder ?? throw new ArgumentException($"The {domain.Fields.Count} fields of the domain have 0 decoders; expected 1.", nameof(domain));
        (this.domain, this.probes) = (domain, [.. probes]);
        InputWidth = decoder.RowWidth;
        var (places, components, order) = (new List<FieldPlace>(), new List<int>(), new int[probes.Count]);
        for (var i = 0; i < order.Length; i++)
            if (probes[i].Component >= domain.FieldWidth)
            {
                if (probes[i].Component >= domain.Width)
                    throw new ArgumentException($"Component {probes[i].Component} does not exist: there are {domain.Width}.", nameof(probes));
                order[i] = -1 - components.Count;
                components.Add(decoder.ParameterOffset + probes[i].Component - domain.FieldWidth);
            }
            else
            {
                order[i] = places.Count;
                places.Add(PlaceOf(domain, probes[i]));
            }
        var fields = decoder.ReadAt(places);
        if (components.Count == 0)
        {
            map = fields;
            return;
        }
        var parameters = new Gather<double>([.. components]);
        int[] arranged = [.. order.Select(at => at >= 0 ? at : places.Count - 1 - at)];
        var arrangement = arranged.Index().All(pair => pair.Index == pair.Item) ? null : new Gather<double>(arranged);
        map = Map.Of<double>(InputWidth, order.Length, x =>
        {
            var both = fields.Apply(x).Beside(x.Tape.Apply(parameters, x));
            return arrangement is null ? both : x.Tape.Apply(arrangement, both);
        });
    }

    /// <summary>What each value is read from, [m].</summary>
    internal IReadOnlyList<Probe> Probes => probes;

    /// <summary>Variances of what is read, from those of fields at places; 0 of parameters.</summary>
    internal double[] Variances(Func<IReadOnlyList<FieldPlace>, double[]> ofFields)
    {
        int[] fields = [.. Enumerable.Range(0, probes.Length).Where(i => probes[i].Component < domain.FieldWidth)];
        var (values, result) = (ofFields([.. fields.Select(i => PlaceOf(domain, probes[i]))]), new double[probes.Length]);
        for (var i = 0; i < fields.Length; i++)
            result[fields[i]] = values[i];
        return result;
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => probes.Length;

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        for (var first = 0; first < x.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, x.Rows - first);
            map.Evaluate(x.Slice(first, count), y.Slice(first, count));
        }
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        for (var first = 0; first < dx.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, dx.Rows - first);
            using var lent = TapeLoan<double>.Take();
            var input = Input(lent.Tape, x, first, count);
            var output = map.Apply(input);
            dx.Slice(first, count).CopyTo(lent.Tape.Tangent(input));
            lent.Tape.PushForward();
            lent.Tape.Tangent(output).CopyTo(dy.Slice(first, count));
        }
    }

    /// <inheritdoc/>
    public void Tangents(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        var each = x.Rows == 0 ? 0 : dx.Rows / x.Rows;
        for (var first = 0; first < x.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, x.Rows - first);
            using var lent = TapeLoan<double>.Take();
            var input = lent.Tape.Input(x.Slice(first, count));
            var output = map.Apply(input);
            var from = lent.Tape.Tangent(input);
            var to = lent.Tape.Tangent(output);
            for (var i = 0; i < each; i++)
            {
                for (var row = 0; row < count; row++)
                    dx[(first + row) * each + i].CopyTo(from[row]);
                lent.Tape.PushForward();
                for (var row = 0; row < count; row++)
                    to[row].CopyTo(dy[(first + row) * each + i]);
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        for (var first = 0; first < yBar.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, yBar.Rows - first);
            using var lent = TapeLoan<double>.Take();
            var input = Input(lent.Tape, x, first, count);
            var output = map.Apply(input);
            lent.Tape.BeginPullBack();
            yBar.Slice(first, count).CopyTo(lent.Tape.Adjoint(output));
            lent.Tape.PullBack();
            var to = xBar.Slice(first, count);
            to += (ReadOnlyBatch<double>)lent.Tape.Adjoint(input);
        }
    }

    /// <inheritdoc/>
    public IObservationOperator Select(ReadOnlySpan<int> indices)
    {
        var chosen = new Probe[indices.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = probes[indices[i]];
        return new DecodedReader(domain, chosen);
    }

    private static FieldPlace PlaceOf(Domain domain, Probe probe)
    {
        if (probe.Component >= 0)
            return new(domain.FieldOf(probe.Component), domain.PointOf(probe.Component)!.Value);
        if ((uint)probe.Field >= (uint)domain.Fields.Count)
            throw new ArgumentException($"There is no field {probe.Field}: the domain has {domain.Fields.Count}.", nameof(probe));
        return new(probe.Field, probe.Point ?? throw new ArgumentException($"Field {probe.Field} cannot be read without a point or a component.", nameof(probe)));
    }

    /// <summary>Rows first … of x, or its only row as often.</summary>
    private static Variable<double> Input(Tape<double> tape, ReadOnlyBatch<double> x, int first, int count)
    {
        if (x.Rows != 1)
            return tape.Input(x.Slice(first, count));
        using var frame = Scratch.Enter();
        var rows = frame.Rent(count, x.Width);
        for (var row = 0; row < count; row++)
            x.CopyTo(rows.Slice(row, 1));
        return tape.Input(rows);
    }
}
