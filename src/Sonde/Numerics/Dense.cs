using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>Products of dense matrices. Destinations come last and must not overlap what is read.</summary>
public static class Dense
{
    /// <summary>c = a b.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Multiply(T.One, a, b, T.Zero, c);

    /// <summary>c = α a b + β c; with β = 0, c may hold anything before.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, b.Width, a.Width, b.Rows, c.Rows, c.Width);
        Prepare(beta, c);
        for (var i = 0; i < a.Rows; i++)
            for (var k = 0; k < a.Width; k++)
                TensorPrimitives.MultiplyAdd(b[k], alpha * a[i, k], c[i], c[i]);
    }

    /// <summary>c = α a bᵀ + β c.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposedRight<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, b.Rows, a.Width, b.Width, c.Rows, c.Width);
        Prepare(beta, c);
        for (var i = 0; i < a.Rows; i++)
            for (var j = 0; j < b.Rows; j++)
                c[i, j] += alpha * TensorPrimitives.Dot(a[i], b[j]);
    }

    /// <summary>c = α aᵀ b + β c.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposedLeft<T>(T alpha, ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, T beta, Batch<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, b.Width, a.Rows, b.Rows, c.Rows, c.Width);
        Prepare(beta, c);
        for (var k = 0; k < a.Rows; k++)
            for (var i = 0; i < a.Width; i++)
                TensorPrimitives.MultiplyAdd(b[k], alpha * a[k, i], c[i], c[i]);
    }

    /// <summary>c = a aᵀ, all of it (both triangles).</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Gram<T>(ReadOnlyBatch<T> a, Batch<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, a.Rows, a.Width, a.Width, c.Rows, c.Width);
        for (var i = 0; i < a.Rows; i++)
            for (var j = 0; j <= i; j++)
                c[i, j] = c[j, i] = TensorPrimitives.Dot(a[i], a[j]);
    }

    /// <summary>y = a x.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(ReadOnlyBatch<T> a, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Rows, 1, a.Width, x.Length, y.Length, 1);
        for (var i = 0; i < a.Rows; i++)
            y[i] = TensorPrimitives.Dot(a[i], x);
    }

    /// <summary>y = aᵀ x.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void MultiplyTransposed<T>(ReadOnlyBatch<T> a, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, 1, a.Rows, x.Length, y.Length, 1);
        y.Clear();
        for (var i = 0; i < a.Rows; i++)
            TensorPrimitives.MultiplyAdd(a[i], x[i], y, y);
    }

    /// <summary>b = aᵀ.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Transpose<T>(ReadOnlyBatch<T> a, Batch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(a.Width, a.Rows, 0, 0, b.Rows, b.Width);
        for (var i = 0; i < a.Rows; i++)
            for (var j = 0; j < a.Width; j++)
                b[j, i] = a[i, j];
    }

    private static void Prepare<T>(T beta, Batch<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsZero(beta))
            c.Clear();
        else if (beta != T.One)
            c *= beta;
    }

    private static void Fit(int rows, int width, int innerLeft, int innerRight, int rowsGiven, int widthGiven)
    {
        if (innerLeft != innerRight)
            throw new ArgumentException($"The inner sizes of the product differ: {innerLeft} and {innerRight}.");
        if (rows != rowsGiven || width != widthGiven)
            throw new ArgumentException($"The result is {rows} × {width} but its destination is {rowsGiven} × {widthGiven}.");
    }
}
