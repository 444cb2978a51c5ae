using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Sonde.Experiments.Report;

/// <summary>
/// The numbers of a report in one block of bytes, little endian: single precision, bytes, and rows of 12 bits. A row keeps
/// its smallest value and its step, then differences of consecutive codes, low bytes of all rows first: smooth fields
/// compress to about a byte a value and keep 1/4094 of each row's range.
/// </summary>
internal sealed class NumberBlock
{
    /// <summary>The code of a value that is not finite.</summary>
    public const int Missing = 4095;

    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>All of it so far.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.WrittenSpan;

    /// <summary>Single precision; returns where it starts.</summary>
    public int Append(ReadOnlySpan<double> values)
    {
        var start = Align();
        Span<byte> four = stackalloc byte[4];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(four, (float)value);
            bytes.Write(four);
        }
        return start;
    }

    /// <summary>Bytes as they are; returns where they start.</summary>
    public int Append(ReadOnlySpan<byte> values)
    {
        var start = bytes.WrittenCount;
        bytes.Write(values);
        return start;
    }

    /// <summary>Rows of 12 bits; returns where they start.</summary>
    /// <exception cref="ArgumentException">Rows differ in length.</exception>
    public int Append(float[][] rows)
    {
        var width = rows.Length == 0 ? 0 : rows[0].Length;
        var start = Align();
        var low = new byte[rows.Length * width];
        var high = new byte[rows.Length * width];
        Span<byte> eight = stackalloc byte[8];
        for (var r = 0; r < rows.Length; r++)
        {
            if (rows[r].Length != width)
                throw new ArgumentException($"Row {r} has {rows[r].Length} values but row 0 has {width}.", nameof(rows));
            var (smallest, step) = Scale(rows[r]);
            BinaryPrimitives.WriteSingleLittleEndian(eight, smallest);
            BinaryPrimitives.WriteSingleLittleEndian(eight[4..], step);
            bytes.Write(eight);
            Encode(rows[r], smallest, step, low.AsSpan(r * width, width), high.AsSpan(r * width, width));
        }
        bytes.Write(low);
        bytes.Write(high);
        return start;
    }

    /// <summary>All of it, compressed with gzip.</summary>
    public byte[] Compress()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(Bytes);
        return compressed.ToArray();
    }

    private static (float Smallest, float Step) Scale(ReadOnlySpan<float> row)
    {
        var (smallest, largest) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in row)
            if (float.IsFinite(value))
                (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
        var step = (float)(((double)largest - smallest) / (Missing - 1));
        return smallest > largest ? (0, 0) : (smallest, step);
    }

    private static void Encode(ReadOnlySpan<float> row, float smallest, float step, Span<byte> low, Span<byte> high)
    {
        var before = 0;
        for (var i = 0; i < row.Length; i++)
        {
            var code = !float.IsFinite(row[i]) ? Missing
                : step > 0 ? (int)Math.Clamp(Math.Round(((double)row[i] - smallest) / step), 0, Missing - 1) : 0;
            var difference = code - before;
            var folded = difference >= 0 ? 2 * difference : -2 * difference - 1;        // 0, −1, 1, −2, … → 0, 1, 2, 3, …
            (low[i], high[i]) = ((byte)folded, (byte)(folded >> 8));
            before = code;
        }
    }

    private int Align()
    {
        while (bytes.WrittenCount % 4 != 0)
            bytes.Write<byte>([0]);
        return bytes.WrittenCount;
    }
}
