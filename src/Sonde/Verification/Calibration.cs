using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>
/// What is asked of the places of truths among members, component by component: coverage of central intervals at one time, and
/// rank histogram and spread against error over all times.
/// </summary>
/// <remarks>
/// The central interval of probability q reaches from order statistic α to N + 1 − α, α = (1 − q)(N + 1)/2, so that a truth that is
/// one more draw lies inside with probability q whatever N. Where α is no whole number, the interval ends between two ranks and a
/// truth there counts by the fraction; where it is tied with members, by the mean over the ranks it may have.
/// </remarks>
internal sealed class Calibration
{
    private readonly double[] levels;
    private readonly double[] normalQuantiles;
    private readonly double[][] shares;             // of each rank 0 … N, by level
    private readonly double[] inside;
    private readonly RandomSource random;
    private RandomSource? ties;                     // of the current time
    private int time;
    private int members = -1;
    private int count;

    public Calibration(double[] levels, RandomSource random)
    {
        foreach (var level in levels)
            if (!(level > 0 && level < 1))
                throw new ArgumentException($"The probability of an interval lies between 0 and 1, but {level} was given.", nameof(levels));
        (this.levels, this.random) = (levels, random);
        normalQuantiles = Array.ConvertAll(levels, level => NormalDistribution.Quantile(0.5 + 0.5 * level));
        shares = Array.ConvertAll(levels, _ => Array.Empty<double>());
        inside = new double[levels.Length];
        SpreadSkill = new SpreadSkill();
    }

    /// <summary>Null until something was recorded with <see cref="IsPooling"/>.</summary>
    public RankHistogram? Ranks { get; private set; }

    public SpreadSkill SpreadSkill { get; }

    /// <summary>Goes on counting from an earlier histogram.</summary>
    public void RestoreRanks(RankHistogram earlier) => Ranks = earlier;

    /// <summary>Whether ranks and spread against error are counted.</summary>
    public bool IsPooling { get; set; }

    /// <summary>Begins a time. For a Gaussian, N = 0.</summary>
    public void Begin(int index, int n)
    {
        (time, ties, count) = (index, null, 0);
        Array.Clear(inside);
        if (n == members)
            return;
        members = n;
        for (var i = 0; i < levels.Length && n > 0; i++)
            shares[i] = Shares(n, levels[i]);
    }

    /// <summary>Coverage of level i over the components since <see cref="Begin"/>.</summary>
    public double Coverage(int i) => inside[i] / count;

    /// <summary>One component of an ensemble.</summary>
    /// <param name="below">Weight of the members below the truth, in N-ths.</param>
    /// <param name="tied">Weight of the members equal to it, in N-ths.</param>
    /// <param name="variance">Of the members.</param>
    /// <param name="squaredError">Of their mean.</param>
    public void Take(double below, double tied, double variance, double squaredError)
    {
        count++;
        for (var i = 0; i < inside.Length; i++)
            inside[i] += tied == 0 ? Share(shares[i], below) : TiedShare(shares[i], below, tied);
        if (!IsPooling)
            return;
        SpreadSkill.Add(variance, squaredError);
        Ranks ??= new RankHistogram(members + 1);
        var rank = tied == 0 && double.IsInteger(below) ? below
            : Math.Floor(below + (tied + 1) * (ties ??= random.Fork(time)).NextDouble());
        Ranks.Add((Math.Min(rank, members) + 0.5) / (members + 1));
    }

    /// <summary>One component of a Gaussian.</summary>
    /// <param name="z">(Truth − mean) / standard deviation.</param>
    /// <param name="probability">Φ(z).</param>
    /// <param name="variance">Of the Gaussian.</param>
    /// <param name="squaredError">Of its mean.</param>
    public void TakeGaussian(double z, double probability, double variance, double squaredError)
    {
        count++;
        for (var i = 0; i < inside.Length; i++)
            if (Math.Abs(z) <= normalQuantiles[i])
                inside[i]++;
        if (!IsPooling)
            return;
        SpreadSkill.Add(variance, squaredError);
        Ranks ??= new RankHistogram();
        if (!double.IsNaN(probability))                                 // of a truth that is known for certain
            Ranks.Add(probability);
    }

    private static double[] Shares(int n, double level)
    {
        var alpha = 0.5 * (1 - level) * (n + 1);
        var k = (int)alpha;
        var shares = new double[n + 1];
        for (var rank = k; rank <= n - k; rank++)
            shares[rank] = 1 - (alpha - k) * ((rank == k ? 1 : 0) + (rank == n - k ? 1 : 0));
        return shares;
    }

    /// <summary>Between ranks, which unequal weights lead to, linear.</summary>
    private static double Share(double[] shares, double rank)
    {
        var low = Math.Min((int)rank, shares.Length - 1);
        var fraction = rank - low;
        return fraction <= 0 || low + 1 >= shares.Length ? shares[low] : (1 - fraction) * shares[low] + fraction * shares[low + 1];
    }

    private static double TiedShare(double[] shares, double below, double tied)
    {
        var ranks = (int)Math.Round(tied) + 1;
        var sum = 0.0;
        for (var i = 0; i < ranks; i++)
            sum += Share(shares, below + tied * i / Math.Max(1, ranks - 1));
        return sum / ranks;
    }
}
