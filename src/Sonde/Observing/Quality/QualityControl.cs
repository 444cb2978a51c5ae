using Sonde.Dynamics;

namespace Sonde.Observing.Quality;

/// <summary>
/// What happens to readings on entry, once. Checks run in the order of <see cref="ObservationFate"/> and the first that a reading
/// fails decides. The background check comes later, at the time of the analysis.
/// </summary>
/// <param name="Limits">What values are possible at all; fields without limits allow every finite value.</param>
/// <param name="Duplicates">Which of several readings of one station at one time is believed.</param>
/// <param name="Buddies">Comparisons with neighbors, in order.</param>
/// <param name="Withheld">Which stations are kept back to score with; their readings are checked like others, but check no others.</param>
/// <param name="BackgroundCheck">Compares readings with the forecast of each method, when it is about to use them; null for no such check.</param>
public sealed record QualityControl(
    IReadOnlyList<FieldLimits>? Limits = null,
    DuplicateRule Duplicates = DuplicateRule.RefuseConflicts,
    IReadOnlyList<BuddyCheck>? Buddies = null,
    Withholding? Withheld = null,
    BackgroundCheck? BackgroundCheck = null)
{
    /// <summary>Decides the fate of every reading.</summary>
    /// <param name="readings">As they came.</param>
    /// <param name="domain">What fields there are and where.</param>
    /// <param name="start">The first time that counts.</param>
    /// <param name="end">The last time that counts.</param>
    /// <exception cref="ArgumentException">A parameter is out of its range, or names a field that does not exist.</exception>
    public ObservationLedger Check(IReadOnlyList<Reading> readings, Domain domain, double start, double end)
    {
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(domain);
        foreach (var field in (Limits ?? []).Select(limit => limit.Field).Concat((Buddies ?? []).SelectMany(check => check.Fields ?? [])))
            if (domain.IndexOf(field) < 0)
                throw new ArgumentException($"There is no field '{field}'; the fields are {string.Join(", ", domain.Fields.Select(f => f.Name))}.");
        var ledger = new ObservationLedger(readings);
        for (var i = 0; i < readings.Count; i++)
            ledger.Mark(i, FateAlone(readings[i], domain, start, end));
        MarkDuplicates(ledger);
        var kept = Kept(readings);
        foreach (var check in Buddies ?? [])
        {
            var sound = Sound(ledger);
            foreach (var i in check.Find(readings, [.. sound.Where(i => !IsKept(i))], [.. sound.Where(IsKept)], domain.Space))
                ledger.Mark(i, ObservationFate.BuddyCheck);
        }
        foreach (var i in Sound(ledger).Where(IsKept))
            ledger.Mark(i, ObservationFate.Withheld);
        return ledger;

        bool IsKept(int i) => readings[i].Station is { } station && kept.Contains(station);
    }

    private HashSet<string> Kept(IReadOnlyList<Reading> readings)
    {
        HashSet<string> kept = [.. Withheld?.Choose(readings.Select(reading => reading.Station).OfType<string>()) ?? new HashSet<string>()];
        if (Withheld?.Within is { } within)
            kept.ExceptWith(readings.Where(reading => reading.Point is not { } point || !within.Contains(point)).Select(reading => reading.Station).OfType<string>());
        return kept;
    }

    private ObservationFate FateAlone(Reading reading, Domain domain, double start, double end)
    {
        if (domain.IndexOf(reading.Field) < 0)
            return ObservationFate.UnknownField;
        if (!double.IsFinite(reading.Value))
            return ObservationFate.NotFinite;
        if (!(reading.StandardDeviation > 0) || !double.IsFinite(reading.StandardDeviation))
            return ObservationFate.NonPositiveError;
        if (!(reading.Time >= start && reading.Time <= end))
            return ObservationFate.OutsideWindow;
        if (reading.ProbeIn(domain) is null)
            return ObservationFate.OutsideDomain;
        foreach (var limit in Limits ?? [])
            if (limit.Field == reading.Field && !limit.Allow(reading.Value))
                return ObservationFate.GrossError;
        return ObservationFate.Used;
    }

    private void MarkDuplicates(ObservationLedger ledger)
    {
        var readings = ledger.Readings;
        foreach (var group in Sound(ledger).GroupBy(i => (readings[i].Time, readings[i].Field, Who: Who(readings[i]))))
        {
            int[] same = [.. group];
            if (same.Length == 1)
                continue;
            var spread = same.Max(i => readings[i].Value) - same.Min(i => readings[i].Value);
            var agree = spread <= same.Max(i => readings[i].StandardDeviation);
            var believed = Duplicates == DuplicateRule.KeepLast ? same[^1] : same[0];
            foreach (var i in same)
                if (Duplicates == DuplicateRule.RefuseConflicts && !agree)
                    ledger.Mark(i, ObservationFate.Conflict);
                else if (i != believed)
                    ledger.Mark(i, ObservationFate.Duplicate);
        }

        static object Who(Reading reading) => reading.Station ?? (object)(reading.Point, reading.Index);
    }

    private static List<int> Sound(ObservationLedger ledger)
    {
        var sound = new List<int>();
        for (var i = 0; i < ledger.Fates.Length; i++)
            if (ledger.Fates[i] == ObservationFate.Used)
                sound.Add(i);
        return sound;
    }
}
