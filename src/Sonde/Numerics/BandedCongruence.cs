namespace Sonde.Numerics;

/// <summary>1 + cᵀ a c with banded matrices: what is left to solve where c cᵀ is a covariance and a the precision of observations.</summary>
internal static class BandedCongruence
{
    /// <summary>The largest |i − j| of an entry of a that is not 0.</summary>
    /// <param name="a">Lower band, [n, p + 1].</param>
    public static int Reach(ReadOnlyBatch<double> a)
    {
        var p = a.Width - 1;
        for (var reach = p; reach > 0; reach--)
            for (var i = reach; i < a.Rows; i++)
                if (a[i, p - reach] != 0)
                    return reach;
        return 0;
    }

    /// <summary>sum ← 1 + cᵀ a c.</summary>
    /// <param name="c">Lower triangular, [n, p + 1].</param>
    /// <param name="a">The lower band of a symmetric matrix, [n, any]; few entries may be other than 0.</param>
    /// <param name="sum">[n, s + 1] with s at least p plus the reach of a.</param>
    public static void Form(ReadOnlyBatch<double> c, ReadOnlyBatch<double> a, Batch<double> sum)
    {
        sum.Clear();
        for (var i = 0; i < sum.Rows; i++)
            sum[i, sum.Width - 1] = 1;
        for (var k = 0; k < a.Rows; k++)
            for (var l = Math.Max(0, k - a.Width + 1); l <= k; l++)
                if (a[k, a.Width - 1 - (k - l)] is var entry && entry != 0)
                {
                    AddOuter(entry, c, k, l, sum);
                    if (l < k)
                        AddOuter(entry, c, l, k, sum);
                }
    }

    /// <summary>The lower half of sum += α (row k of c)ᵀ (row l of c).</summary>
    private static void AddOuter(double alpha, ReadOnlyBatch<double> c, int k, int l, Batch<double> sum)
    {
        var (p, s, first) = (c.Width - 1, sum.Width - 1, Math.Max(0, l - c.Width + 1));
        ReadOnlySpan<double> rowK = c[k], rowL = c[l];
        for (var i = Math.Max(0, k - p); i <= k; i++)
        {
            var factor = alpha * rowK[p - k + i];
            var to = sum[i];
            for (var j = first; j <= Math.Min(l, i); j++)
                to[s - i + j] += factor * rowL[p - l + j];
        }
    }
}
