namespace Sonde.Experiments.Files.Zarr;

/// <summary>The regular grid of chunks of an array, and their files.</summary>
internal static class ZarrChunks
{
    /// <summary>A part of a block that lies in one chunk.</summary>
    /// <param name="Index">The chunk's.</param>
    /// <param name="InChunk">First index within the chunk.</param>
    /// <param name="InBlock">First index within the block.</param>
    /// <param name="Count">Points along each dimension.</param>
    public sealed record Piece(long[] Index, long[] InChunk, long[] InBlock, long[] Count);

    /// <summary>The parts of a block, chunk by chunk.</summary>
    public static IEnumerable<Piece> Touched(ZarrArray array, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var n = array.Chunk.Length;
        var (from, size, chunks, first) = (start.ToArray(), count.ToArray(), new long[n], new long[n]);
        for (var d = 0; d < n; d++)
        {
            if (size[d] == 0)
                return [];
            first[d] = from[d] / array.Chunk[d];
            chunks[d] = (from[d] + size[d] - 1) / array.Chunk[d] - first[d] + 1;
        }
        return Pieces();

        IEnumerable<Piece> Pieces()
        {
            var at = new long[n];
            do
            {
                var piece = new Piece(new long[n], new long[n], new long[n], new long[n]);
                for (var d = 0; d < n; d++)
                {
                    var chunk = first[d] + at[d];
                    var low = Math.Max(from[d], chunk * array.Chunk[d]);
                    var high = Math.Min(from[d] + size[d], (chunk + 1) * array.Chunk[d]);
                    (piece.Index[d], piece.InChunk[d], piece.InBlock[d], piece.Count[d]) = (chunk, low - chunk * array.Chunk[d], low - from[d], high - low);
                }
                yield return piece;
            }
            while (Region.Advance(at, chunks));
        }
    }

    /// <summary>The values of a chunk; null where it was never written.</summary>
    /// <exception cref="InputException">The chunk is damaged or cannot be read.</exception>
    public static Array? Read(string store, ZarrArray array, string key)
    {
        try
        {
            return array.Decode(File.ReadAllBytes(Path.Combine(store, array.Name, key)), store, key);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new InputException($"Chunk {key} of array '{array.Name}' in {store} cannot be read: {refused.Message.TrimEnd('.')}.", refused);
        }
    }
}
