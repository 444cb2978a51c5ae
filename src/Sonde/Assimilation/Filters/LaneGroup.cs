using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Points that wait for their ensemble transforms, as many as a register has lanes, and the transforms of all of them at
/// once. A point's numbers have the same bits whichever points wait with it.
/// </summary>
internal unsafe ref struct LaneGroup<V, L>
    where V : unmanaged
    where L : struct, ILanes<double, V>
{
    private readonly Span<int> found;           // a list of room + 1 a lane; int.MaxValue ends it
    private readonly Span<double> weights;
    private readonly Span<int> points;
    private readonly int room;
    private int count;
    private int total;                          // length of all lists

    /// <summary>An empty group.</summary>
    /// <param name="frame">Where it is kept.</param>
    /// <param name="room">Most observations of a point.</param>
    public LaneGroup(ScratchFrame frame, int room)
    {
        this.room = room;
        found = frame.RentSpan<int>(L.Count * (room + 1));
        weights = frame.RentSpan<double>(L.Count * (room + 1));
        points = frame.RentSpan<int>(L.Count);
    }

    /// <summary>True where no point can be added.</summary>
    public readonly bool IsFull => count == L.Count;

    /// <summary>Where the next point's observations are to be written, ascending.</summary>
    public readonly Span<int> Found => found.Slice(count * (room + 1), room);

    /// <summary>Where the weights of those are to be written.</summary>
    public readonly Span<double> Weights => weights.Slice(count * (room + 1), room);

    /// <summary>Takes a point in, with so many observations in <see cref="Found"/>.</summary>
    public void Add(int point, int reached)
    {
        found[count * (room + 1) + reached] = int.MaxValue;
        points[count++] = point;
        total += reached;
    }

    /// <summary>Updates the components at all points; false where numbers failed.</summary>
    /// <param name="predicted">H(E), [N, m].</param>
    /// <param name="observation">y and R, which is diagonal.</param>
    /// <param name="certainty">Of the finite-size inflation; null for none.</param>
    /// <param name="ensemble">[N, width].</param>
    /// <param name="offsets">First component of each field.</param>
    /// <param name="entry">Where sums over points go, in their order.</param>
    public readonly bool Update(
        PinnedRows predicted, Observation observation, double? certainty, PinnedRows ensemble, int[] offsets, ref LocalTally.Entry entry)
    {
        if (count == 0)
            return true;
        using var frame = Scratch.Enter();
        var size = predicted.Rows;
        var union = frame.RentSpan<int>(total);
        var shared = frame.Rent(total, L.Count);
        union = union[..Merge(union, shared)];
        var local = frame.Rent(union.Length, size);
        var localDeparture = frame.Rent(1, union.Length)[0];
        Gather(predicted, observation, union, local, localDeparture);
        Span<double> squares = frame.Rent(size, L.Count).Values, projections = frame.Rent(size, L.Count).Values, inflation = frame.Rent(1, L.Count)[0];
        fixed (double* pY = local.Values, pDeparture = localDeparture, pWeights = shared.Values)
        fixed (double* gram = frame.Rent(size * size, L.Count).Values, directions = frame.Rent(size * size, L.Count).Values)
        fixed (double* product = frame.Rent(size, L.Count).Values, spread = frame.Rent(size, L.Count).Values)
        fixed (double* degrees = frame.Rent(1, L.Count).Values, x = frame.Rent(size, L.Count).Values)
        fixed (double* pSquares = squares, pProjections = projections, pInflation = inflation)
        {
            LaneTransform<V, L>.Gram(size, union.Length, pY, pDeparture, pWeights, gram, product);
            if (!LaneEigen<double, V, L>.Decompose(size, gram, pSquares, directions))
                return false;
            LaneTransform<V, L>.Project(size, directions, product, pProjections);
            inflation.Fill(1);
            if (certainty is { } known && !FindInflation(known, squares, projections, inflation, ref entry))
                return false;
            LaneTransform<V, L>.Factors(size, pInflation, pSquares, pProjections, spread, degrees);
            for (var lane = 0; lane < count; lane++)
                entry.DegreesOfFreedom += degrees[lane];
            foreach (var offset in offsets)
            {
                Load(ensemble, offset, x);
                LaneTransform<V, L>.Apply(size, directions, pProjections, spread, x, product);
                Store(ensemble, offset, x);
            }
        }
        return true;
    }

    /// <summary>All observations of the group, ascending, each with a register of weights; returns how many there are.</summary>
    private readonly int Merge(Span<int> union, Batch<double> shared)
    {
        var at = (stackalloc int[L.Count]);
        for (var lane = 0; lane < count; lane++)
            at[lane] = lane * (room + 1);
        for (var size = 0; ; size++)
        {
            var least = int.MaxValue;
            for (var lane = 0; lane < count; lane++)
                least = Math.Min(least, found[at[lane]]);
            if (least == int.MaxValue)
                return size;
            union[size] = least;
            var register = shared[size];
            register.Clear();
            for (var lane = 0; lane < count; lane++)
                if (found[at[lane]] == least)
                    register[lane] = weights[at[lane]++];
        }
    }

    /// <summary>Anomalies of what is predicted, a row an observation, and departures, both in units of the errors.</summary>
    private static void Gather(
        PinnedRows predicted, Observation observation, ReadOnlySpan<int> union, Batch<double> anomalies, Span<double> departures)
    {
        var values = observation.Values.Span;
        var deviations = observation.Error.StandardDeviations;
        var size = predicted.Rows;
        for (var n = 0; n < size; n++)
        {
            var row = predicted[n];
            var to = anomalies.Values[n..];
            for (var k = 0; k < union.Length; k++)
                to[k * size] = row[union[k]];
        }
        for (var k = 0; k < union.Length; k++)
        {
            var row = anomalies[k];
            var scale = 1 / deviations[union[k]];
            var mean = TensorPrimitives.Sum<double>(row) / size;
            for (var n = 0; n < row.Length; n++)
                row[n] = (row[n] - mean) * scale;
            departures[k] = (values[union[k]] - mean) * scale;
        }
    }

    private readonly bool FindInflation(
        double certainty, ReadOnlySpan<double> squares, ReadOnlySpan<double> projections, Span<double> inflation, ref LocalTally.Entry entry)
    {
        using var frame = Scratch.Enter();
        var size = squares.Length / L.Count;
        var own = frame.Rent(1, size)[0];
        var squared = frame.Rent(1, size)[0];
        for (var lane = 0; lane < count; lane++)
        {
            for (var k = 0; k < size; k++)
                (own[k], squared[k]) = (Math.Max(squares[k * L.Count + lane], 0), projections[k * L.Count + lane]);
            TensorPrimitives.Multiply(squared, squared, squared);
            inflation[lane] = FiniteSize.Inflation(own, squared, size, certainty);
            if (!double.IsFinite(inflation[lane]))
                return false;
            entry.Inflation += inflation[lane];
        }
        return true;
    }

    private readonly void Load(PinnedRows ensemble, int offset, double* x)
    {
        for (var n = 0; n < ensemble.Rows; n++, x += L.Count)
        {
            var member = ensemble[n][offset..];
            for (var lane = 0; lane < L.Count; lane++)
                x[lane] = lane < count ? member[points[lane]] : 0;
        }
    }

    private readonly void Store(PinnedRows ensemble, int offset, double* x)
    {
        for (var n = 0; n < ensemble.Rows; n++, x += L.Count)
        {
            var member = ensemble[n][offset..];
            for (var lane = 0; lane < count; lane++)
                member[points[lane]] = x[lane];
        }
    }
}
