using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Linear combinations of members, in place: a tile of columns at a time, so that no second ensemble is needed, and each
/// tile on any thread. A is the matrix of anomalies E − x̄.
/// </summary>
internal static unsafe class EnsembleTransform
{
    private const int TileValues = 1 << 13;

    /// <summary>E ← x̄ + X A.</summary>
    /// <param name="members">E, [N, width].</param>
    /// <param name="transform">X, [N, N]: row n holds the weights of member n.</param>
    /// <param name="workers">How many threads may work.</param>
    public static void Apply(Batch<double> members, Batch<double> transform, Workers workers)
    {
        fixed (double* e = members.Values, x = transform.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            var weights = new PinnedRows(x, transform.Rows, transform.Width);
            workers.ForBlocks(members.Width, Columns(members.Rows), (first, count) =>
            {
                using var frame = Scratch.Enter();
                var anomalies = frame.Rent(ensemble.Rows, count);
                var mean = frame.Rent(1, count)[0];
                var product = frame.Rent(ensemble.Rows, count);
                Anomalies(ensemble, first, anomalies, mean);
                Dense.Multiply<double>(weights.All, anomalies, product);
                for (var n = 0; n < product.Rows; n++)
                    TensorPrimitives.Add(product[n], mean, ensemble.Part(n, first, count));
            });
        }
    }

    /// <summary>E ← E + L (R A), cheaper than <see cref="Apply"/> while the rank is below N/2.</summary>
    /// <param name="members">E, [N, width].</param>
    /// <param name="left">L, [N, rank].</param>
    /// <param name="right">R, [rank, N].</param>
    /// <param name="workers">How many threads may work.</param>
    public static void AddLowRank(Batch<double> members, Batch<double> left, Batch<double> right, Workers workers)
    {
        fixed (double* e = members.Values, l = left.Values, r = right.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            var (outer, inner) = (new PinnedRows(l, left.Rows, left.Width), new PinnedRows(r, right.Rows, right.Width));
            workers.ForBlocks(members.Width, Columns(members.Rows), (first, count) =>
            {
                using var frame = Scratch.Enter();
                var anomalies = frame.Rent(ensemble.Rows, count);
                var mean = frame.Rent(1, count)[0];
                var combined = frame.Rent(inner.Rows, count);
                var product = frame.Rent(ensemble.Rows, count);
                Anomalies(ensemble, first, anomalies, mean);
                Dense.Multiply<double>(inner.All, anomalies, combined);
                Dense.Multiply<double>(outer.All, combined, product);
                for (var n = 0; n < product.Rows; n++)
                {
                    var member = ensemble.Part(n, first, count);
                    TensorPrimitives.Add(member, product[n], member);
                }
            });
        }
    }

    /// <summary>E ← x̄ + f A, with one factor for all components.</summary>
    public static void Scale(Batch<double> members, double factor, Workers workers)
    {
        fixed (double* e = members.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            workers.ForBlocks(members.Width, Columns(members.Rows), (first, count) =>
            {
                using var frame = Scratch.Enter();
                var mean = frame.Rent(1, count)[0];
                Mean(ensemble, first, mean);
                TensorPrimitives.Multiply(mean, 1 - factor, mean);
                for (var n = 0; n < ensemble.Rows; n++)
                {
                    var member = ensemble.Part(n, first, count);
                    TensorPrimitives.MultiplyAdd(member, factor, mean, member);
                }
            });
        }
    }

    /// <summary>E ← x̄ + A diag(f), with a factor for each component.</summary>
    /// <param name="members">E, [N, width].</param>
    /// <param name="factors">f, [width].</param>
    /// <param name="workers">How many threads may work.</param>
    public static void Scale(Batch<double> members, Span<double> factors, Workers workers)
    {
        fixed (double* e = members.Values, f = factors)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            var scales = new PinnedRows(f, 1, members.Width);
            workers.ForBlocks(members.Width, Columns(members.Rows), (first, count) =>
            {
                using var frame = Scratch.Enter();
                var mean = frame.Rent(1, count)[0];
                var factor = scales.Part(0, first, count);
                Mean(ensemble, first, mean);
                for (var n = 0; n < ensemble.Rows; n++)
                {
                    var member = ensemble.Part(n, first, count);
                    TensorPrimitives.Subtract(member, mean, member);
                    TensorPrimitives.MultiplyAdd(member, factor, mean, member);
                }
            });
        }
    }

    private static int Columns(int members) => Math.Clamp(TileValues / members / 8 * 8, 8, 1024);

    private static void Mean(PinnedRows ensemble, int first, Span<double> mean)
    {
        ensemble.Part(0, first, mean.Length).CopyTo(mean);
        for (var n = 1; n < ensemble.Rows; n++)
            TensorPrimitives.Add(ensemble.Part(n, first, mean.Length), mean, mean);
        TensorPrimitives.Multiply(mean, 1.0 / ensemble.Rows, mean);
    }

    private static void Anomalies(PinnedRows ensemble, int first, Batch<double> anomalies, Span<double> mean)
    {
        Mean(ensemble, first, mean);
        for (var n = 0; n < ensemble.Rows; n++)
            TensorPrimitives.Subtract(ensemble.Part(n, first, mean.Length), mean, anomalies[n]);
    }
}
