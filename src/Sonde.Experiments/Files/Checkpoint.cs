using System.Runtime.InteropServices;
using System.Text;
using Sonde.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>
/// Named matrices, numbers and texts that a stopped run continues from, in one binary file: magic and version, length, entries,
/// CRC-32C, all little-endian. Written whole or not at all, and read back to the same bits or refused.
/// </summary>
public sealed class Checkpoint
{
    private const int HeaderBytes = 16;
    private const int ChecksumBytes = sizeof(uint);
    private readonly Dictionary<string, object> entries = [];
    private string origin = "The checkpoint";

    private enum Kind : byte
    {
        Doubles = 1,
        Floats = 2,
        Text = 3,
        Number = 4,
        WholeNumber = 5,
    }

    // The last letter is the version.
    private static ReadOnlySpan<byte> Magic => "SondeCP1"u8;

    /// <summary>The names of all entries.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Whether there is an entry of this name.</summary>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>Keeps a matrix, not a copy of it: its numbers are those at the time of <see cref="Write"/>.</summary>
    public void Set(string name, Matrix<double> value) => entries[name] = value;

    /// <summary>Keeps a matrix, not a copy of it: its numbers are those at the time of <see cref="Write"/>.</summary>
    public void Set(string name, Matrix<float> value) => entries[name] = value;

    /// <summary>Keeps a copy of some rows.</summary>
    public void Set(string name, ReadOnlyBatch<double> rows) => entries[name] = new Matrix<double>(rows);

    /// <summary>Keeps a copy of a list of numbers, as a matrix of one row.</summary>
    public void Set(string name, ReadOnlySpan<double> values) => Set(name, new ReadOnlyBatch<double>(values));

    /// <summary>Keeps a text.</summary>
    public void Set(string name, string value) => entries[name] = value;

    /// <summary>Keeps a number.</summary>
    public void Set(string name, double value) => entries[name] = value;

    /// <summary>Keeps a whole number.</summary>
    public void Set(string name, long value) => entries[name] = value;

    /// <summary>The matrix of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public Matrix<double> Matrix(string name) => Get<Matrix<double>>(name, "matrix");

    /// <summary>The matrix of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public Matrix<float> FloatMatrix(string name) => Get<Matrix<float>>(name, "matrix of floats");

    /// <summary>The text of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Text(string name) => Get<string>(name, "text");

    /// <summary>The number of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public double Number(string name) => Get<double>(name, "number");

    /// <summary>The whole number of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public long WholeNumber(string name) => Get<long>(name, "whole number");

    /// <summary>Writes all entries atomically.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        var register = ~0u;
        Put(Magic);
        PutInteger(LengthOfEntries());
        foreach (var (name, value) in entries)
        {
            PutText(name);
            switch (value)
            {
                case Matrix<double> matrix: PutMatrix(Kind.Doubles, matrix.Rows, matrix.Width, MemoryMarshal.AsBytes(matrix.Values)); break;
                case Matrix<float> matrix: PutMatrix(Kind.Floats, matrix.Rows, matrix.Width, MemoryMarshal.AsBytes(matrix.Values)); break;
                case string text:
                    Put([(byte)Kind.Text]);
                    PutText(text);
                    break;
                case double number:
                    Put([(byte)Kind.Number]);
                    PutInteger(BitConverter.DoubleToInt64Bits(number));
                    break;
                case long number:
                    Put([(byte)Kind.WholeNumber]);
                    PutInteger(number);
                    break;
            }
        }
        var checksum = ~register;
        stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in checksum)));

        void Put(ReadOnlySpan<byte> bytes)
        {
            register = Crc32C.Append(register, bytes);
            stream.Write(bytes);
        }

        void PutInteger(long value) => Put(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)));

        void PutText(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            PutInteger(bytes.Length);
            Put(bytes);
        }

        void PutMatrix(Kind kind, int rows, int width, ReadOnlySpan<byte> bytes)
        {
            Put([(byte)kind]);
            PutInteger(rows);
            PutInteger(width);
            Put(bytes);
        }
    });

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InputException">It is not there, no checkpoint, of another version, cut off or altered.</exception>
    public static Checkpoint Read(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"There is no checkpoint {path}.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        RequireSound(path, stream);
        stream.Position = HeaderBytes;
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        var checkpoint = new Checkpoint { origin = path };
        while (stream.Position < stream.Length - ChecksumBytes)
            checkpoint.entries.Add(TakeText(reader), TakeValue(path, reader));
        return checkpoint;
    }

    // Everything is checked before anything is believed.
    private static void RequireSound(string path, FileStream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        var found = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (found < Magic.Length || !header.StartsWith(Magic[..^1]))
            throw new InputException($"{path} ({stream.Length} bytes) is no checkpoint.");
        if (header[Magic.Length - 1] != Magic[^1])
            throw new InputException($"{path} is a checkpoint of version {(char)header[Magic.Length - 1]}; this program reads version {(char)Magic[^1]}, so start the run anew.");
        var expected = found < HeaderBytes ? HeaderBytes : HeaderBytes + ChecksumBytes + BitConverter.ToInt64(header[8..]);
        if (stream.Length != expected)
            throw new InputException($"{path} is damaged: it has {stream.Length} bytes where its header needs {expected}.");
        var register = Crc32C.Append(~0u, header);
        var buffer = new byte[1 << 20];
        for (var left = stream.Length - HeaderBytes - ChecksumBytes; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            stream.ReadExactly(part);
            register = Crc32C.Append(register, part);
            left -= part.Length;
        }
        stream.ReadExactly(buffer, 0, ChecksumBytes);
        var stored = BitConverter.ToUInt32(buffer);
        if (stored != ~register)
            throw new InputException($"{path} is damaged: its checksum is {~register:x8} where {stored:x8} was stored.");
    }

    private static string TakeText(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes(checked((int)reader.ReadInt64())));

    private static object TakeValue(string path, BinaryReader reader)
    {
        switch ((Kind)reader.ReadByte())
        {
            case Kind.Doubles:
                var doubles = new Matrix<double>(checked((int)reader.ReadInt64()), checked((int)reader.ReadInt64()));
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(doubles.Values));
                return doubles;
            case Kind.Floats:
                var floats = new Matrix<float>(checked((int)reader.ReadInt64()), checked((int)reader.ReadInt64()));
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(floats.Values));
                return floats;
            case Kind.Text: return TakeText(reader);
            case Kind.Number: return BitConverter.Int64BitsToDouble(reader.ReadInt64());
            case Kind.WholeNumber: return reader.ReadInt64();
            default: throw new InputException($"{path} holds an entry of a kind that this program does not know.");
        }
    }

    private long LengthOfEntries()
    {
        var length = 0L;
        foreach (var (name, value) in entries)
        {
            length += sizeof(long) + Encoding.UTF8.GetByteCount(name) + sizeof(byte);
            length += value switch
            {
                Matrix<double> matrix => 2 * sizeof(long) + (long)sizeof(double) * matrix.Values.Length,
                Matrix<float> matrix => 2 * sizeof(long) + (long)sizeof(float) * matrix.Values.Length,
                string text => sizeof(long) + Encoding.UTF8.GetByteCount(text),
                _ => sizeof(long),
            };
        }
        return length;
    }

    private T Get<T>(string name, string what) => entries.TryGetValue(name, out var value) && value is T found
        ? found
        : throw new InputException($"{origin} holds no {what} '{name}'.");
}
