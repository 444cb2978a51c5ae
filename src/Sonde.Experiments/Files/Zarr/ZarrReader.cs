namespace Sonde.Experiments.Files.Zarr;

/// <summary>A Zarr store in a folder: format 3, or 2 where there is no zarr.json.</summary>
internal sealed class ZarrReader : IDataReader
{
    private readonly Dictionary<string, ZarrArray> arrays = [];
    private readonly Dictionary<string, (string Key, Array Values)> latest = [];       // the last chunk read of each array
    private readonly bool requireChunks;

    public ZarrReader(string path, bool requireChunks = false)
    {
        (Location, this.requireChunks) = (path, requireChunks);
        IReadOnlyList<ZarrArray> found;
        (found, var attributes, Unreadable) = Load(path);
        foreach (var array in found)
            arrays.Add(array.Name, array);
        try
        {
            Schema = new DataSchema(Dimensions(path, found), [.. found.Select(array => SchemaOf(array))], attributes);
        }
        catch (ArgumentException wrong)
        {
            throw new InputException($"{path}: {wrong.Message}", wrong);
        }
    }

    public string Location { get; }

    public DataSchema Schema { get; }

    public IReadOnlyDictionary<string, string> Unreadable { get; }

    public Array Read(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var array = arrays[this.Require(variable).Name];
        Region.Require(variable, array.Shape, start, count);
        var result = array.Type.Memory.NewArray(Region.Count(count));
        foreach (var piece in ZarrChunks.Touched(array, start, count))
            Region.Copy(Chunk(array, piece.Index), array.LongChunk, piece.InChunk, result, count, piece.InBlock, piece.Count);
        return result;
    }

    public void Dispose()
    {
    }

    /// <summary>The metadata of a store.</summary>
    internal static (IReadOnlyList<ZarrArray> Arrays, Attributes Attributes, IReadOnlyDictionary<string, string> Refused) Load(string path)
    {
        if (!Directory.Exists(path))
            throw new InputException(File.Exists(path) ? $"{path} is a file; a Zarr store is a folder." : $"There is no Zarr store {path}.");
        if (File.Exists(Path.Combine(path, ZarrVersion3.File)))
            return ZarrVersion3.Read(path);
        if (IsVersion2(path))
            return ZarrVersion2.Read(path);
        throw new InputException($"{path} is no Zarr store: it holds neither {ZarrVersion3.File} nor {ZarrVersion2.GroupFile}.");
    }

    internal static bool IsVersion2(string path) =>
        File.Exists(Path.Combine(path, ZarrVersion2.GroupFile)) || File.Exists(Path.Combine(path, ZarrVersion2.ConsolidatedFile));

    internal static VariableSchema SchemaOf(ZarrArray array) =>
        new(array.Name, array.Type.Memory, array.Dimensions) { Attributes = array.Attributes, Chunk = array.LongChunk };

    internal static IReadOnlyList<Dimension> Dimensions(string path, IReadOnlyList<ZarrArray> arrays, string? unlimited = null)
    {
        var dimensions = new List<Dimension>();
        foreach (var array in arrays)
            for (var d = 0; d < array.Shape.Length; d++)
            {
                var (name, length) = (array.Dimensions[d], array.Shape[d]);
                var known = dimensions.Find(dimension => dimension.Name == name);
                if (known is null)
                    dimensions.Add(new Dimension(name, length, name == unlimited));
                else if (known.Length != length)
                    throw new InputException($"Dimension '{name}' in {path} has {length} points in array '{array.Name}' but {known.Length} in another.");
            }
        return dimensions;
    }

    private Array Chunk(ZarrArray array, long[] index)
    {
        var key = array.KeyOf(index);
        if (latest.TryGetValue(array.Name, out var last) && last.Key == key)
            return last.Values;
        var values = ZarrChunks.Read(Location, array, key);
        if (values is null)
        {
            if (requireChunks)
                throw new InputException($"Chunk {key} of array '{array.Name}' is missing in {Location}.");
            values = array.Type.Memory.NewArray(array.ChunkCount);
            DataTypes.Fill(values, 0, values.Length, array.Fill);
        }
        latest[array.Name] = (key, values);
        return values;
    }
}
