namespace Sonde.Verification;

/// <summary>
/// How often the truth took each place among the members (N + 1 bins), or its probability F(truth) fell into each of K equal parts:
/// flat where the belief is calibrated, ∪ where it is too narrow, ∩ where it is too wide, a slope where it is biased.
/// Hamill, MWR 129, 2001.
/// </summary>
public sealed class RankHistogram
{
    private readonly long[] counts;

    /// <summary>An empty histogram.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 bins.</exception>
    public RankHistogram(int bins = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        counts = new long[bins];
    }

    /// <summary>A histogram with the counts of an earlier one.</summary>
    public RankHistogram(IReadOnlyList<long> counts) : this(counts.Count)
    {
        for (var i = 0; i < counts.Count; i++)
            Total += this.counts[i] = counts[i];
    }

    /// <summary>By bin.</summary>
    public IReadOnlyList<long> Counts => counts;

    /// <summary>Sum of the counts.</summary>
    public long Total { get; private set; }

    /// <summary>
    /// √ mean (f − 1/K)² with f the share of each bin: 0 where flat. Haynes et al., Artif. Intell. Earth Syst. 2, 2023 (PITD).
    /// </summary>
    public double Deviation => DeviationOf(counts.Length);

    /// <summary>
    /// The same of K equal parts of the probability, whatever the number of bins: a bin that lies in two parts is shared out, as its truths are on
    /// average where each is put at random within its bin. So ensembles of any size and Gaussians can be compared.
    /// </summary>
    /// <param name="parts">K, 1 or more.</param>
    /// <returns>NaN where nothing was counted.</returns>
    public double DeviationOf(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        var sum = 0.0;
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = ((double)part * counts.Length / parts, (double)(part + 1) * counts.Length / parts);      // in bins
            var share = 0.0;
            for (var bin = (int)from; bin < Math.Min(counts.Length, to); bin++)
                share += counts[bin] * (Math.Min(to, bin + 1) - Math.Max(from, bin));
            var d = share / Total - 1.0 / parts;
            sum += d * d;
        }
        return Math.Sqrt(sum / parts);
    }

    /// <summary>Σ (n − expected)² / expected: distributed as χ² with K − 1 degrees of freedom for independent ranks of a calibrated belief.</summary>
    public double ChiSquare => Deviation * Deviation * Total * counts.Length * counts.Length;

    /// <summary>What <see cref="Deviation"/> is expected to be for a calibrated belief and that many independent ranks: √((1 − 1/K)/(n K)).</summary>
    public double ExpectedDeviation(double independent) => Math.Sqrt((1 - 1.0 / counts.Length) / (independent * counts.Length));

    /// <summary>Counts a probability in [0, 1].</summary>
    public void Add(double probability)
    {
        counts[Math.Clamp((int)(probability * counts.Length), 0, counts.Length - 1)]++;
        Total++;
    }
}
