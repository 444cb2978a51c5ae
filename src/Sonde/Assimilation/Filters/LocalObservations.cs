using System.Collections;
using Sonde.Dynamics.Fields;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Which observations reach a place, and with what weight. An observation without a place reaches everything with weight 1,
/// and to a component without a place so does every observation.
/// </summary>
internal sealed class LocalObservations
{
    private readonly Localization? localization;
    private readonly double support;
    private readonly NeighborIndex? index;
    private readonly int[]? placed;             // which observation each point of the index is; null where every one has a place
    private readonly int[] unplaced;

    /// <summary>Sorts the places of observations.</summary>
    /// <param name="localization">How weight falls with distance; null where it does not.</param>
    /// <param name="space">What distances are measured in.</param>
    /// <param name="points">Where each observation lies.</param>
    public LocalObservations(Localization? localization, ISpace space, IReadOnlyList<SpacePoint?> points)
    {
        Count = points.Count;
        unplaced = [];
        if (localization is null || space.Dimensions == 0)
            return;
        (this.localization, support) = (localization, localization.Support);
        var nowhere = new List<int>();
        for (var j = 0; j < Count; j++)
            if (points[j] is null)
                nowhere.Add(j);
        if (nowhere.Count > 0)
        {
            unplaced = [.. nowhere];
            placed = new int[Count - unplaced.Length];
            for (var (j, at) = (0, 0); j < Count; j++)
                if (points[j] is not null)
                    placed[at++] = j;
        }
        index = new NeighborIndex(space, new Places(points, placed));
    }

    /// <summary>All observations: room that always suffices for <see cref="Find"/>.</summary>
    public int Count { get; }

    /// <summary>Writes the observations that reach a place, ascending, and their weights, which are above 0.</summary>
    /// <param name="place">Where; null for a component that lies nowhere.</param>
    /// <param name="found">Room for them; <see cref="Count"/> always suffices.</param>
    /// <param name="weights">As much room.</param>
    /// <returns>How many there are; where that exceeds the room, how much would suffice, and what was written is unspecified.</returns>
    public int Find(SpacePoint? place, Span<int> found, Span<double> weights)
    {
        if (place is not { } center || index is null)
        {
            if (Count > found.Length)
                return Count;
            for (var j = 0; j < Count; j++)
                (found[j], weights[j]) = (j, 1);
            return Count;
        }
        var near = index.Find(center, support, found, weights);
        if (near + unplaced.Length > found.Length)
            return near + unplaced.Length;
        var count = 0;
        for (var i = 0; i < near; i++)
        {
            var weight = localization!.Weight(weights[i]);
            if (weight > 0)
                (found[count], weights[count++]) = (placed is null ? found[i] : placed[found[i]], weight);
        }
        foreach (var j in unplaced)
            (found[count], weights[count++]) = (j, 1);
        if (unplaced.Length > 0)
            found[..count].Sort(weights[..count]);
        return count;
    }

    /// <summary>The places there are, without copying them.</summary>
    private sealed class Places(IReadOnlyList<SpacePoint?> points, int[]? placed) : IReadOnlyList<SpacePoint>
    {
        public int Count => placed?.Length ?? points.Count;

        public SpacePoint this[int index] => points[placed is null ? index : placed[index]]!.Value;

        public IEnumerator<SpacePoint> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
