namespace Sonde.Calculus.Operations;

/// <summary>
/// Tiles along lines, or along the pixels of a line: four results of neighboring places of the kernel's legs, from six numbers read. Where the legs are
/// further apart, a tile's numbers are as far apart, and tiles lie between one another.
/// </summary>
internal sealed class WinogradAxis
{
    /// <summary>Results of a tile.</summary>
    public const int Results = 4;

    private const int Reads = Results + 2;

    /// <summary>Covers results with tiles.</summary>
    /// <param name="length">How many results.</param>
    /// <param name="apart">From a leg of the kernel to the next.</param>
    public WinogradAxis(int length, int apart)
    {
        (Length, Apart) = (length, apart);
        Origins = [.. from first in Enumerable.Range(0, Math.Min(apart, length))
            from tile in Enumerable.Range(0, ((length - first + apart - 1) / apart + Results - 1) / Results)
            select first + apart * Results * tile];
        var last = Origins.Max();
        (Written, Read) = (last + (Results - 1) * apart + 1, last + (Reads - 1) * apart + 1);
    }

    /// <summary>How many results there are.</summary>
    public int Length { get; }

    /// <summary>From a number of a tile to the next.</summary>
    public int Apart { get; }

    /// <summary>The first result of each tile, which is also the first number that it reads of the padded image.</summary>
    public int[] Origins { get; }

    /// <summary>Results with those that tiles have beyond.</summary>
    public int Written { get; }

    /// <summary>Numbers that tiles read.</summary>
    public int Read { get; }

    /// <summary>How many tiles.</summary>
    public int Tiles => Origins.Length;
}
