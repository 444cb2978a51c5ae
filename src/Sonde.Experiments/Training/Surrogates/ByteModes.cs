using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Modes that are held in a byte a value: whole numbers from −127 to 127, times one number a mode.</summary>
internal static class ByteModes
{
    private const int Largest = sbyte.MaxValue;

    /// <summary>Rounds rows, one a mode, to what bytes hold.</summary>
    public static void Round<T>(Matrix<T> rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scales, bytes) = Split(rows);
        for (var i = 0; i < bytes.Length; i++)
            rows.Values[i] = T.CreateChecked(bytes[i]);
        Scale(rows, scales);
    }

    /// <summary>The number of each row, and the whole numbers, row after row.</summary>
    public static (T[] Scales, sbyte[] Bytes) Split<T>(Matrix<T> rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scales, bytes) = (new T[rows.Rows], new sbyte[rows.Values.Length]);
        for (var mode = 0; mode < scales.Length; mode++)
        {
            var row = rows[mode];
            scales[mode] = T.Abs(TensorPrimitives.MaxMagnitude<T>(row)) / T.CreateChecked(Largest);
            for (var i = 0; i < row.Length; i++)
                bytes[mode * row.Length + i] = sbyte.CreateSaturating(T.Round(row[i] / scales[mode]));
        }
        return (scales, bytes);
    }

    /// <summary>Each row times its number, in place.</summary>
    public static void Scale<T>(Matrix<T> rows, ReadOnlySpan<T> scales) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < rows.Rows; row++)
            TensorPrimitives.Multiply(rows[row], scales[row], rows[row]);
    }
}
