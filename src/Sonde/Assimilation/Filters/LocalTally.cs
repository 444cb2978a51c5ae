using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Counts what local analyses used. Every block of points has its own entry and entries are added in order, so that sums
/// depend on no thread.
/// </summary>
/// <param name="observations">How many observations there are.</param>
internal sealed class LocalTally(int observations)
{
    private readonly List<Entry[]> groups = [];
    private readonly bool[] reached = new bool[observations];

    /// <summary>Room for the blocks of one more group of points.</summary>
    public Entry[] Blocks(int count)
    {
        groups.Add(new Entry[count]);
        return groups[^1];
    }

    /// <summary>Adds a local analysis to its block's entry.</summary>
    public void Add(ref Entry entry, ReadOnlySpan<int> found, ReadOnlySpan<double> weights)
    {
        entry.Points++;
        entry.Empty += found.Length == 0 ? 1 : 0;
        entry.Observations += found.Length;
        foreach (var weight in weights)
            entry.Weight += weight;
        foreach (var j in found)
            reached[j] = true;
    }

    /// <summary>Tells the observer how many observations a local analysis had, and who had none.</summary>
    public void Report(IAnalysisObserver observer, Observation observation)
    {
        var sum = default(Entry);
        foreach (var group in groups)
            foreach (var entry in group)
            {
                sum.Points += entry.Points;
                sum.Empty += entry.Empty;
                sum.Observations += entry.Observations;
                sum.Weight += entry.Weight;
                sum.DegreesOfFreedom += entry.DegreesOfFreedom;
                sum.Inflation += entry.Inflation;
            }
        var points = Math.Max(1, sum.Points);
        observer.OnDiagnostic(observation, Diagnostic.LocalObservations, (double)sum.Observations / points);
        observer.OnDiagnostic(observation, Diagnostic.LocalWeight, sum.Weight / points);
        observer.OnDiagnostic(observation, Diagnostic.PointsWithoutObservations, sum.Empty);
        observer.OnDiagnostic(observation, Diagnostic.ObservationsWithoutPoints, Array.FindAll(reached, one => !one).Length);
        if (sum.DegreesOfFreedom > 0)
            observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, sum.DegreesOfFreedom / points);
        if (sum.Inflation > 0)
            observer.OnDiagnostic(observation, Diagnostic.Inflation, sum.Inflation / points);
    }

    /// <summary>Sums over the points of a block.</summary>
    internal struct Entry
    {
        public long Points;
        public long Empty;
        public long Observations;
        public double Weight;
        public double DegreesOfFreedom;
        public double Inflation;
    }
}
