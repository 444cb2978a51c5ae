namespace Sonde.Observing.Quality;

/// <summary>Which stations are kept back to score with, by a rule that can be stated and repeated. Exactly one rule is given.</summary>
/// <param name="Every">Every so manieth station, in the alphabetical order of all their names.</param>
/// <param name="First">Where <paramref name="Every"/> begins, 0 … every − 1.</param>
/// <param name="Share">Stations whose name falls below this share of all names in a fixed random order, between 0 and 1: a station's lot does not depend on which others there are.</param>
/// <param name="Stations">These stations.</param>
/// <param name="Within">Only stations of which every reading lies here are kept back; null for everywhere.</param>
public sealed record Withholding(
    int? Every = null, int First = 0, double? Share = null, IReadOnlyList<string>? Stations = null, Extent? Within = null)
{
    /// <summary>The stations kept back, out of those there are.</summary>
    /// <exception cref="ArgumentException">No rule or more than one is given, a number is out of its range, or a listed station does not exist.</exception>
    public IReadOnlySet<string> Choose(IEnumerable<string> stations)
    {
        ArgumentNullException.ThrowIfNull(stations);
        var all = stations.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return (Every, Share, Stations) switch
        {
            ({ } every, null, null) when every < 2 || First < 0 || First >= every =>
                throw new ArgumentException($"Every station from the second kind on can be kept back, beginning with 0 to every - 1: not every {every} from {First}."),
            ({ } every, null, null) => all.Where((_, i) => i % every == First).ToHashSet(StringComparer.Ordinal),
            (null, { } share, null) when !(share is > 0 and < 1) =>
                throw new ArgumentException($"The share of stations kept back must lie between 0 and 1, not at {share}."),
            (null, { } share, null) => all.Where(name => Lot(name) < share).ToHashSet(StringComparer.Ordinal),
            (null, null, { } listed) => listed.FirstOrDefault(name => Array.BinarySearch(all, name, StringComparer.Ordinal) < 0) is { } unknown
                ? throw new ArgumentException($"There is no station '{unknown}' among {all.Length} to keep back.")
                : listed.ToHashSet(StringComparer.Ordinal),
            _ => throw new ArgumentException("Stations are kept back by exactly one rule: every, share or stations."),
        };
    }

    // A number in [0, 1) from the name alone: FNV-1a over its characters, then the finalizer of MurmurHash3, which mixes all bits.
    private static double Lot(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in name)
            hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ hash >> 33) * 0xC4CEB9FE1A85EC53UL;
        return (hash ^ hash >> 33) * (1.0 / 18446744073709551616.0);
    }
}
