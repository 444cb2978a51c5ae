using System.Text;
using static Sonde.Experiments.Files.NetCdf.NetCdfLibrary;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>A NetCDF file of any format that libnetcdf reads; its root group only.</summary>
internal sealed class NetCdfReader : IDataReader
{
    private readonly int file;
    private readonly Dictionary<string, NetCdfVariable> variables;
    private bool closed;

    public NetCdfReader(string path)
    {
        Location = path;
        file = NetCdfFile.Open(path, NoWrite);
        try
        {
            lock (Gate)
                (Schema, variables, Unreadable) = NetCdfFile.Describe(file, path);
            ClassicHeader.RequireWhole(path);
        }
        catch (Exception wrong)
        {
            Dispose();
            if (wrong is ArgumentException)
                throw new InputException($"{path}: {wrong.Message}", wrong);
            throw;
        }
    }

    public string Location { get; }

    public DataSchema Schema { get; }

    public IReadOnlyDictionary<string, string> Unreadable { get; }

    public Array Read(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var schema = this.Require(variable);
        Region.Require(variable, Schema.ShapeOf(schema), start, count);
        var length = Region.Count(count);
        if (length == 0)
            return schema.Type.NewArray(0);
        var (id, type, textLength) = variables[variable];
        var (from, size) = (Sizes(start), Sizes(count));
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            switch (schema.Type)
            {
                case DataType.Real64:
                    var doubles = new double[length];
                    Check(nc_get_vara_double(file, id, from, size, doubles), variable);
                    return doubles;
                case DataType.Real32:
                    var floats = new float[length];
                    Check(nc_get_vara_float(file, id, from, size, floats), variable);
                    return floats;
                case DataType.Integer32:
                    var integers = new int[length];
                    Check(nc_get_vara_int(file, id, from, size, integers), variable);
                    return integers;
                case DataType.Integer64:
                    var longs = new long[length];
                    Check(nc_get_vara_longlong(file, id, from, size, longs), variable);
                    return longs;
                case DataType.Text when type == NetCdfType.Text:
                    var pointers = new nint[length];
                    Check(nc_get_vara_string(file, id, from, size, pointers), variable);
                    return NetCdfTexts.Take(pointers);
                default:
                    return Characters(id, variable, from, size, checked((int)length), textLength);
            }
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (!closed)
                _ = nc_close(file);
            closed = true;
        }
    }

    internal static nuint[] Sizes(ReadOnlySpan<long> numbers)
    {
        var sizes = new nuint[Math.Max(1, numbers.Length)];     // never null for the library, even for a single value
        for (var d = 0; d < numbers.Length; d++)
            sizes[d] = (nuint)numbers[d];
        return sizes;
    }

    private string[] Characters(int id, string variable, nuint[] start, nuint[] count, int length, int textLength)
    {
        var rank = Schema.Find(variable)!.Dimensions.Count;
        var bytes = new byte[length * Math.Max(1, textLength)];
        if (textLength > 0)
            (start, count) = ([.. start[..rank], 0], [.. count[..rank], (nuint)textLength]);
        Check(nc_get_vara_text(file, id, start, count, bytes), variable);
        var texts = new string[length];
        for (var i = 0; i < length; i++)
        {
            var text = bytes.AsSpan(i * (bytes.Length / length), bytes.Length / length);
            var end = text.IndexOf((byte)0);
            texts[i] = Encoding.UTF8.GetString(end < 0 ? text : text[..end]).TrimEnd(' ');
        }
        return texts;
    }

    private void Check(int status, string variable)
    {
        if (status != 0)
            NetCdfFile.Check(status, Location, $"Reading variable '{variable}'");
    }
}
