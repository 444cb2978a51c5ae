using System.Numerics;

namespace Sonde.Numerics;

/// <summary>Eigenvalues and eigenvectors of symmetric matrices.</summary>
public static class SymmetricEigen
{
    /// <summary>a = Σᵢ λᵢ vᵢ vᵢᵀ, λ ascending. Destroys <paramref name="a"/>.</summary>
    /// <param name="a">Symmetric, [n, n]; overwritten.</param>
    /// <param name="values">λ, [n].</param>
    /// <param name="vectors">Row i is vᵢ, [n, n].</param>
    /// <returns>False where a holds a number that is not finite.</returns>
    public static bool Decompose<T>(Batch<T> a, Span<T> values, Batch<T> vectors) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = a.Rows;
        vectors.Clear();
        for (var i = 0; i < n; i++)
            vectors[i, i] = T.One;
        for (var sweep = 0; sweep < 60; sweep++)
        {
            var (off, on) = (T.Zero, T.Zero);
            for (var p = 0; p < n; p++)
            {
                on += a[p, p] * a[p, p];
                for (var q = p + 1; q < n; q++)
                    off += a[p, q] * a[p, q];
            }
            if (!T.IsFinite(off + on))
                return false;
            if (off <= on * T.Epsilon || T.IsZero(off))
                break;
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++)
                    Rotate(a, vectors, p, q);
        }
        for (var i = 0; i < n; i++)
            values[i] = a[i, i];
        for (var i = 0; i < n; i++)                                   // selection sort: n is small
        {
            var least = i;
            for (var j = i + 1; j < n; j++)
                if (values[j] < values[least])
                    least = j;
            if (least == i)
                continue;
            (values[i], values[least]) = (values[least], values[i]);
            for (var j = 0; j < n; j++)
                (vectors[i, j], vectors[least, j]) = (vectors[least, j], vectors[i, j]);
        }
        return true;
    }

    private static void Rotate<T>(Batch<T> a, Batch<T> vectors, int p, int q) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsZero(a[p, q]))
            return;
        var two = T.One + T.One;
        var theta = (a[q, q] - a[p, p]) / (two * a[p, q]);
        var t = T.One / (T.Abs(theta) + T.Sqrt(theta * theta + T.One));
        if (T.IsNegative(theta))
            t = -t;
        var c = T.One / T.Sqrt(t * t + T.One);
        var s = t * c;
        for (var k = 0; k < a.Rows; k++)
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (var k = 0; k < a.Rows; k++)
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        for (var k = 0; k < a.Rows; k++)
            (vectors[p, k], vectors[q, k]) = (c * vectors[p, k] - s * vectors[q, k], s * vectors[p, k] + c * vectors[q, k]);
    }
}
