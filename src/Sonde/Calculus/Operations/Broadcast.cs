using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// Passes over operands of arithmetic, of which one row may serve all rows, and one column all columns; and their transposes, which sum
/// over what was served.
/// </summary>
internal static class Broadcast
{
    /// <summary>The size of an operation number by number.</summary>
    public static Size Measure<T>(Operands<T> x, string what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (rows, width) = (1, 1);
        for (var i = 0; i < x.Count; i++)
        {
            var size = x.Size(i);
            rows = rows == 1 ? size.Rows : rows;
            width = width == 1 ? size.Width : width;
        }
        for (var i = 0; i < x.Count; i++)
            if (x.Size(i) is var size && ((size.Rows != rows && size.Rows != 1) || (size.Width != width && size.Width != 1)))
                throw new ArgumentException($"Operand {i} of {what} is {size}, which serves no result of {rows} × {width}.");
        return new(rows, width);
    }

    /// <summary>y += a.</summary>
    public static void Add<T>(ReadOnlyBatch<T> a, Batch<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (SameSize(a, y))
            TensorPrimitives.Add(y.Values, a.Values, y.Values);
        else
            for (var row = 0; row < y.Rows; row++)
                if (Row(a, row) is { Length: 1 } one)
                    TensorPrimitives.Add(y[row], one[0], y[row]);
                else
                    TensorPrimitives.Add(y[row], Row(a, row), y[row]);
    }

    /// <summary>a += y, summed over the rows and columns that a served.</summary>
    public static void AddReduced<T>(ReadOnlyBatch<T> y, Batch<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (SameSize(y, a))
            TensorPrimitives.Add(a.Values, y.Values, a.Values);
        else
            for (var row = 0; row < y.Rows; row++)
                if (RowOf(a, row) is { Length: 1 } one)
                    one[0] += TensorPrimitives.Sum(y[row]);
                else
                    TensorPrimitives.Add(RowOf(a, row), y[row], RowOf(a, row));
    }

    /// <summary>y += a b.</summary>
    public static void AddProduct<T>(ReadOnlyBatch<T> a, ReadOnlyBatch<T> b, Batch<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (SameSize(a, y) && SameSize(b, y))
            TensorPrimitives.MultiplyAdd(a.Values, b.Values, y.Values, y.Values);
        else if (a.Values.Length == 1 && SameSize(b, y))
            TensorPrimitives.MultiplyAdd(b.Values, a.Values[0], y.Values, y.Values);
        else
            for (var row = 0; row < y.Rows; row++)
                AddProduct(Row(a, row), Row(b, row), y[row]);
    }

    /// <summary>a += y b, summed over the rows and columns that a served.</summary>
    public static void AddProductReduced<T>(ReadOnlyBatch<T> y, ReadOnlyBatch<T> b, Batch<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (SameSize(y, a))
            AddProduct(b, y, a);
        else
            for (var row = 0; row < y.Rows; row++)
            {
                var to = RowOf(a, row);
                var factor = Row(b, row);
                if (to.Length > 1 || y.Width == 1)
                    AddProduct(factor, y[row], to);
                else
                    to[0] += factor.Length == 1 ? factor[0] * TensorPrimitives.Sum(y[row]) : TensorPrimitives.Dot(y[row], factor);
            }
    }

    private static void AddProduct<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Length == y.Length && b.Length == y.Length)
            TensorPrimitives.MultiplyAdd(a, b, y, y);
        else if (b.Length == y.Length)
            TensorPrimitives.MultiplyAdd(b, a[0], y, y);
        else if (a.Length == y.Length)
            TensorPrimitives.MultiplyAdd(a, b[0], y, y);
        else
            TensorPrimitives.Add(y, a[0] * b[0], y);
    }

    private static bool SameSize<T>(ReadOnlyBatch<T> a, ReadOnlyBatch<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        a.Rows == b.Rows && a.Width == b.Width;

    private static ReadOnlySpan<T> Row<T>(ReadOnlyBatch<T> a, int row) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        a[a.Rows == 1 ? 0 : row];

    private static Span<T> RowOf<T>(Batch<T> a, int row) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a[a.Rows == 1 ? 0 : row];
}
