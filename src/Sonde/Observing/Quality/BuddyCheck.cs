using Sonde.Dynamics.Fields;

namespace Sonde.Observing.Quality;

/// <summary>
/// Compares each reading with what its neighbors at the same time predict for its place: local ordinary kriging without it.
/// The worst of a neighborhood goes first and its neighbors are judged anew without it, so a wild value does not take others
/// with it. After Lorenc, "A global three-dimensional multivariate statistical interpolation scheme", Mon. Wea. Rev. 109, 1981.
/// </summary>
/// <param name="Distance">How far away neighbors are looked for, and the length of the Matérn correlation of order 3/2 between them; in the unit of the space.</param>
/// <param name="Threshold">How many robust standard deviations a reading may be away.</param>
/// <param name="Fields">The fields checked; null for all.</param>
/// <param name="Least">Readings with fewer neighbors are not judged.</param>
/// <param name="Most">Only so many of the nearest neighbors predict.</param>
public sealed record BuddyCheck(double Distance, double Threshold = 5, IReadOnlyList<string>? Fields = null, int Least = 3, int Most = 20)
{
    /// <summary>The readings that do not fit, in rising order.</summary>
    /// <param name="readings">All readings.</param>
    /// <param name="trusted">Which of them may be judged and may predict others.</param>
    /// <param name="judged">Which others are judged but predict nobody: those that are kept back to score with.</param>
    /// <param name="space">Where distances are measured.</param>
    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public IReadOnlyList<int> Find(IReadOnlyList<Reading> readings, IReadOnlyList<int> trusted, IReadOnlyList<int> judged, ISpace space)
    {
        ArgumentNullException.ThrowIfNull(readings);
        if (!(Distance > 0) || !(Threshold > 0) || Least < 2 || Most < Least)
            throw new ArgumentException(
                $"A buddy check needs a distance and a threshold above 0 and 2 ≤ least ≤ most, not {Distance}, {Threshold}, {Least} and {Most}.");
        var rejected = new List<int>();
        foreach (var field in trusted.Select(i => readings[i].Field).Distinct().Where(field => Fields?.Contains(field) ?? true))
        {
            var groups = trusted.Select(i => (Reading: i, Predicts: true)).Concat(judged.Select(i => (Reading: i, Predicts: false)))
                .Where(entry => readings[entry.Reading].Field == field && readings[entry.Reading].Point is not null)
                .GroupBy(entry => readings[entry.Reading].Time)
                .Select(group => new BuddyGroup(this, readings, [.. group.OrderBy(entry => entry.Reading)], space))
                .ToArray();
            var scores = groups.SelectMany(group => group.Scores()).Order().ToArray();
            if (scores.Length == 0)
                continue;
            var scale = 1.4826 * scores[scores.Length / 2];              // the median of |z| makes it robust, the factor a standard deviation
            foreach (var group in groups)
                rejected.AddRange(group.Reject(scale));
        }
        rejected.Sort();
        return rejected;
    }
}
