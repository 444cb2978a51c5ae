using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>Random turns of an ensemble that keep its mean and covariance.</summary>
internal static class EnsembleRotation
{
    /// <summary>A ← Q A with Q orthogonal, uniformly drawn among those with Q 1 = 1.</summary>
    public static void Apply(Batch<double> members, RandomSource random, Workers workers)
    {
        var n = members.Rows;
        using var frame = Scratch.Enter();
        var basis = frame.Rent(n, n);                           // first row 1/√N, the others random
        var rotation = frame.Rent(n, n);
        random.FillNormal(basis.Values);
        basis[0].Fill(1);
        if (!Qr.OrthonormalizeRows(basis))
            return;
        basis.CopyTo(rotation);
        Reflect(rotation);
        EnsembleTransform.Apply(members, rotation, workers);
    }

    /// <summary>rows ← H rows with the Householder reflection H that swaps the first axis and 1/√N.</summary>
    private static void Reflect(Batch<double> rows)
    {
        var n = rows.Rows;
        using var frame = Scratch.Enter();
        var v = frame.Rent(1, n)[0];
        var projected = frame.RentCleared(1, n)[0];
        v.Fill(1 / Math.Sqrt(n));
        v[0] -= 1;
        for (var i = 0; i < n; i++)
            TensorPrimitives.MultiplyAdd(rows[i], v[i], projected, projected);
        var factor = -2 / TensorPrimitives.SumOfSquares<double>(v);
        for (var i = 0; i < n; i++)
            TensorPrimitives.MultiplyAdd(projected, factor * v[i], rows[i], rows[i]);
    }
}
