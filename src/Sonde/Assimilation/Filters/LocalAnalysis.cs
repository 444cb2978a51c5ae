using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The analyses of <see cref="Letkf"/>, one at each point. Blocks of points go to any thread, and the eigenproblems of a
/// block, all of size N, are solved together; a point with few observations for its many members has a smaller one of its own.
/// </summary>
internal sealed class LocalAnalysis
{
    private const int AlwaysTogether = 16;      // members up to which an eigenproblem of its own never pays
    private const int BlockValues = 1 << 14;    // numbers in the matrices of a block
    private readonly PinnedRows y;              // predicted anomalies, a row an observation, [m, N]; in units of the errors where these are independent
    private readonly PinnedRows departure;      // likewise, [1, m]
    private readonly IObservationError error;
    private readonly LocalObservations near;
    private readonly double? certainty;
    private readonly LocalTally tally;

    /// <summary>Keeps what all points share; valid while <paramref name="frame"/> is open.</summary>
    /// <param name="anomalies">Predicted, [N, m]; overwritten.</param>
    /// <param name="departure">y − ȳ, [m]; overwritten.</param>
    /// <param name="error">R.</param>
    /// <param name="near">Which observations reach a point.</param>
    /// <param name="certainty">Of the finite-size inflation; null for none.</param>
    /// <param name="tally">Counts what is used.</param>
    /// <param name="frame">Where it is kept.</param>
    public LocalAnalysis(
        Batch<double> anomalies, Span<double> departure, IObservationError error, LocalObservations near, double? certainty, LocalTally tally, ScratchFrame frame)
    {
        var rows = frame.Rent(anomalies.Width, anomalies.Rows);
        var own = frame.Rent(1, departure.Length);
        if (error.IsDiagonal)
        {
            error.Whiten(anomalies);
            error.Whiten(new Batch<double>(departure));
        }
        Dense.Transpose(anomalies, rows);
        departure.CopyTo(own[0]);
        (y, this.departure) = (PinnedRows.OfScratch(rows), PinnedRows.OfScratch(own));
        (this.error, this.near, this.certainty, this.tally) = (error, near, certainty, tally);
    }

    private int Members => y.Width;

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
                if (!Update(ensemble, group, first, count, ref entries[first / block]))
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
        var tiles = frame.Rent(group.Offsets.Length * count, Members);
        var matrices = frame.Rent(count, Members * Members);
        var rightSides = frame.Rent(count, Members);
        var together = frame.RentSpan<int>(count);
        for (var field = 0; field < group.Offsets.Length; field++)
            ensemble.CopyColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));

        var waiting = 0;
        for (var point = 0; point < count; point++)
        {
            var reached = near.Find(group.Grid?[first + point], found, weights);
            tally.Add(ref entry, found[..reached], weights[..reached]);
            if (reached == 0)
                continue;
            if (error.IsDiagonal && (2 * reached >= Members || Members <= AlwaysTogether))
            {
                Gram(found[..reached], weights, new Batch<double>(matrices[waiting], Members, Members), rightSides[waiting]);
                together[waiting++] = point;
                continue;
            }
            using var inner = Scratch.Enter();
            if (!Finish(Spectrum(found[..reached], weights, inner), tiles, point, count, ref entry))
                return false;
        }
        if (!Together(together[..waiting], matrices.Slice(0, waiting), rightSides, tiles, count, ref entry))
            return false;
        for (var field = 0; field < group.Offsets.Length; field++)
            ensemble.SetColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
        return true;
    }

    /// <summary>matrix ← Σ w y yᵀ and rightSide ← Σ w y d over the observations near.</summary>
    private void Gram(ReadOnlySpan<int> found, ReadOnlySpan<double> weights, Batch<double> matrix, Span<double> rightSide)
    {
        using var frame = Scratch.Enter();
        var local = frame.Rent(found.Length, Members);
        rightSide.Clear();
        for (var k = 0; k < found.Length; k++)
        {
            TensorPrimitives.Multiply(y[found[k]], Math.Sqrt(weights[k]), local[k]);
            TensorPrimitives.MultiplyAdd(y[found[k]], weights[k] * departure[0][found[k]], rightSide, rightSide);
        }
        Dense.MultiplyTransposedLeft<double>(1, local, local, 0, matrix);
    }

    private bool Together(
        ReadOnlySpan<int> points, Batch<double> matrices, Batch<double> rightSides, Batch<double> tiles, int count, ref LocalTally.Entry entry)
    {
        using var frame = Scratch.Enter();
        var values = frame.Rent(points.Length, Members);
        if (!SymmetricEigen.DecomposeMany<double>(matrices, values, matrices))
            return false;
        for (var k = 0; k < points.Length; k++)
        {
            using var inner = Scratch.Enter();
            var spectrum = new EnsembleSpectrum(values[k], new Batch<double>(matrices[k], Members, Members), rightSides[k], inner);
            if (!Finish(spectrum, tiles, points[k], count, ref entry))
                return false;
        }
        return true;
    }

    private EnsembleSpectrum Spectrum(ReadOnlySpan<int> found, ReadOnlySpan<double> weights, ScratchFrame frame)
    {
        var local = frame.Rent(Members, found.Length);
        var localDeparture = frame.Rent(1, found.Length);
        for (var k = 0; k < found.Length; k++)
        {
            var row = y[found[k]];
            var root = Math.Sqrt(weights[k]);
            localDeparture[0, k] = root * departure[0][found[k]];
            for (var n = 0; n < row.Length; n++)
                local[n, k] = root * row[n];
        }
        if (!error.IsDiagonal)
        {
            var selected = error.Select(found);
            selected.Whiten(local);
            selected.Whiten(localDeparture);
        }
        return new EnsembleSpectrum(local, localDeparture[0], frame);
    }

    private bool Finish(EnsembleSpectrum spectrum, Batch<double> tiles, int point, int count, ref LocalTally.Entry entry)
    {
        if (!spectrum.IsSound)
            return false;
        var inflation = certainty is { } known ? spectrum.FiniteSizeInflation(known) : 1;
        if (!double.IsFinite(inflation))
            return false;
        entry.DegreesOfFreedom += spectrum.DegreesOfFreedom(inflation);
        entry.Inflation += certainty is null ? 0 : inflation;
        for (var tile = point; tile < tiles.Rows; tile += count)
            spectrum.Apply(tiles[tile], inflation);
        return true;
    }
}
