using System.Numerics;

namespace Sonde.Numerics;

/// <summary>
/// The exponential of a matrix by scaling, a diagonal Padé approximant of degree 13 and squaring. Higham, "The scaling and
/// squaring method for the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26 (2005), algorithm 2.3.
/// </summary>
public static class MatrixExponential
{
    private const double LargestNorm = 5.371920351148152;               // θ₁₃, table 2.3

    private static ReadOnlySpan<double> Coefficients =>
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800,
        33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ];

    /// <summary>result = exp(factor · a).</summary>
    /// <returns>False where factor · a or the result is not finite.</returns>
    /// <exception cref="ArgumentException">a is not square, or the result does not have its shape.</exception>
    public static bool Evaluate<T>(ReadOnlyBatch<T> a, T factor, Batch<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = a.Rows;
        if (n != a.Width)
            throw new ArgumentException($"The exponential is that of a square matrix but this one is {n} × {a.Width}.", nameof(a));
        if (result.Rows != n || result.Width != n)
            throw new ArgumentException($"The exponential of {n} × {n} numbers does not fit {result.Rows} × {result.Width}.", nameof(result));
        using var frame = Scratch.Enter();
        var x = frame.RentCleared<T>(n, n);
        x += factor * a;
        var norm = double.CreateChecked(OneNorm<T>(x));
        if (!double.IsFinite(norm))
            return false;
        var squarings = norm > LargestNorm ? (int)Math.Ceiling(Math.Log2(norm / LargestNorm)) : 0;
        x *= T.ScaleB(T.One, -squarings);
        if (!Approximate(x, result))
            return false;
        for (var i = 0; i < squarings; i++)
        {
            Dense.Multiply(result, result, x);
            x.CopyTo(result);
        }
        foreach (var value in result.Values)
            if (!T.IsFinite(value))
                return false;
        return true;
    }

    /// <summary>r = (v − u)⁻¹ (v + u), where u has the odd and v the even powers of x.</summary>
    private static bool Approximate<T>(ReadOnlyBatch<T> x, Batch<T> r) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = x.Rows;
        using var frame = Scratch.Enter();
        Batch<T> x2 = frame.Rent<T>(n, n), x4 = frame.Rent<T>(n, n), x6 = frame.Rent<T>(n, n);
        Batch<T> sum = frame.Rent<T>(n, n), u = frame.Rent<T>(n, n), v = frame.Rent<T>(n, n);
        Dense.Multiply(x, x, x2);
        Dense.Multiply(x2, x2, x4);
        Dense.Multiply(x4, x2, x6);
        Combine(13, x2, x4, x6, sum);
        Combine(7, x2, x4, x6, v, one: true);
        Dense.Multiply(T.One, x6, sum, T.One, v);
        Dense.Multiply(x, v, u);
        Combine(12, x2, x4, x6, sum);
        Combine(6, x2, x4, x6, v, one: true);
        Dense.Multiply(T.One, x6, sum, T.One, v);

        sum.Clear();
        sum += v;
        sum += u;
        v -= u;
        var pivots = frame.RentSpan<int>(n);
        if (!Lu.Factor(v, pivots))
            return false;
        Dense.Transpose(sum, u);                                        // a row is a right-hand side
        Lu.Solve(v, pivots, u);
        Dense.Transpose(u, r);
        return true;
    }

    /// <summary>sum = c x⁶ + c′ x⁴ + c″ x², and c‴ on the diagonal, with every other coefficient down from <paramref name="highest"/>.</summary>
    private static void Combine<T>(int highest, ReadOnlyBatch<T> x2, ReadOnlyBatch<T> x4, ReadOnlyBatch<T> x6, Batch<T> sum, bool one = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        sum.Clear();
        sum += Coefficient<T>(highest) * x6;
        sum += Coefficient<T>(highest - 2) * x4;
        sum += Coefficient<T>(highest - 4) * x2;
        for (var i = 0; i < sum.Rows && one; i++)
            sum[i, i] += Coefficient<T>(highest - 6);
    }

    /// <summary>A coefficient relative to the first, so that float holds it.</summary>
    private static T Coefficient<T>(int index) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateChecked(Coefficients[index] / Coefficients[0]);

    private static T OneNorm<T>(ReadOnlyBatch<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = T.Zero;
        for (var j = 0; j < x.Width; j++)
        {
            var sum = T.Zero;
            for (var i = 0; i < x.Rows; i++)
                sum += T.Abs(x[i, j]);
            largest = T.Max(largest, sum);
        }
        return largest;
    }
}
