using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Representers;

/// <summary>N(m + G q, C − G Q Gᵀ), where the columns of G are representers.</summary>
/// <param name="Set">The representers.</param>
/// <param name="Coefficients">q, [1, p].</param>
/// <param name="Reduction">Q, [p, p], symmetric.</param>
internal sealed record RepresenterBelief(RepresenterSet Set, Matrix<double> Coefficients, Matrix<double> Reduction) : ICovariance
{
    private const int RowsInBlock = 256;

    /// <summary>The background itself.</summary>
    public static RepresenterBelief Background(RepresenterSet set) => new(set, new Matrix<double>(1, set.Count), new Matrix<double>(set.Count, set.Count));

    /// <summary>What is left of it where departures have faded to a share a: a q, a² Q.</summary>
    public RepresenterBelief Faded(double share)
    {
        var (coefficients, reduction) = (Coefficients.Copy(), Reduction.Copy());
        TensorPrimitives.Multiply(coefficients.Values, share, coefficients.Values);
        TensorPrimitives.Multiply(reduction.Values, share * share, reduction.Values);
        return new RepresenterBelief(Set, coefficients, reduction);
    }

    /// <summary>Means and variances of several beliefs of one set at all components, by blocks of them.</summary>
    /// <param name="beliefs">Of one set.</param>
    /// <param name="mean">m, [n].</param>
    /// <param name="deviations">Square roots of C's diagonal, [n].</param>
    /// <param name="workers">How many threads may work.</param>
    public static (double[] Mean, double[] Variance)[] Evaluate(
        IReadOnlyList<RepresenterBelief> beliefs, double[] mean, double[] deviations, Workers workers)
    {
        var results = new (double[] Mean, double[] Variance)[beliefs.Count];
        for (var b = 0; b < results.Length; b++)
            results[b] = (new double[mean.Length], new double[mean.Length]);
        if (beliefs.Count > 0)
            workers.ForBlocks(mean.Length, RowsInBlock, (first, count) =>
            {
                using var frame = Scratch.Enter();
                var g = frame.Rent(count, beliefs[0].Set.Count);
                var product = frame.Rent(count, g.Width);                // G Q
                var rows = frame.RentSpan<int>(count);
                for (var i = 0; i < count; i++)
                    rows[i] = first + i;
                beliefs[0].Set.At(rows, g);
                for (var b = 0; b < results.Length; b++)
                {
                    Dense.Multiply(g, beliefs[b].Reduction, product);
                    for (var i = 0; i < count; i++)
                    {
                        results[b].Mean[first + i] = mean[first + i] + TensorPrimitives.Dot<double>(g[i], beliefs[b].Coefficients[0]);
                        results[b].Variance[first + i] = Math.Max(
                            0, deviations[first + i] * deviations[first + i] - TensorPrimitives.Dot<double>(product[i], g[i]));
                    }
                }
            });
        return results;
    }

    /// <inheritdoc/>
    public void VariancesOf(ReadOnlyBatch<double> rows, Span<double> variances)
    {
        using var frame = Scratch.Enter();
        var functionals = new Functional[rows.Rows];
        for (var i = 0; i < functionals.Length; i++)
            functionals[i] = Functional.Of(rows[i]);
        int[] read = [.. functionals.SelectMany(functional => functional.Components).Distinct().Order()];
        var g = frame.Rent(read.Length, Set.Count);
        var h = frame.RentCleared(rows.Rows, Set.Count);                 // h C hᵀ of the rows with the set
        var product = frame.Rent(rows.Rows, Set.Count);
        Set.At(read, g);
        for (var i = 0; i < functionals.Length; i++)
            for (var t = 0; t < functionals[i].Components.Length; t++)
                TensorPrimitives.MultiplyAdd(g[Array.BinarySearch(read, functionals[i].Components[t])], functionals[i].Weights[t], h[i], h[i]);
        Dense.Multiply(h, Reduction, product);
        for (var i = 0; i < functionals.Length; i++)
            variances[i] = Math.Max(0, Set.VarianceOf(functionals[i].Components, functionals[i].Weights) - TensorPrimitives.Dot<double>(product[i], h[i]));
    }
}
