using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>Modes that are held in a byte a value: whole numbers from −127 to 127, times one number a mode.</summary>
internal static class ByteModes
{
    private const int Largest = sbyte.MaxValue;

    /// <summary>Modes rounded to what bytes hold.</summary>
    public static FieldModes<T> Round<T>(FieldModes<T> modes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scales, bytes) = Split(modes);
        var rounded = new Matrix<T>(modes.Count, modes.Modes.Width);
        for (var i = 0; i < bytes.Length; i++)
            rounded.Values[i] = T.CreateChecked(bytes[i]);
        return new(modes.Mean, Scaled(rounded, scales), modes.Deviation.Values);
    }

    /// <summary>The number of each mode, and the whole numbers, row after row.</summary>
    public static (T[] Scales, sbyte[] Bytes) Split<T>(FieldModes<T> modes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scales, bytes) = (new T[modes.Count], new sbyte[modes.Modes.Values.Length]);
        for (var mode = 0; mode < scales.Length; mode++)
        {
            var row = modes.Modes[mode];
            scales[mode] = T.Abs(TensorPrimitives.MaxMagnitude<T>(row)) / T.CreateChecked(Largest);
            for (var i = 0; i < row.Length; i++)
                bytes[mode * row.Length + i] = sbyte.CreateSaturating(T.Round(row[i] / scales[mode]));
        }
        return (scales, bytes);
    }

    /// <summary>Each row times its number, in place.</summary>
    public static Matrix<T> Scaled<T>(Matrix<T> rows, ReadOnlySpan<T> scales) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < rows.Rows; row++)
            TensorPrimitives.Multiply(rows[row], scales[row], rows[row]);
        return rows;
    }
}
