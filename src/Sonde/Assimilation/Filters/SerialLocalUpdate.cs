using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Serial assimilation with localization, in two phases: first observations act on those that come after them, one after
/// the other; then each component goes through the observations near it, in their order, blocks of points on any thread.
/// </summary>
internal static class SerialLocalUpdate
{
    private const int PointsInBlock = 16;

    /// <summary>Updates the members and reports.</summary>
    /// <param name="members">E, [N, width].</param>
    /// <param name="sequence">The observations, not yet prepared.</param>
    /// <param name="near">The same, by place.</param>
    /// <param name="points">The place of each.</param>
    /// <param name="scheme">How anomalies change.</param>
    /// <param name="observation">What is reported on.</param>
    /// <param name="context">Domain and threads.</param>
    /// <param name="random">Of the perturbations.</param>
    public static void Apply(
        Batch<double> members, SerialSequence sequence, LocalObservations near, SpacePoint?[] points, SerialScheme scheme,
        Observation observation, UpdateContext context, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var initial = frame.Rent(sequence.Count, SerialSequence.Padded(sequence.Members));
        for (var rank = 0; rank < sequence.Count; rank++)
            sequence.Anomalies(rank).CopyTo(initial[rank]);
        ActOnEachOther(sequence, near, points, scheme, random);

        var tally = new LocalTally(points.Length);
        foreach (var group in ComponentGroup.Of(context.Domain, members.Width))
            Update(members, group, sequence, near, tally, context.Workers);
        tally.Report(context.Observer, observation);
        context.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, DegreesOfFreedom(initial, sequence, near, points, context.Workers));
    }

    private static void ActOnEachOther(SerialSequence sequence, LocalObservations near, SpacePoint?[] points, SerialScheme scheme, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var found = frame.RentSpan<int>(near.Count);
        var weights = frame.Rent(1, near.Count)[0];
        var perturbations = new SerialPerturbations(scheme, sequence.Members, random, frame);
        for (var rank = 0; rank < sequence.Count; rank++)
        {
            var count = near.Find(points[rank], found, weights);
            while (count > 0 && found[count - 1] >= rank)
                count--;
            sequence.Gain(rank) -= sequence.Assimilate(found[..count], weights, sequence.Anomalies(rank));
            sequence.Prepare(rank, perturbations.Next(sequence.Anomalies(rank)));
        }
    }

    private static unsafe void Update(
        Batch<double> members, ComponentGroup group, SerialSequence sequence, LocalObservations near, LocalTally tally, Workers workers)
    {
        var blocks = tally.Blocks((group.Points + PointsInBlock - 1) / PointsInBlock);
        fixed (double* e = members.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            workers.ForBlocks(group.Points, PointsInBlock, (first, count) =>
            {
                using var frame = Scratch.Enter();
                var found = frame.RentSpan<int>(near.Count);
                var weights = frame.Rent(1, near.Count)[0];
                var tiles = frame.RentCleared(group.Offsets.Length * count, SerialSequence.Padded(ensemble.Rows));
                for (var field = 0; field < group.Offsets.Length; field++)
                    ensemble.CopyColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
                for (var point = 0; point < count; point++)
                {
                    var reached = near.Find(group.Grid?[first + point], found, weights);
                    tally.Add(ref blocks[first / PointsInBlock], found[..reached], weights[..reached]);
                    for (var field = 0; field < group.Offsets.Length; field++)
                        Assimilate(tiles[field * count + point], sequence, found[..reached], weights);
                }
                for (var field = 0; field < group.Offsets.Length; field++)
                    ensemble.SetColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
            });
        }
    }

    private static void Assimilate(Span<double> component, SerialSequence sequence, ReadOnlySpan<int> found, ReadOnlySpan<double> weights)
    {
        var values = component[..sequence.Members];
        var mean = 0.0;
        foreach (var value in values)
            mean += value;
        mean /= values.Length;
        foreach (ref var value in values)
            value -= mean;
        mean += sequence.Assimilate(found, weights, component);
        foreach (ref var value in values)
            value += mean;
    }

    /// <summary>|Yᵃ|² / (N − 1), with Yᵃ the predicted anomalies after all observations.</summary>
    private static double DegreesOfFreedom(
        Batch<double> initial, SerialSequence sequence, LocalObservations near, SpacePoint?[] points, Workers workers)
    {
        var y = PinnedRows.OfScratch(initial);
        workers.ForBlocks(points.Length, PointsInBlock, (first, count) =>
        {
            using var frame = Scratch.Enter();
            var found = frame.RentSpan<int>(near.Count);
            var weights = frame.Rent(1, near.Count)[0];
            for (var rank = first; rank < first + count; rank++)
            {
                var reached = near.Find(points[rank], found, weights);
                sequence.Assimilate(found[..reached], weights, y[rank]);
            }
        });
        return SerialSequence.Dot(initial.Values, initial.Values) / (sequence.Members - 1);
    }
}
