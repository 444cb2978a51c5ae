using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The update of one scalar by a likelihood of any shape. The prior is a histogram: 1/(N + 1) of the probability between each
/// two neighbors of the sorted ensemble, and as much in each of two tails, pieces of Gaussians with the ensemble's standard
/// deviation. The likelihood in a bin is the mean of that at its ends; in a tail that at its end. Members move to the
/// quantiles k/(N + 1) of the product. Anderson, Mon. Wea. Rev. 138, 2010, §3.
/// </summary>
internal static class RankHistogram
{
    /// <summary>increments ← posterior − prior, member by member; false where no member has a likelihood.</summary>
    /// <param name="values">The ensemble, [N], not all equal.</param>
    /// <param name="logLikelihood">[N].</param>
    /// <param name="increments">[N].</param>
    public static bool Increments(ReadOnlySpan<double> values, ReadOnlySpan<double> logLikelihood, Span<double> increments)
    {
        var n = values.Length;
        using var frame = Scratch.Enter();
        var order = frame.RentSpan<int>(n);
        var x = frame.Rent(1, n)[0];                    // sorted
        var likelihood = frame.Rent(1, n)[0];           // in the same order
        var masses = frame.Rent(1, n + 1)[0];           // of the bins, tails first and last
        var largest = TensorPrimitives.Max(logLikelihood);
        if (!double.IsFinite(largest))
            return false;
        values.CopyTo(x);
        for (var i = 0; i < n; i++)
            order[i] = i;
        x.Sort(order);
        for (var i = 0; i < n; i++)
            likelihood[i] = Math.Exp(logLikelihood[order[i]] - largest);
        (masses[0], masses[n]) = (likelihood[0], likelihood[n - 1]);
        for (var i = 1; i < n; i++)
            masses[i] = 0.5 * (likelihood[i - 1] + likelihood[i]);
        TensorPrimitives.Divide(masses, TensorPrimitives.Sum<double>(masses), masses);

        var deviation = StandardDeviation(x);
        var reach = -deviation * NormalQuantile.Of(1.0 / (n + 1));              // from an end of the ensemble to its tail's mean
        var last = masses.LastIndexOfAnyExcept(0.0);
        var (bin, below) = (0, 0.0);
        for (var k = 0; k < n; k++)
        {
            var quantile = (k + 1.0) / (n + 1);
            while (bin < last && below + masses[bin] < quantile)
                below += masses[bin++];
            // The Gaussian of a tail holds (N + 1) masses in all, of which the tail is the 1/(N + 1) beyond the ensemble.
            var moved = bin == 0 ? x[0] + reach + deviation * NormalQuantile.Of(quantile / (masses[0] * (n + 1)))
                : bin == n ? x[n - 1] - reach - deviation * NormalQuantile.Of((1 - quantile) / (masses[n] * (n + 1)))
                : x[bin - 1] + (quantile - below) / masses[bin] * (x[bin] - x[bin - 1]);
            increments[order[k]] = moved - x[k];
        }
        return true;
    }

    private static double StandardDeviation(ReadOnlySpan<double> x)
    {
        var mean = TensorPrimitives.Sum(x) / x.Length;
        var sum = 0.0;
        foreach (var value in x)
            sum += (value - mean) * (value - mean);
        return Math.Sqrt(sum / (x.Length - 1));
    }
}
