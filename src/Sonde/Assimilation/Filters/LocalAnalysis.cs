using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>The analyses of <see cref="Letkf"/>, one at each point, blocks of points on any thread.</summary>
internal sealed class LocalAnalysis
{
    private const int PointsInBlock = 16;
    private readonly PinnedRows y;              // predicted anomalies, [N, m]; in units of the errors where these are independent
    private readonly PinnedRows departure;      // likewise, [1, m]
    private readonly IObservationError error;
    private readonly LocalObservations near;
    private readonly double? certainty;
    private readonly LocalTally tally;

    /// <summary>Keeps what all points share; valid while <paramref name="frame"/> is open.</summary>
    public LocalAnalysis(
        Batch<double> anomalies, Span<double> departure, IObservationError error, LocalObservations near, double? certainty, LocalTally tally, ScratchFrame frame)
    {
        var own = frame.Rent(anomalies.Rows, anomalies.Width);
        var ownDeparture = frame.Rent(1, departure.Length);
        anomalies.CopyTo(own);
        departure.CopyTo(ownDeparture[0]);
        if (error.IsDiagonal)
        {
            error.Whiten(own);
            error.Whiten(ownDeparture);
        }
        (y, this.departure) = (PinnedRows.OfScratch(own), PinnedRows.OfScratch(ownDeparture));
        (this.error, this.near, this.certainty, this.tally) = (error, near, certainty, tally);
    }

    /// <summary>Updates the components of a group; false where numbers failed.</summary>
    public unsafe bool Update(Batch<double> members, ComponentGroup group, Workers workers)
    {
        var blocks = tally.Blocks((group.Points + PointsInBlock - 1) / PointsInBlock);
        var failed = false;
        fixed (double* e = members.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            workers.ForBlocks(group.Points, PointsInBlock, (first, count) =>
            {
                if (!Update(ensemble, group, first, count, ref blocks[first / PointsInBlock]))
                    failed = true;
            });
        }
        return !failed;
    }

    private bool Update(PinnedRows ensemble, ComponentGroup group, int first, int count, ref LocalTally.Entry entry)
    {
        using var frame = Scratch.Enter();
        var found = frame.RentSpan<int>(near.Count);
        var weights = frame.Rent(1, near.Count)[0];
        var tiles = frame.RentCleared(group.Offsets.Length * count, ensemble.Rows);
        for (var field = 0; field < group.Offsets.Length; field++)
            ensemble.CopyColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
        for (var point = 0; point < count; point++)
        {
            var reached = near.Find(group.Grid?[first + point], found, weights);
            tally.Add(ref entry, found[..reached], weights[..reached]);
            if (reached == 0)
                continue;
            using var inner = Scratch.Enter();
            var spectrum = Spectrum(found[..reached], weights[..reached], inner);
            if (!spectrum.IsSound)
                return false;
            var inflation = certainty is { } known ? spectrum.FiniteSizeInflation(known) : 1;
            entry.DegreesOfFreedom += spectrum.DegreesOfFreedom(inflation);
            entry.Inflation += certainty is null ? 0 : inflation;
            for (var field = 0; field < group.Offsets.Length; field++)
                spectrum.Apply(tiles[field * count + point], inflation);
        }
        for (var field = 0; field < group.Offsets.Length; field++)
            ensemble.SetColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
        return true;
    }

    private EnsembleSpectrum Spectrum(ReadOnlySpan<int> found, ReadOnlySpan<double> weights, ScratchFrame frame)
    {
        var local = frame.Rent(y.Rows, found.Length);
        var localDeparture = frame.Rent(1, found.Length);
        for (var k = 0; k < found.Length; k++)
        {
            var root = Math.Sqrt(weights[k]);
            localDeparture[0, k] = root * departure[0][found[k]];
            for (var n = 0; n < local.Rows; n++)
                local[n, k] = root * y[n][found[k]];
        }
        if (!error.IsDiagonal)
        {
            var selected = error.Select(found);
            selected.Whiten(local);
            selected.Whiten(localDeparture);
        }
        return new EnsembleSpectrum(local, localDeparture[0], frame);
    }
}
