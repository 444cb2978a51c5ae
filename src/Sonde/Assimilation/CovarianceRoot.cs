using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>Square roots of covariances that may be singular, and draws from them.</summary>
public static class CovarianceRoot
{
    /// <summary>Rows C with Cᵀ C = covariance: eigenvectors times the roots of their eigenvalues; false where a number is not finite.</summary>
    /// <param name="covariance">[n, n].</param>
    /// <param name="root">[n, n].</param>
    public static bool Rows(ReadOnlyBatch<double> covariance, Batch<double> root)
    {
        using var frame = Scratch.Enter();
        var work = frame.Rent(covariance.Rows, covariance.Rows);
        var values = frame.Rent(1, covariance.Rows)[0];
        covariance.CopyTo(work);
        if (!SymmetricEigen.Decompose(work, values, root))
            return false;
        for (var i = 0; i < root.Rows; i++)
            TensorPrimitives.Multiply(root[i], Math.Sqrt(Math.Max(0, values[i])), root[i]);
        return true;
    }

    /// <summary>destination += D root, with D standard normal: draws of covariance rootᵀ root.</summary>
    /// <param name="root">[r, n].</param>
    /// <param name="random">Where D is drawn.</param>
    /// <param name="destination">[any, n].</param>
    public static void AddDraws(ReadOnlyBatch<double> root, RandomSource random, Batch<double> destination)
    {
        using var frame = Scratch.Enter();
        var draws = frame.Rent(destination.Rows, root.Rows);
        random.FillNormal(draws.Values);
        Dense.Multiply(1, draws, root, 1, destination);
    }

    /// <summary>The same, drawn in as few directions as there are: a root of more rows than columns is made square first.</summary>
    /// <returns>False where numbers are not finite.</returns>
    public static bool AddDrawsOf(ReadOnlyBatch<double> root, RandomSource random, Batch<double> destination)
    {
        if (root.Rows <= root.Width)
        {
            AddDraws(root, random, destination);
            return true;
        }
        using var frame = Scratch.Enter();
        var covariance = frame.Rent(root.Width, root.Width);
        var reduced = frame.Rent(root.Width, root.Width);
        Dense.MultiplyTransposedLeft(1, root, root, 0, covariance);
        if (!Rows(covariance, reduced))
            return false;
        AddDraws(reduced, random, destination);
        return true;
    }
}
