namespace Sonde.Experiments.Files;

/// <summary>How arrays are stored. What does not apply to a format is ignored by it.</summary>
/// <param name="Compression">Deflate level 1 (fast) to 9 (small); 0 stores plain bytes.</param>
/// <param name="Checksum">Zarr 3: ends every chunk with a CRC-32C, so that a damaged chunk is noticed even without compression.</param>
/// <param name="ZarrFormat">3, or 2 for tools that cannot read 3.</param>
public sealed record StorageOptions(int Compression = 1, bool Checksum = false, int ZarrFormat = 3)
{
    internal void Require()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Compression);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Compression, 9);
        if (ZarrFormat is not (2 or 3))
            throw new ArgumentException($"Zarr has formats 2 and 3, not {ZarrFormat}.");
    }
}
