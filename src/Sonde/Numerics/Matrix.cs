using System.Numerics;

namespace Sonde.Numerics;

/// <summary>Owns rows × width numbers; everything is done through the views it gives out.</summary>
public sealed class Matrix<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] values;

    /// <summary>A matrix of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative or the product exceeds what an array holds.</exception>
    public Matrix(int rows, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)rows * width, Array.MaxLength, nameof(rows));
        values = new T[rows * width];
        (Rows, Width) = (rows, width);
    }

    /// <summary>A copy of <paramref name="source"/>.</summary>
    public Matrix(ReadOnlyBatch<T> source) : this(source.Rows, source.Width) => source.Values.CopyTo(values);

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of values in a row.</summary>
    public int Width { get; }

    /// <summary>All rows.</summary>
    public Batch<T> All => new(values, Rows, Width);

    /// <summary>All numbers, row after row.</summary>
    public Span<T> Values => values;

    /// <summary>The array itself, for storage and for spans that must outlive the stack.</summary>
    public Memory<T> Memory => values;

    /// <summary>One row.</summary>
    public Span<T> this[int row] => values.AsSpan(row * Width, Width);

    /// <summary>One number.</summary>
    public ref T this[int row, int column] => ref values[row * Width + column];

    /// <summary>An independent copy.</summary>
    public Matrix<T> Copy() => new(All);

    /// <summary>The identity matrix.</summary>
    public static Matrix<T> Identity(int size)
    {
        var identity = new Matrix<T>(size, size);
        for (var i = 0; i < size; i++)
            identity[i, i] = T.One;
        return identity;
    }

    /// <summary>All rows, writable.</summary>
    public static implicit operator Batch<T>(Matrix<T> matrix) => matrix.All;

    /// <summary>All rows, readable.</summary>
    public static implicit operator ReadOnlyBatch<T>(Matrix<T> matrix) => matrix.All;
}
