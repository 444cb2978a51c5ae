using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>A view of rows × width contiguous numbers that cannot be written through. See <see cref="Batch{T}"/>.</summary>
public readonly ref struct ReadOnlyBatch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Views <paramref name="values"/> as rows × width.</summary>
    /// <exception cref="ArgumentException">The span does not hold exactly rows × width numbers.</exception>
    public ReadOnlyBatch(ReadOnlySpan<T> values, int rows, int width)
    {
        if ((long)rows * width != values.Length)
            throw new ArgumentException($"{rows} rows of {width} need {(long)rows * width} values but {values.Length} were given.", nameof(values));
        Values = values;
        Rows = rows;
        Width = width;
    }

    /// <summary>Views one row.</summary>
    public ReadOnlyBatch(ReadOnlySpan<T> row) : this(row, 1, row.Length)
    {
    }

    /// <summary>All numbers, row after row.</summary>
    public ReadOnlySpan<T> Values { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of values in a row.</summary>
    public int Width { get; }

    /// <summary>One row.</summary>
    public ReadOnlySpan<T> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Values.Slice(row * Width, Width);
    }

    /// <summary>One number.</summary>
    public T this[int row, int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Values[row * Width + column];
    }

    /// <summary>Rows first … first + count − 1.</summary>
    public ReadOnlyBatch<T> Slice(int first, int count) => new(Values.Slice(first * Width, count * Width), count, Width);

    /// <summary>Copies every number to a batch of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyTo(Batch<T> destination)
    {
        if (destination.Rows != Rows || destination.Width != Width)
            throw new ArgumentException($"A batch of {Rows} × {Width} cannot be copied to one of {destination.Rows} × {destination.Width}.", nameof(destination));
        Values.CopyTo(destination.Values);
    }

    /// <summary>The lazy product a·b, for <c>x += a * b</c>.</summary>
    public static ScaledBatch<T> operator *(T factor, ReadOnlyBatch<T> batch) => new(factor, batch);
}
