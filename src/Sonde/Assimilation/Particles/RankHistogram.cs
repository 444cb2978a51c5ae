using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The update of one scalar by a likelihood of any shape. The prior is a histogram: 1/(N + 1) of the probability between each
/// two neighbors of the sorted ensemble, and as much in each of two tails, pieces of Gaussians with the ensemble's standard
/// deviation. Members move to the quantiles k/(N + 1) of its product with the likelihood. Anderson, Mon. Wea. Rev. 138,
/// 2010, §3. There the likelihood is constant in a tail; here tails are cut into bins as well, each half as probable as the
/// one before, so that an observation beyond the ensemble draws it out as far as it should.
/// </summary>
internal static class RankHistogram
{
    /// <summary>Bins of a tail: the last holds 2⁻⁴⁰ of it.</summary>
    public const int TailBins = 40;

    /// <summary>Ends of all bins, rising: those of the left tail, the sorted ensemble, those of the right tail.</summary>
    /// <param name="values">The ensemble, [N], not all equal.</param>
    /// <param name="order">Which member comes first, second …, [N].</param>
    /// <param name="ends">[N + 2 · <see cref="TailBins"/>].</param>
    public static void Place(ReadOnlySpan<double> values, Span<int> order, Span<double> ends)
    {
        var n = values.Length;
        var x = ends.Slice(TailBins, n);
        values.CopyTo(x);
        for (var i = 0; i < n; i++)
            order[i] = i;
        x.Sort(order);
        var mean = TensorPrimitives.Sum<double>(x) / n;
        var square = 0.0;
        foreach (var value in x)
            square += (value - mean) * (value - mean);
        var deviation = Math.Sqrt(square / (n - 1));
        var inner = NormalQuantile.Of(1.0 / (n + 1));                   // where a tail begins
        for (var k = 1; k <= TailBins; k++)
        {
            var reach = deviation * (inner - NormalQuantile.Of(Math.ScaleB(1.0 / (n + 1), -k)));
            ends[TailBins - k] = x[0] - reach;
            ends[TailBins + n - 1 + k] = x[n - 1] + reach;
        }
    }

    /// <summary>increments ← posterior − prior, member by member; false where the likelihood is 0 or not a number everywhere.</summary>
    /// <param name="order">As <see cref="Place"/> found it.</param>
    /// <param name="ends">As <see cref="Place"/> found them.</param>
    /// <param name="logLikelihood">At the ends.</param>
    /// <param name="increments">[N].</param>
    public static bool Move(ReadOnlySpan<int> order, ReadOnlySpan<double> ends, ReadOnlySpan<double> logLikelihood, Span<double> increments)
    {
        var n = order.Length;
        var largest = TensorPrimitives.Max(logLikelihood);
        if (!double.IsFinite(largest))
            return false;
        using var frame = Scratch.Enter();
        var likelihood = frame.Rent(1, ends.Length)[0];
        var masses = frame.Rent(1, ends.Length - 1)[0];
        TensorPrimitives.Subtract(logLikelihood, largest, likelihood);
        VectorMath.Exp<double>(likelihood, likelihood);
        for (var bin = 0; bin < masses.Length; bin++)
        {
            var outside = Math.Max(TailBins - bin, bin - (TailBins + n - 2));           // 1, 2 … in a tail
            masses[bin] = (likelihood[bin] + likelihood[bin + 1]) * (outside > 0 ? Math.ScaleB(1.0, -outside) : 1);
        }
        TensorPrimitives.Divide(masses, TensorPrimitives.Sum<double>(masses), masses);
        var last = masses.LastIndexOfAnyExcept(0.0);
        var (at, below) = (0, 0.0);
        for (var k = 0; k < n; k++)
        {
            var quantile = (k + 1.0) / (n + 1);
            while (at < last && below + masses[at] < quantile)
                below += masses[at++];
            var share = masses[at] > 0 ? Math.Clamp((quantile - below) / masses[at], 0, 1) : 0;
            increments[order[k]] = ends[at] + share * (ends[at + 1] - ends[at]) - ends[TailBins + k];
        }
        return true;
    }
}
