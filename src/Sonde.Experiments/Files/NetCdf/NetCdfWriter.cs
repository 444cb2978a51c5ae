using static Sonde.Experiments.Files.NetCdf.NetCdfLibrary;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>Writes a NetCDF-4 file under a temporary name and puts it in its place, whole, when it is disposed of.</summary>
internal sealed class NetCdfWriter : IDataWriter
{
    private const int Chunked = 0;
    private readonly string path;
    private readonly string temporary;
    private readonly int file;
    private readonly Dictionary<string, int> variables = [];
    private bool complete;
    private bool closed;

    private NetCdfWriter(string path, string temporary, int file, DataSchema schema) =>
        (this.path, this.temporary, this.file, Schema) = (path, temporary, file, schema);

    public DataSchema Schema { get; private set; }

    public static NetCdfWriter Create(string path, DataSchema schema, StorageOptions options)
    {
        options.Require();
        NativeLibraries.Require(NativeLibraries.NetCdf, $"Writing {path}");
        var temporary = TemporaryOf(path);
        int file;
        lock (Gate)
            NetCdfFile.Check(nc_create(temporary, NetCdf4, out file), path, "Creating a file");
        var writer = new NetCdfWriter(path, temporary, file, schema.WithoutRecords());
        try
        {
            lock (Gate)
                writer.Define(options);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public static NetCdfWriter Append(string path, string dimension, long keep)
    {
        using var reader = new NetCdfReader(path);
        var growing = reader.Schema.Dimensions.FirstOrDefault(d => d.Name == dimension);
        if (growing is not { Unlimited: true })
            throw new InputException($"{path} cannot grow along '{dimension}': {(growing is null ? "it has no such dimension" : "the dimension is not unlimited, or not the first of each variable")}.");
        if (keep > growing.Length)
            throw new InputException($"{path} has {growing.Length} records along '{dimension}' where {keep} are expected.");
        if (keep >= 0 && keep < growing.Length)
        {
            var shorter = Create(path, reader.Schema, new());
            DataCopy.Run(reader, shorter, keep);
            return shorter;
        }
        reader.Dispose();
        var temporary = TemporaryOf(path);
        File.Copy(path, temporary);
        var file = NetCdfFile.Open(temporary, Writable);
        lock (Gate)
        {
            var (schema, found, _) = NetCdfFile.Describe(file, path);
            var writer = new NetCdfWriter(path, temporary, file, schema);
            foreach (var (name, variable) in found)
                writer.variables.Add(name, variable.Id);
            return writer;
        }
    }

    public void Write<T>(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<T> values)
    {
        if (!variables.TryGetValue(variable, out var id) || Schema.Find(variable) is not { } schema)
            throw new ArgumentException($"There is no variable '{variable}'; there are {string.Join(", ", variables.Keys)}.", nameof(variable));
        var growing = schema.Dimensions.Count > 0 && Schema.Dimension(schema.Dimensions[0]) is { Unlimited: true } first ? first : null;
        Region.Require(variable, Schema.ShapeOf(schema), start, count, growing is not null);
        var typed = Typed.Of(variable, schema.Type, values, Region.Count(count));
        complete = false;
        if (typed.Length == 0)
            return;
        lock (Gate)
            NetCdfFile.Check(Put(id, NetCdfReader.Sizes(start), NetCdfReader.Sizes(count), typed), path, $"Writing variable '{variable}'");
        if (growing is not null && start[0] + count[0] > growing.Length)
        {
            var longer = growing with { Length = start[0] + count[0] };
            Schema = new DataSchema([.. Schema.Dimensions.Select(d => d.Name == longer.Name ? longer : d)], Schema.Variables, Schema.Attributes);
        }
    }

    public void Commit()
    {
        lock (Gate)
            NetCdfFile.Check(nc_sync(file), path, "Writing");
        complete = true;
    }

    public void Dispose()
    {
        if (closed)
            return;
        closed = true;
        int status;
        lock (Gate)
            status = nc_close(file);
        try
        {
            if (!complete)
                return;
            NetCdfFile.Check(status, path, "Closing");
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
                stream.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string TemporaryOf(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new InputException($"{path} is a folder; a NetCDF file cannot be written there.");
        var folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
    }

    private void Define(StorageOptions options)
    {
        var dimensions = new Dictionary<string, int>();
        foreach (var dimension in Schema.Dimensions)
        {
            NetCdfFile.Check(nc_def_dim(file, dimension.Name, (nuint)dimension.Length, out var id), path, $"Defining dimension '{dimension.Name}'");
            dimensions.Add(dimension.Name, id);
        }
        NetCdfAttributes.Put(file, Global, path, Schema.Attributes, NetCdfType.Double);
        foreach (var variable in Schema.Variables)
        {
            var what = $"Defining variable '{variable.Name}'";
            var type = TypeOf(variable.Type);
            int[] axes = [.. variable.Dimensions.Select(name => dimensions[name])];
            NetCdfFile.Check(nc_def_var(file, variable.Name, type, axes.Length, axes, out var id), path, what);
            variables.Add(variable.Name, id);
            if (axes.Length > 0)
                Store(variable, id, options, what);
            var attributes = variable.Attributes.Copy();
            if (variable.Type is DataType.Real64 or DataType.Real32)
                attributes["_FillValue"] ??= double.NaN;        // values never written are missing, as in a Zarr store
            NetCdfAttributes.Put(file, id, path, attributes, type);
        }
        NetCdfFile.Check(nc_enddef(file), path, "Defining the variables");
    }

    private void Store(VariableSchema variable, int id, StorageOptions options, string what)
    {
        var shape = Schema.ShapeOf(variable);
        var chunk = ChunkShape.Of(Schema, variable);
        var sizes = new nuint[chunk.Length];
        for (var d = 0; d < chunk.Length; d++)
            sizes[d] = (nuint)(shape[d] > 0 ? Math.Min(chunk[d], shape[d]) : chunk[d]);
        NetCdfFile.Check(nc_def_var_chunking(file, id, Chunked, sizes), path, what);
        if (options.Compression > 0 && variable.Type != DataType.Text)
            NetCdfFile.Check(nc_def_var_deflate(file, id, 1, 1, options.Compression), path, what);
    }

    private int Put(int id, nuint[] start, nuint[] count, Array values) => values switch
    {
        double[] a => nc_put_vara_double(file, id, start, count, a),
        float[] a => nc_put_vara_float(file, id, start, count, a),
        int[] a => nc_put_vara_int(file, id, start, count, a),
        long[] a => nc_put_vara_longlong(file, id, start, count, a),
        _ => NetCdfTexts.With((string[])values, pointers => nc_put_vara_string(file, id, start, count, pointers)),
    };

    private static int TypeOf(DataType type) => type switch
    {
        DataType.Real64 => NetCdfType.Double,
        DataType.Real32 => NetCdfType.Float,
        DataType.Integer32 => NetCdfType.Int,
        DataType.Integer64 => NetCdfType.Int64,
        _ => NetCdfType.Text,
    };
}
