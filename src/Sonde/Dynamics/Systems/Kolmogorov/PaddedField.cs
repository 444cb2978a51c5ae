namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// A periodic n × n field with copies of its other side around it: three on the left, below and above, and on the right as many as the
/// widest vector may read beyond the three. Stencils then need no case for the seam.
/// </summary>
internal readonly struct PaddedField
{
    public const int Halo = 3;
    private const int Lanes = 8;

    public PaddedField(int size)
    {
        Size = size;
        Pitch = (size + 2 * Halo + 2 * Lanes) / Lanes * Lanes;
    }

    public int Size { get; }

    /// <summary>From one row to the next.</summary>
    public int Pitch { get; }

    /// <summary>Numbers to rent; a kernel may read a vector beyond the last row.</summary>
    public int Length => (Size + 2 * Halo) * Pitch + 2 * Lanes;

    /// <summary>Where element (row, column) lies; both may be negative.</summary>
    public int At(int row, int column) => (row + Halo) * Pitch + Halo + column;

    /// <summary>padded ← values and their copies.</summary>
    public void Fill(ReadOnlySpan<double> values, Span<double> padded)
    {
        for (var j = 0; j < Size; j++)
        {
            var from = values.Slice(j * Size, Size);
            var to = padded.Slice(At(j, -Halo), Pitch);
            from.CopyTo(to[Halo..]);
            from[^Halo..].CopyTo(to);
            for (var i = Halo + Size; i < Pitch; i++)
                to[i] = to[i - Size];
        }
        for (var j = 1; j <= Halo; j++)
        {
            padded.Slice(At(Size - j, -Halo), Pitch).CopyTo(padded[At(-j, -Halo)..]);
            padded.Slice(At(j - 1, -Halo), Pitch).CopyTo(padded[At(Size + j - 1, -Halo)..]);
        }
        padded[^(2 * Lanes)..].Clear();
    }
}
