namespace Sonde.Experiments.Files.Zarr;

/// <summary>
/// Writes a Zarr store in a folder, record by record. Chunks go to the disk first, then each array's metadata, then the
/// group's with all of them: readers, and a run that goes on after being killed, see the state of the last commit.
/// </summary>
internal sealed class ZarrWriter : IDataWriter
{
    private readonly string store;
    private readonly int format;
    private readonly bool durable;
    private readonly Dictionary<string, ZarrArrayWriter> arrays = [];

    private ZarrWriter(string store, int format, bool durable, DataSchema schema, IEnumerable<ZarrArray> arrays)
    {
        (this.store, this.format, this.durable, Schema) = (store, format, durable, schema);
        foreach (var array in arrays)
        {
            var grows = array.Dimensions.Length > 0 && schema.Dimension(array.Dimensions[0]).Unlimited;
            this.arrays.Add(array.Name, new ZarrArrayWriter(store, array, grows, durable));
        }
    }

    public DataSchema Schema { get; private set; }

    /// <summary>A new store in a folder that is empty or not there.</summary>
    public static ZarrWriter Create(string store, DataSchema schema, StorageOptions options, bool durable)
    {
        options.Require();
        Directory.CreateDirectory(store);
        schema = schema.WithoutRecords();
        var arrays = schema.Variables.Select(variable => ArrayOf(schema, variable, options));
        var writer = new ZarrWriter(store, options.ZarrFormat, durable, schema, arrays);
        writer.Commit();
        return writer;
    }

    /// <summary>A store that grows along one dimension.</summary>
    /// <param name="store">The folder.</param>
    /// <param name="dimension">First dimension of every variable that grows.</param>
    /// <param name="keep">Records that stay; later ones are dropped.</param>
    public static ZarrWriter Append(string store, string dimension, long keep)
    {
        var (arrays, attributes, refused) = ZarrReader.Load(store);
        if (refused.Count > 0)
            throw new InputException($"{store} cannot be appended to: array '{refused.First().Key}' cannot be read, {refused.First().Value}.");
        foreach (var array in arrays)
        {
            if (!array.IsWritable)
                throw new InputException($"{store} cannot be appended to: array '{array.Name}' is stored in a way that Sonde can only read.");
            if (Array.IndexOf(array.Dimensions, dimension) > 0)
                throw new InputException($"{store} cannot grow along '{dimension}': it is not the first dimension of array '{array.Name}'.");
        }
        var dimensions = ZarrReader.Dimensions(store, arrays, dimension);
        if (dimensions.FirstOrDefault(d => d.Unlimited) is not { } growing)
            throw new InputException($"{store} has no dimension '{dimension}' to grow along.");
        if (keep > growing.Length)
            throw new InputException($"{store} has {growing.Length} records along '{dimension}' where {keep} are expected.");
        var schema = new DataSchema(dimensions, [.. arrays.Select(ZarrReader.SchemaOf)], attributes);
        var format = File.Exists(Path.Combine(store, ZarrVersion3.File)) ? 3 : 2;
        var writer = new ZarrWriter(store, format, true, schema, arrays);
        foreach (var array in writer.arrays.Values)
            array.Cut(keep < 0 ? growing.Length : keep);
        writer.Schema = writer.SchemaNow();
        writer.Commit();                                // only then may chunks vanish
        foreach (var array in writer.arrays.Values)
            array.Clean();
        return writer;
    }

    public void Write<T>(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<T> values)
    {
        if (!arrays.TryGetValue(variable, out var array))
            throw new ArgumentException($"There is no variable '{variable}'; there are {string.Join(", ", arrays.Keys)}.", nameof(variable));
        Region.Require(variable, array.Array.Shape, start, count, array.Grows);
        var typed = Typed.Of(variable, array.Array.Type.Memory, values, Region.Count(count));
        if (array.Grows && start[0] + count[0] > array.Array.Shape[0])
        {
            foreach (var other in arrays.Values)
                other.Grow(start[0] + count[0]);
            Schema = SchemaNow();
        }
        array.Write(start, count, typed);
    }

    public void Commit()
    {
        foreach (var array in arrays.Values)
            array.Flush();
        IReadOnlyList<ZarrArray> described = [.. arrays.Values.Select(array => array.Array)];
        foreach (var array in described)
        {
            if (format == 3)
            {
                Save(ZarrVersion3.Array(array), array.Name, ZarrVersion3.File);
                continue;
            }
            Save(ZarrVersion2.AttributesOf(array), array.Name, ZarrVersion2.AttributesFile);
            Save(ZarrVersion2.Array(array), array.Name, ZarrVersion2.ArrayFile);
        }
        if (format == 3)
        {
            Save(ZarrVersion3.Group(Schema.Attributes, described), ZarrVersion3.File);
            return;
        }
        Save(ZarrVersion2.Group(), ZarrVersion2.GroupFile);
        Save(ZarrVersion2.AttributesOf(Schema.Attributes), ZarrVersion2.AttributesFile);
        Save(ZarrVersion2.Consolidated(Schema.Attributes, described), ZarrVersion2.ConsolidatedFile);
    }

    public void Dispose()
    {
    }

    private static ZarrArray ArrayOf(DataSchema schema, VariableSchema variable, StorageOptions options)
    {
        var type = ZarrType.Of(variable.Type);
        var codecs = new List<ZarrCodec>();
        if (options.Compression > 0)
            codecs.Add(new ZarrCodec("gzip", options.Compression));
        if (options.Checksum && options.ZarrFormat == 3)
            codecs.Add(new ZarrCodec("crc32c"));
        return new ZarrArray(variable.Name, schema.ShapeOf(variable), ChunkShape.Of(schema, variable), type, variable.Type.Nothing())
        {
            Dimensions = [.. variable.Dimensions],
            Codecs = codecs,
            Attributes = variable.Attributes,
            KeyPrefix = options.ZarrFormat == 3 ? "c" : "",
            Separator = options.ZarrFormat == 3 ? '/' : '.',
        };
    }

    private DataSchema SchemaNow() => new(
        [.. Schema.Dimensions.Select(dimension => dimension.Unlimited
            ? dimension with { Length = arrays.Values.FirstOrDefault(array => array.Grows && array.Array.Dimensions[0] == dimension.Name)?.Array.Shape[0] ?? 0 }
            : dimension)],
        Schema.Variables, Schema.Attributes);

    private void Save(byte[] bytes, params ReadOnlySpan<string> path)
    {
        var file = Path.Combine([store, .. path]);
        if (durable)
        {
            AtomicFile.WriteBytes(file, bytes);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }
}
