using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The ensemble's Kalman gain applied to an innovation of each member: E ← E + S (YᵀY + (N − 1) I)⁻¹ Yᵀ A, where Y and the
/// innovations S are in units of the observation errors. Solved in whichever of the two spaces is smaller, through
/// (YᵀY + (N − 1) I)⁻¹ Yᵀ = Yᵀ (Y Yᵀ + (N − 1) I)⁻¹.
/// </summary>
internal static class KalmanGain
{
    /// <summary>Updates the members; tells tr(HK), NaN where numbers failed.</summary>
    /// <param name="members">E, [N, width].</param>
    /// <param name="y">Y, [N, m].</param>
    /// <param name="innovations">S, [N, m]; overwritten.</param>
    /// <param name="workers">How many threads may work.</param>
    public static double Apply(Batch<double> members, Batch<double> y, Batch<double> innovations, Workers workers) =>
        y.Width < y.Rows ? InObservationSpace(members, y, innovations, workers) : InEnsembleSpace(members, y, innovations, workers);

    private static double InObservationSpace(Batch<double> members, Batch<double> y, Batch<double> innovations, Workers workers)
    {
        var (n, m) = (y.Rows, y.Width);
        using var frame = Scratch.Enter();
        var l = frame.Rent(m, m);
        var right = frame.Rent(m, n);
        Dense.Transpose(y, right);
        Dense.Gram(right, l);
        AddDiagonal(l, n - 1);
        if (!Cholesky.Factor(l))
            return double.NaN;
        Cholesky.Solve<double>(l, innovations);
        if (2 * m < n)
        {
            EnsembleTransform.AddLowRank(members, innovations, right, workers);
        }
        else
        {
            var transform = frame.Rent(n, n);
            Dense.Multiply<double>(innovations, right, transform);
            AddDiagonal(transform, 1);
            EnsembleTransform.Apply(members, transform, workers);
        }
        return m - (n - 1) * TraceOfInverse(l);
    }

    private static double InEnsembleSpace(Batch<double> members, Batch<double> y, Batch<double> innovations, Workers workers)
    {
        var n = y.Rows;
        using var frame = Scratch.Enter();
        var l = frame.Rent(n, n);
        var transform = frame.Rent(n, n);
        Dense.Gram(y, l);
        AddDiagonal(l, n - 1);
        if (!Cholesky.Factor(l))
            return double.NaN;
        Dense.MultiplyTransposedRight<double>(1, innovations, y, 0, transform);
        Cholesky.Solve<double>(l, transform);
        AddDiagonal(transform, 1);
        EnsembleTransform.Apply(members, transform, workers);
        return n - (n - 1) * TraceOfInverse(l);
    }

    private static double TraceOfInverse(Batch<double> l)
    {
        using var frame = Scratch.Enter();
        var inverse = frame.RentCleared(l.Rows, l.Rows);
        AddDiagonal(inverse, 1);
        Cholesky.SolveLower<double>(l, inverse);
        return TensorPrimitives.SumOfSquares<double>(inverse.Values);
    }

    private static void AddDiagonal(Batch<double> a, double value)
    {
        for (var i = 0; i < a.Rows; i++)
            a[i, i] += value;
    }
}
