using System.Globalization;

namespace Sonde.Experiments.Files.Zarr;

/// <summary>Collects what is written to one array in whole chunks, and puts them on the disk when asked or when they grow too many.</summary>
/// <param name="store">The folder.</param>
/// <param name="array">Its metadata; the shape grows.</param>
/// <param name="grows">Whether the first dimension is unlimited.</param>
/// <param name="durable">Whether each chunk is written atomically and forced to the disk.</param>
internal sealed class ZarrArrayWriter(string store, ZarrArray array, bool grows, bool durable)
{
    private const long KeepBytes = 1 << 26;
    private readonly Dictionary<string, (Array Values, long[] Index)> pending = [];
    private readonly HashSet<string> changed = [];

    public ZarrArray Array { get; private set; } = array;

    public bool Grows => grows;

    public void Grow(long length)
    {
        if (grows && length > Array.Shape[0])
            Array = Array with { Shape = [length, .. Array.Shape[1..]] };
    }

    public void Write(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Array values)
    {
        foreach (var piece in ZarrChunks.Touched(Array, start, count))
            Region.Copy(values, count, piece.InBlock, Changing(piece), Array.LongChunk, piece.InChunk, piece.Count);
        if ((long)pending.Count * Array.ChunkCount * Array.Type.Memory.SizeOf() > KeepBytes)
            Flush();
    }

    /// <summary>Puts changed chunks on the disk and forgets all but those at the growing end.</summary>
    public void Flush()
    {
        foreach (var key in changed)
            Save(Path.Combine(store, Array.Name, key), Array.Encode(pending[key].Values));
        changed.Clear();
        foreach (var (key, (_, index)) in pending.ToArray())
            if (!grows || (index[0] + 1) * Array.Chunk[0] <= Array.Shape[0])
                pending.Remove(key);
    }

    /// <summary>Cuts a growing array to <paramref name="length"/> records; what the last chunk holds beyond them is cleared.</summary>
    public void Cut(long length)
    {
        if (!grows)
            return;
        Array = Array with { Shape = [length, .. Array.Shape[1..]] };
        if (length % Array.Chunk[0] == 0)
            return;
        long[] start = [length - 1, .. new long[Array.Shape.Length - 1]], count = [1, .. Array.Shape[1..]];
        foreach (var piece in ZarrChunks.Touched(Array, start, count))
        {
            var kept = (int)(length % Array.Chunk[0] * (Array.ChunkCount / Array.Chunk[0]));
            var values = Changing(piece);
            DataTypes.Fill(values, kept, values.Length - kept, Array.Fill);
        }
    }

    /// <summary>Deletes what a run that was killed, or one that is now repeated, left on the disk beyond a growing array's records.</summary>
    public void Clean()
    {
        var folder = Path.Combine(store, Array.Name);
        if (!grows || !Directory.Exists(folder))
            return;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToArray())
            if (Path.GetExtension(file) == ".tmp" || FirstIndex(Path.GetRelativePath(folder, file)) * Array.Chunk[0] >= Array.Shape[0])
                File.Delete(file);
    }

    // The values of a chunk that is about to change.
    private Array Changing(ZarrChunks.Piece piece)
    {
        var key = Array.KeyOf(piece.Index);
        changed.Add(key);
        if (pending.TryGetValue(key, out var known))
            return known.Values;
        var isWhole = piece.Count.AsSpan().SequenceEqual(Array.LongChunk);
        var values = isWhole ? null : ZarrChunks.Read(store, Array, key);
        if (values is null)
        {
            values = Array.Type.Memory.NewArray(Array.ChunkCount);
            DataTypes.Fill(values, 0, values.Length, Array.Fill);
        }
        pending.Add(key, (values, piece.Index));
        return values;
    }

    // The chunk's index along the first dimension; −1 for a file that is no chunk.
    private long FirstIndex(string file)
    {
        var parts = file.Replace(Path.DirectorySeparatorChar, '/').Split(Array.Separator);
        var at = Array.KeyPrefix.Length == 0 ? 0 : 1;
        return parts.Length > at && long.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;
    }

    private void Save(string path, byte[] bytes)
    {
        if (durable)
        {
            AtomicFile.WriteBytes(path, bytes);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
