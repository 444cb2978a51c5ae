using System.Text;
using static Sonde.Experiments.Files.NetCdf.NetCdfLibrary;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>What of a NetCDF file the schema does not say: the library's numbers for it.</summary>
/// <param name="Id">The variable's number.</param>
/// <param name="Type">The type in the file.</param>
/// <param name="TextLength">Characters of a text kept as an array of characters; 0 for other types.</param>
internal sealed record NetCdfVariable(int Id, int Type, int TextLength);

/// <summary>Reads the header of an open NetCDF file.</summary>
internal static class NetCdfFile
{
    private const double DefaultFill = 9.9692099683868690e+36;      // NC_FILL_DOUBLE; NC_FILL_FLOAT is the same number

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException">It is not there or no sound NetCDF file.</exception>
    public static int Open(string path, int mode)
    {
        if (!File.Exists(path))
            throw new InputException(Directory.Exists(path) ? $"{path} is a folder; a NetCDF file is expected." : $"There is no file {path}.");
        NativeLibraries.Require(NativeLibraries.NetCdf, $"Reading {path}");
        lock (Gate)
        {
            var status = nc_open(Path.GetFullPath(path), mode, out var id);
            return status == 0 ? id : throw new InputException(
                $"{path} ({new FileInfo(path).Length} bytes) cannot be opened as NetCDF, it is damaged or of another format: {Message(status)}.");
        }
    }

    /// <summary>Throws the library's complaint as a sentence.</summary>
    public static void Check(int status, string path, string what)
    {
        if (status != 0)
            throw new InputException($"{what} in {path} failed: {Message(status)}.");
    }

    /// <summary>Dimensions, variables and attributes of the root group, in its order; call with the gate held.</summary>
    public static (DataSchema Schema, Dictionary<string, NetCdfVariable> Variables, Dictionary<string, string> Refused) Describe(int file, string path)
    {
        var dimensions = Dimensions(file, path);
        Check(nc_inq_varids(file, out var count, null), path, "Listing the variables");
        var ids = new int[count];
        Check(nc_inq_varids(file, out _, ids), path, "Listing the variables");
        var schemas = new List<VariableSchema>();
        var variables = new Dictionary<string, NetCdfVariable>();
        var refused = new Dictionary<string, string>();
        var name = new byte[NameLength];
        foreach (var id in ids)
        {
            Check(nc_inq_varndims(file, id, out var rank), path, "Describing a variable");
            var axes = new int[rank];
            Check(nc_inq_var(file, id, name, out var type, out _, axes, out var notes), path, "Describing a variable");
            var label = Label(name);
            if (type > NetCdfType.Text || axes.Any(axis => !dimensions.ContainsKey(axis)))
            {
                refused.Add(label, type > NetCdfType.Text ? "it is of a type that the file defines itself, which is not supported" : "its dimensions lie in another group");
                continue;
            }
            var isCharacters = type == NetCdfType.Char && rank > 0;
            var textLength = isCharacters ? checked((int)dimensions[axes[^1]].Length) : 0;
            string[] names = [.. (isCharacters ? axes[..^1] : axes).Select(axis => dimensions[axis].Name)];
            var attributes = AttributesOf(file, id, notes, path);
            Missing(attributes, type);
            variables.Add(label, new NetCdfVariable(id, type, textLength));
            schemas.Add(new VariableSchema(label, MemoryOf(type), names) { Attributes = attributes });
        }
        Check(nc_inq_natts(file, out var globals), path, "Counting the attributes");
        // A dimension that grows but comes second somewhere can be read, not appended to.
        var used = dimensions.Values.Select(dimension => schemas.Exists(v => v.Dimensions.Skip(1).Contains(dimension.Name)) ? dimension with { Unlimited = false } : dimension);
        return (new DataSchema([.. used], schemas, AttributesOf(file, Global, globals, path)), variables, refused);
    }

    public static DataType MemoryOf(int type) => type switch
    {
        NetCdfType.Byte or NetCdfType.UnsignedByte or NetCdfType.Short or NetCdfType.UnsignedShort or NetCdfType.Int => DataType.Integer32,
        NetCdfType.UnsignedInt or NetCdfType.Int64 or NetCdfType.UnsignedInt64 => DataType.Integer64,
        NetCdfType.Float => DataType.Real32,
        NetCdfType.Double => DataType.Real64,
        _ => DataType.Text,
    };

    private static string Label(byte[] name) => Encoding.UTF8.GetString(name, 0, Array.IndexOf(name, (byte)0));

    private static Dictionary<int, Dimension> Dimensions(int file, string path)
    {
        Check(nc_inq_dimids(file, out var count, null, 0), path, "Listing the dimensions");
        var ids = new int[count];
        Check(nc_inq_dimids(file, out _, ids, 0), path, "Listing the dimensions");
        Check(nc_inq_unlimdims(file, out var unlimitedCount, null), path, "Listing the dimensions");
        var unlimited = new int[unlimitedCount];
        Check(nc_inq_unlimdims(file, out _, unlimited), path, "Listing the dimensions");
        var dimensions = new Dictionary<int, Dimension>();
        var name = new byte[NameLength];
        foreach (var id in ids)
        {
            Check(nc_inq_dim(file, id, name, out var length), path, "Describing a dimension");
            dimensions.Add(id, new Dimension(Label(name), checked((long)length), Array.IndexOf(unlimited, id) >= 0));
        }
        return dimensions;
    }

    private static Attributes AttributesOf(int file, int variable, int count, string path)
    {
        var attributes = new Attributes();
        var buffer = new byte[NameLength];
        for (var i = 0; i < count; i++)
        {
            Check(nc_inq_attname(file, variable, i, buffer), path, "Reading an attribute");
            var name = Label(buffer);
            Check(nc_inq_att(file, variable, name, out var type, out var size), path, $"Reading attribute '{name}'");
            attributes[name] = Value(file, variable, name, type, checked((int)size), path);
        }
        return attributes;
    }

    private static object? Value(int file, int variable, string name, int type, int length, string path)
    {
        var what = $"Reading attribute '{name}'";
        switch (type)
        {
            case NetCdfType.Char:
                var bytes = new byte[length];
                Check(nc_get_att_text(file, variable, name, bytes), path, what);
                return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
            case NetCdfType.Text:
                var pointers = new nint[length];
                Check(nc_get_att_string(file, variable, name, pointers), path, what);
                var texts = NetCdfTexts.Take(pointers);
                return texts.Length == 1 ? texts[0] : texts;
            case NetCdfType.Float or NetCdfType.Double:
                var numbers = new double[length];
                Check(nc_get_att_double(file, variable, name, numbers), path, what);
                return length == 1 ? numbers[0] : numbers;
            case <= NetCdfType.UnsignedInt64:
                var integers = new long[length];
                Check(nc_get_att_longlong(file, variable, name, integers), path, what);
                return length == 1 ? integers[0] : integers;
            default:
                return null;
        }
    }

    // NaN needs no mark; where no mark is given, the library's own stands for values never written.
    private static void Missing(Attributes attributes, int type)
    {
        if (type is not (NetCdfType.Float or NetCdfType.Double))
            return;
        if (attributes["_FillValue"] is null)
            attributes["_FillValue"] = DefaultFill;
        else if (attributes.Number("_FillValue") is double.NaN)
            attributes["_FillValue"] = null;
    }
}
