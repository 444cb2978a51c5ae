using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>
/// Whether errors were large where the belief said so: pairs of predicted variance and squared error of the mean, pooled over
/// components and times. Keeps at most 2²⁰ pairs: of more, one of each two, four, … neighbors, scattered so that no component is preferred.
/// </summary>
public sealed class SpreadSkill
{
    private const int Capacity = 1 << 20;
    private double[] variances = new double[256];
    private double[] squares = new double[256];
    private int kept;
    private long stride = 1;
    private bool isSorted;

    /// <summary>Pairs given so far.</summary>
    public long Count { get; private set; }

    /// <summary>√ mean variance / √ mean squared error (SSRAT): 1 where calibrated, below 1 where overconfident.</summary>
    /// <remarks>
    /// NaN where there is no pair. For a calibrated ensemble of N equal members the expected value of the squares' ratio is N / (N + 1), because the mean of N
    /// members errs too; Fortin et al., J. Hydrometeor. 15, 2014.
    /// </remarks>
    public double Ratio
    {
        get
        {
            var (variance, square) = (0.0, 0.0);
            for (var i = 0; i < kept; i++)
                (variance, square) = (variance + variances[i], square + squares[i]);
            return Math.Sqrt(variance / square);
        }
    }

    /// <summary>Adds a pair; one that is not finite, or has a variance below 0, is passed over.</summary>
    public void Add(double variance, double squaredError)
    {
        if (!(variance >= 0 && double.IsFinite(variance) && double.IsFinite(squaredError)))
            return;
        var (block, place) = Math.DivRem(Count++, stride);
        if (place != Scatter(block, stride))
            return;
        if (kept == variances.Length && kept < Capacity)
        {
            Array.Resize(ref variances, 2 * kept);
            Array.Resize(ref squares, 2 * kept);
        }
        if (kept == Capacity)
        {
            kept /= 2;
            for (var i = 0; i < kept; i++)
            {
                var from = 2 * i + (int)Scatter(i, 2);
                (variances[i], squares[i]) = (variances[from], squares[from]);
            }
            stride *= 2;
        }
        (variances[kept], squares[kept]) = (variance, squaredError);
        (kept, isSorted) = (kept + 1, false);
    }

    /// <summary>Bins of equal count, by predicted standard deviation; fewer where there are fewer pairs.</summary>
    public IReadOnlyList<SpreadSkillBin> ByCount(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        Sort();
        var edges = new int[bins + 1];
        for (var i = 0; i <= bins; i++)
            edges[i] = (int)((long)kept * i / bins);
        return Bins(edges);
    }

    /// <summary>Bins of equal width between the least and the greatest predicted standard deviation; empty ones are left out.</summary>
    public IReadOnlyList<SpreadSkillBin> ByWidth(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        Sort();
        return Bins(EqualWidths(bins));
    }

    /// <summary>How often spreads occur: a histogram of the predicted standard deviations in bins of equal width between the least and the greatest.</summary>
    /// <param name="bins">How many, 1 or more.</param>
    /// <returns>Edges, one more than bins, and pairs in each bin; both empty without pairs.</returns>
    public (double[] Edges, long[] Counts) Frequencies(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (kept == 0)
            return ([], []);
        Sort();
        var (places, least, greatest) = (EqualWidths(bins), Math.Sqrt(variances[0]), Math.Sqrt(variances[kept - 1]));
        return ([.. Enumerable.Range(0, bins + 1).Select(i => least + (greatest - least) * i / bins)], [.. Enumerable.Range(0, bins).Select(i => (long)places[i + 1] - places[i])]);
    }

    /// <summary>Where bins of equal width begin among sorted pairs, and the end of the last.</summary>
    private int[] EqualWidths(int bins)
    {
        var places = new int[bins + 1];
        places[bins] = kept;
        if (kept == 0)
            return places;
        var (least, greatest) = (Math.Sqrt(variances[0]), Math.Sqrt(variances[kept - 1]));
        for (int i = 1, at = 0; i < bins; i++)
        {
            while (at < kept && Math.Sqrt(variances[at]) < least + (greatest - least) * i / bins)
                at++;
            places[i] = at;
        }
        return places;
    }

    /// <summary>
    /// Spread-skill reliability (SSREL): Σ (n/N) |error − spread| over bins; 0 where calibrated, in the unit of the state. Haynes et al.,
    /// Artif. Intell. Earth Syst. 2, 2023. NaN without bins.
    /// </summary>
    public static double Reliability(IReadOnlyList<SpreadSkillBin> bins)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var bin in bins)
            (sum, count) = (sum + bin.Count * Math.Abs(bin.Error - bin.Spread), count + bin.Count);
        return sum / count;
    }

    /// <summary>The pairs kept, [variance and squared error, pairs], and the number of pairs given, for <see cref="Restore"/>.</summary>
    public (Matrix<double> Pairs, long Count) Save()
    {
        var pairs = new Matrix<double>(2, kept);
        variances.AsSpan(0, kept).CopyTo(pairs[0]);
        squares.AsSpan(0, kept).CopyTo(pairs[1]);
        return (pairs, Count);
    }

    /// <summary>Goes on from what <see cref="Save"/> gave.</summary>
    /// <exception cref="ArgumentException">The matrix has not two rows.</exception>
    public void Restore(Matrix<double> pairs, long count)
    {
        if (pairs.Rows != 2)
            throw new ArgumentException($"Pairs are 2 rows, but {pairs.Rows} were given.", nameof(pairs));
        (kept, isSorted) = (pairs.Width, false);
        var room = Math.Max(256, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)kept));
        (variances, squares, Count, stride) = (new double[room], new double[room], count, 1);
        while (count > stride * Capacity)
            stride *= 2;
        pairs[0].CopyTo(variances);
        pairs[1].CopyTo(squares);
    }

    /// <summary>A place in a block, of so many (a power of 2), that looks random. Steele, Lea, Flood, OOPSLA 2014 (SplitMix64).</summary>
    private static long Scatter(long block, long places)
    {
        var mixed = (ulong)block * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (long)((mixed ^ (mixed >> 31)) & (ulong)(places - 1));
    }

    private List<SpreadSkillBin> Bins(int[] edges)
    {
        var bins = new List<SpreadSkillBin>();
        for (var b = 0; b + 1 < edges.Length; b++)
        {
            var (variance, square, n) = (0.0, 0.0, edges[b + 1] - edges[b]);
            for (var i = edges[b]; i < edges[b + 1]; i++)
                (variance, square) = (variance + variances[i], square + squares[i]);
            if (n > 0)
                bins.Add(new SpreadSkillBin(Math.Sqrt(variance / n), Math.Sqrt(square / n), n));
        }
        return bins;
    }

    private void Sort()
    {
        if (!isSorted)
            Array.Sort(variances, squares, 0, kept);
        isSorted = true;
    }
}

/// <summary>Pairs of similar predicted spread.</summary>
/// <param name="Spread">√ mean variance.</param>
/// <param name="Error">√ mean squared error.</param>
/// <param name="Count">How many pairs.</param>
public readonly record struct SpreadSkillBin(double Spread, double Error, long Count);
