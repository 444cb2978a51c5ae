using Sonde.Dynamics;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Quality;

/// <summary>Readings as observations, one for each time at which anything sound was read.</summary>
public sealed class ObservationSeries
{
    private readonly Domain domain;
    private (Probe[] Probes, IObservationOperator Operator)? before;

    /// <summary>Sorts the readings of a ledger by time.</summary>
    /// <param name="ledger">After quality control.</param>
    /// <param name="domain">What a row is.</param>
    /// <param name="grid">The steps of time.</param>
    public ObservationSeries(ObservationLedger ledger, Domain domain, TimeGrid grid)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(domain);
        this.domain = domain;
        var times = new SortedDictionary<GridTime, (List<int> Used, List<int> Withheld)>();
        for (var i = 0; i < ledger.Readings.Count; i++)
        {
            if (ledger.Fates[i] is not (ObservationFate.Used or ObservationFate.Withheld))
                continue;
            var at = grid.Locate(ledger.Readings[i].Time);
            if (!times.TryGetValue(at, out var lists))
                times[at] = lists = ([], []);
            (ledger.Fates[i] == ObservationFate.Used ? lists.Used : lists.Withheld).Add(i);
        }
        Used = [.. times.Select((entry, k) => Make(k, entry.Key, entry.Value.Used, ledger.Readings))];
        before = null;
        Withheld = [.. times.Select((entry, k) => Make(k, entry.Key, entry.Value.Withheld, ledger.Readings))];
    }

    /// <summary>What is assimilated, one a time; may hold no values.</summary>
    public IReadOnlyList<Observation> Used { get; }

    /// <summary>What is kept back to score with, at the same times; may hold no values.</summary>
    public IReadOnlyList<Observation> Withheld { get; }

    private Observation Make(int k, GridTime at, List<int> chosen, IReadOnlyList<Reading> readings)
    {
        Probe[] probes = [.. chosen.Select(i => readings[i].ProbeIn(domain)!.Value)];
        if (before is not { } last || !last.Probes.AsSpan().SequenceEqual(probes))
            before = last = (probes, FieldReader.Read(domain, probes));
        return new Observation
        {
            Index = k,
            At = at,
            Operator = last.Operator,
            Values = chosen.Select(i => readings[i].Value).ToArray(),
            Error = new DiagonalError([.. chosen.Select(i => readings[i].StandardDeviation)]),
            Points = [.. probes.Select(probe => probe.Point)],
            Quantities = [.. chosen.Select(i => readings[i].Field)],
            Readings = chosen.ToArray(),
        };
    }
}
