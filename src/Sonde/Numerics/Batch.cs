using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// A view of rows × width contiguous numbers. A row is a member, a sample or a query point. Owns nothing:
/// it lives on the stack, over a <see cref="Matrix{T}"/>, a <see cref="Scratch"/> frame or any span.
/// </summary>
public readonly ref struct Batch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Views <paramref name="values"/> as rows × width.</summary>
    /// <exception cref="ArgumentException">The span does not hold exactly rows × width numbers.</exception>
    public Batch(Span<T> values, int rows, int width)
    {
        if ((long)rows * width != values.Length)
            throw new ArgumentException($"{rows} rows of {width} need {(long)rows * width} values but {values.Length} were given.", nameof(values));
        Values = values;
        Rows = rows;
        Width = width;
    }

    /// <summary>Views one row.</summary>
    public Batch(Span<T> row) : this(row, 1, row.Length)
    {
    }

    /// <summary>All numbers, row after row.</summary>
    public Span<T> Values { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of values in a row.</summary>
    public int Width { get; }

    /// <summary>One row.</summary>
    public Span<T> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Values.Slice(row * Width, Width);
    }

    /// <summary>One number.</summary>
    public ref T this[int row, int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Values[row * Width + column];
    }

    /// <summary>Rows first … first + count − 1.</summary>
    public Batch<T> Slice(int first, int count) => new(Values.Slice(first * Width, count * Width), count, Width);

    /// <summary>Copies every number to a batch of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyTo(Batch<T> destination) => ((ReadOnlyBatch<T>)this).CopyTo(destination);

    /// <summary>Sets every number to zero.</summary>
    public void Clear() => Values.Clear();

    /// <summary>Sets every number to <paramref name="value"/>.</summary>
    public void Fill(T value) => Values.Fill(value);

    /// <summary>Adds a batch of the same shape, in place.</summary>
    public void operator +=(ReadOnlyBatch<T> other) => TensorPrimitives.Add(Values, other.Values, Values);

    /// <summary>Subtracts a batch of the same shape, in place.</summary>
    public void operator -=(ReadOnlyBatch<T> other) => TensorPrimitives.Subtract(Values, other.Values, Values);

    /// <summary>Adds a·b in one pass, in place.</summary>
    public void operator +=(ScaledBatch<T> other) => TensorPrimitives.MultiplyAdd(other.Values, other.Factor, Values, Values);

    /// <summary>Multiplies every number, in place.</summary>
    public void operator *=(T factor) => TensorPrimitives.Multiply(Values, factor, Values);

    /// <summary>The lazy product a·b, for <c>x += a * b</c>.</summary>
    public static ScaledBatch<T> operator *(T factor, Batch<T> batch) => new(factor, batch);

    /// <summary>A writable view is a readable view.</summary>
    public static implicit operator ReadOnlyBatch<T>(Batch<T> batch) => new(batch.Values, batch.Rows, batch.Width);
}
