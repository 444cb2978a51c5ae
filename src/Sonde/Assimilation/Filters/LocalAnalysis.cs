using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The analyses of <see cref="Letkf"/>, one at each point. Blocks of points go to any thread; the points of a block are
/// transformed together, one in each lane of a register (<see cref="LaneGroup{V, L}"/>). A point with few observations for
/// its many members, or with correlated errors, has an eigenproblem of its own, of the size of its observations.
/// </summary>
internal sealed class LocalAnalysis
{
    private const int AlwaysTogether = 16;      // members up to which an eigenproblem of its own never pays
    private const int BlockValues = 1 << 14;    // numbers in the matrices of a block
    private const int FirstRoom = 256;          // observations that a point is at first given room for
    private readonly PinnedRows predicted;      // H(E), [N, m]
    private readonly Observation observation;
    private readonly LocalObservations near;
    private readonly double? certainty;
    private readonly LocalTally tally;

    /// <summary>Keeps what all points share; nothing but room for one group of points is added to it.</summary>
    /// <param name="predicted">H(E), [N, m], where memory stays in place.</param>
    /// <param name="observation">y and R.</param>
    /// <param name="near">Which observations reach a point.</param>
    /// <param name="certainty">Of the finite-size inflation; null for none.</param>
    /// <param name="tally">Counts what is used.</param>
    public LocalAnalysis(PinnedRows predicted, Observation observation, LocalObservations near, double? certainty, LocalTally tally)
    {
        (this.predicted, this.observation) = (predicted, observation);
        (this.near, this.certainty, this.tally) = (near, certainty, tally);
    }

    private int Members => predicted.Rows;

    private IObservationError Error => observation.Error;

    /// <summary>Updates the components of a group; false where numbers failed.</summary>
    public unsafe bool Update(Batch<double> members, ComponentGroup group, Workers workers)
    {
        var block = Math.Clamp(BlockValues / (Members * Members) / 8 * 8, 8, 64);
        var entries = tally.Blocks((group.Points + block - 1) / block);
        var failed = false;
        fixed (double* e = members.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            workers.ForBlocks(group.Points, block, (first, count) =>
            {
                ref var entry = ref entries[first / block];
                if (!(Lanes512<double>.IsSupported ? Update<Vector512<double>, Lanes512<double>>(ensemble, group, first, count, ref entry)
                    : Lanes256<double>.IsSupported ? Update<Vector256<double>, Lanes256<double>>(ensemble, group, first, count, ref entry)
                    : Update<double, ScalarLanes<double>>(ensemble, group, first, count, ref entry)))
                    failed = true;
            });
        }
        return !failed;
    }

    private bool Update<V, L>(PinnedRows ensemble, ComponentGroup group, int first, int count, ref LocalTally.Entry entry)
        where V : unmanaged where L : struct, ILanes<double, V>
    {
        var room = Math.Min(near.Count, FirstRoom);
        for (var (point, end) = (first, first + count); point < end;)
        {
            using var frame = Scratch.Enter();
            var together = new LaneGroup<V, L>(frame, room);
            for (; point < end && !together.IsFull; point++)
            {
                var reached = near.Find(group.Grid?[point], together.Found, together.Weights);
                if (reached > room)
                {
                    room = reached;                 // this point begins the next group, which has the room
                    break;
                }
                var found = together.Found[..reached];
                var weights = together.Weights[..reached];
                tally.Add(ref entry, found, weights);
                if (reached == 0)
                    continue;
                if (Error.IsDiagonal && (2 * reached >= Members || Members <= AlwaysTogether))
                    together.Add(point, reached);
                else if (!UpdateAlone(ensemble, group, point, found, weights, ref entry))
                    return false;
            }
            if (!together.Update(predicted, observation, certainty, ensemble, group.Offsets, ref entry))
                return false;
        }
        return true;
    }

    private bool UpdateAlone(
        PinnedRows ensemble, ComponentGroup group, int point, ReadOnlySpan<int> found, ReadOnlySpan<double> weights, ref LocalTally.Entry entry)
    {
        using var frame = Scratch.Enter();
        var spectrum = Spectrum(found, weights, frame);
        if (!spectrum.IsSound)
            return false;
        var inflation = certainty is { } known ? spectrum.FiniteSizeInflation(known) : 1;
        if (!double.IsFinite(inflation))
            return false;
        entry.DegreesOfFreedom += spectrum.DegreesOfFreedom(inflation);
        entry.Inflation += certainty is null ? 0 : inflation;
        var tile = frame.Rent(1, Members);
        foreach (var offset in group.Offsets)
        {
            ensemble.CopyColumns(offset + point, tile);
            spectrum.Apply(tile[0], inflation);
            ensemble.SetColumns(offset + point, tile);
        }
        return true;
    }

    private EnsembleSpectrum Spectrum(ReadOnlySpan<int> found, ReadOnlySpan<double> weights, ScratchFrame frame)
    {
        var local = frame.Rent(Members, found.Length);
        var localDeparture = frame.Rent(1, found.Length);
        for (var n = 0; n < Members; n++)
        {
            var row = predicted[n];
            for (var k = 0; k < found.Length; k++)
                local[n, k] = row[found[k]];
        }
        Moments.Center(local, localDeparture[0]);
        for (var k = 0; k < found.Length; k++)
            localDeparture[0, k] = observation.Values.Span[found[k]] - localDeparture[0, k];
        if (!Error.IsDiagonal)
        {
            var selected = Error.Select(found);
            selected.Whiten(local);
            selected.Whiten(localDeparture);
        }
        var deviations = Error.StandardDeviations;
        for (var k = 0; k < found.Length; k++)
        {
            var factor = Error.IsDiagonal ? Math.Sqrt(weights[k]) / deviations[found[k]] : Math.Sqrt(weights[k]);
            localDeparture[0, k] *= factor;
            for (var n = 0; n < Members; n++)
                local[n, k] *= factor;
        }
        return new EnsembleSpectrum(local, localDeparture[0], frame);
    }
}
