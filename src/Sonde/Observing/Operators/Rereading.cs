using Sonde.Dynamics;

namespace Sonde.Observing.Operators;

/// <summary>The same readings of other rows: the same fields and parameters by name, at the same places, with the same instruments.</summary>
public static class Rereading
{
    /// <summary>The operator that reads from rows of another domain what an operator reads from rows of this one.</summary>
    /// <param name="observing">Made by <see cref="FieldReader"/>, with or without instruments, stacked or not.</param>
    /// <param name="from">What the operator reads.</param>
    /// <param name="to">What is to be read; its grids may be others.</param>
    /// <exception cref="ArgumentException">A field or parameter is not there, a place cannot be read there, or the operator does not say what it reads.</exception>
    public static IObservationOperator Of(IObservationOperator observing, Domain from, Domain to)
    {
        ArgumentNullException.ThrowIfNull(observing);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return observing switch
        {
            InstrumentOperator instrument => instrument.Behind(Of(instrument.Reader, from, to)),
            StackedOperator stacked => new StackedOperator([.. stacked.Parts.Select(part => Of(part, from, to))]),
            _ => FieldReader.Read(to, [.. ProbesOf(observing, from).Select(probe => ProbeIn(to, from, probe))]),
        };
    }

    private static IEnumerable<Probe> ProbesOf(IObservationOperator reader, Domain from) => reader switch
    {
        IdentityOperator => Enumerable.Range(0, from.Width).Select(component => Probe.Of(from, component)),
        ComponentOperator picked => Array.ConvertAll(picked.Components.ToArray(), component => Probe.Of(from, component)),
        SparseOperator sparse when sparse.Probes.Count == sparse.OutputWidth => sparse.Probes,
        DecodedReader decoded => decoded.Probes,
        _ => throw new ArgumentException($"An operator of type {reader.GetType().Name} does not say which fields it reads, so they cannot be read elsewhere.", nameof(reader)),
    };

    private static Probe ProbeIn(Domain to, Domain from, Probe probe)
    {
        if (probe.Component >= from.FieldWidth)
        {
            var parameter = from.Parameters[probe.Component - from.FieldWidth];
            for (var p = 0; p < to.Parameters.Count; p++)
                if (to.Parameters[p] == parameter)
                    return Probe.Of(to, to.FieldWidth + p);
            throw new ArgumentException($"There is no parameter '{parameter}'; the parameters are {string.Join(", ", to.Parameters)}.", nameof(to));
        }
        var name = from.Fields[probe.Field].Name;
        var field = to.IndexOf(name);
        if (field < 0)
            throw new ArgumentException($"There is no field '{name}'; the fields are {string.Join(", ", to.Fields.Select(f => f.Name))}.", nameof(to));
        if (probe.Point is not { } point)
            return from.Fields[probe.Field].Grid.Count == 1 && to.Fields[field].Grid.Count == 1
                ? Probe.Of(to, to.OffsetOf(field))
                : throw new ArgumentException($"The field '{name}' is read at no place, so it cannot be read from another grid.", nameof(from));
        var there = Probe.At(field, point);
        return FieldReader.CanRead(to, there)
            ? there
            : throw new ArgumentException($"The field '{name}' cannot be read at {point}: its grid does not reach there.", nameof(to));
    }
}
