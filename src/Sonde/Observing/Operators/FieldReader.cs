using Sonde.Dynamics;

namespace Sonde.Observing.Operators;

/// <summary>
/// Reads the fields of a row at points. Weights are computed once, when the operator is made; the cheapest operator that does
/// the work is chosen: all components, some components, or sparse weights. Fields that a decoder makes are read through it.
/// </summary>
public static class FieldReader
{
    private const int MostTerms = 8;

    /// <summary>The operator from a row of <paramref name="domain"/> to what the probes read, in their order.</summary>
    /// <exception cref="ArgumentException">A probe's field or component does not exist, or its point lies outside the field's grid.</exception>
    public static IObservationOperator Read(Domain domain, IReadOnlyList<Probe> probes)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(probes);
        if (domain.Decoder is not null)
            return new DecodedReader(domain, probes);
        var starts = new int[probes.Count + 1];
        var components = new List<int>(probes.Count);
        var weights = new List<double>(probes.Count);
        for (var i = 0; i < probes.Count; i++)
        {
            AddTerms(domain, probes[i], components, weights);
            starts[i + 1] = components.Count;
        }
        if (components.Count != probes.Count || weights.Exists(w => w != 1))
            return new SparseOperator(domain.Width, starts, [.. components], [.. weights]) { Probes = [.. probes] };
        return IsAll(components, domain.Width) ? new IdentityOperator(domain.Width) : new ComponentOperator(domain.Width, [.. components]);
    }

    /// <summary>True where field and point can be read: the point lies within the field's grid.</summary>
    public static bool CanRead(Domain domain, Probe probe)
    {
        if (probe.Component >= 0)
            return probe.Component < domain.Width;
        if ((uint)probe.Field >= (uint)domain.Fields.Count || probe.Point is not { } point)
            return false;
        Span<int> indices = stackalloc int[MostTerms];
        Span<double> terms = stackalloc double[MostTerms];
        return domain.Fields[probe.Field].Grid.Interpolate(domain.Space, point, indices, terms) > 0;
    }

    private static void AddTerms(Domain domain, Probe probe, List<int> components, List<double> weights)
    {
        if (probe.Component >= 0)
        {
            components.Add(probe.Component);
            weights.Add(1);
            return;
        }
        if ((uint)probe.Field >= (uint)domain.Fields.Count)
            throw new ArgumentException($"There is no field {probe.Field}: the domain has {domain.Fields.Count}.", nameof(probe));
        if (probe.Point is not { } point)
            throw new ArgumentException($"Field {probe.Field} cannot be read without a point or a component.", nameof(probe));
        Span<int> indices = stackalloc int[MostTerms];
        Span<double> terms = stackalloc double[MostTerms];
        var count = domain.Fields[probe.Field].Grid.Interpolate(domain.Space, point, indices, terms);
        if (count == 0)
            throw new ArgumentException($"The point {point} lies outside the grid of field '{domain.Fields[probe.Field].Name}'.", nameof(probe));
        for (var term = 0; term < count; term++)
            if (terms[term] != 0)
            {
                components.Add(domain.OffsetOf(probe.Field) + indices[term]);
                weights.Add(terms[term]);
            }
    }

    private static bool IsAll(List<int> components, int width)
    {
        if (components.Count != width)
            return false;
        for (var i = 0; i < width; i++)
            if (components[i] != i)
                return false;
        return true;
    }
}
