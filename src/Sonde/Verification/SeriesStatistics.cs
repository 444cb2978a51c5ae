using Sonde.Numerics;

namespace Sonde.Verification;

/// <summary>Averages and quantiles of numbers over time or over seeds. NaN means that there is no number.</summary>
public static class SeriesStatistics
{
    private const int Lags = 4;
    private const int TooFew = 5;

    /// <summary>
    /// The mean of a series and its standard error, σ/√n (1 + 2c/n)^½ with c = Σ (n − k) aᵏ over k = 1 … n − 1: the autocorrelation is taken
    /// to be aᵏ, a being the geometric mean of the ratios of successive sample autocovariances up to lag 4, or up to the first that
    /// is not positive. This is DAPPER's estimate, so that standard errors can be compared.
    /// </summary>
    public static SeriesMean Mean(ReadOnlySpan<double> values)
    {
        using var frame = Scratch.Enter();
        var x = frame.Rent(1, values.Length)[0];
        var (n, sum) = (0, 0.0);
        foreach (var value in values)
            if (!double.IsNaN(value))
            {
                x[n++] = value;
                sum += value;
            }
        var mean = n > 0 ? sum / n : double.NaN;
        if (n <= TooFew || !double.IsFinite(mean))
            return new SeriesMean(mean, double.NaN, double.NaN, n);
        x = x[..n];
        foreach (ref var value in x)
            value -= mean;
        var variance = Autocovariance(x, 0);
        if (variance <= 1e-24 * mean * mean)                // a constant, but for rounding
            return new SeriesMean(mean, 0, n, n);
        var a = FirstAutocorrelation(x, variance);
        var c = ((n - 1) * a - n * a * a + Math.Pow(a, n + 1)) / ((1 - a) * (1 - a));
        var effective = n / (1 + 2 * c / n);
        return new SeriesMean(mean, Math.Sqrt(variance / effective), effective, n);
    }

    /// <summary>
    /// The p-quantile of the values that are not NaN, linear between order statistics: value number 1 + (n − 1) p (Hyndman and Fan's
    /// type 7); NaN where there is none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> lies outside [0, 1].</exception>
    public static double Quantile(ReadOnlySpan<double> values, double p)
    {
        if (!(p >= 0 && p <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        using var frame = Scratch.Enter();
        var sorted = frame.Rent(1, values.Length)[0];
        var n = 0;
        foreach (var value in values)
            if (!double.IsNaN(value))
                sorted[n++] = value;
        if (n == 0)
            return double.NaN;
        sorted = sorted[..n];
        sorted.Sort();
        var place = (n - 1) * p;
        var low = (int)place;
        return low + 1 < n && place > low ? sorted[low] + (place - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(ReadOnlySpan<double> values) => Quantile(values, 0.5);

    private static double Autocovariance(ReadOnlySpan<double> x, int lag)
    {
        var sum = 0.0;
        for (var i = lag; i < x.Length; i++)
            sum += x[i] * x[i - lag];
        return sum / (x.Length - lag);
    }

    private static double FirstAutocorrelation(ReadOnlySpan<double> x, double variance)
    {
        var a = 0.0;
        for (var lag = 1; lag <= Lags; lag++)
        {
            var covariance = Autocovariance(x, lag);
            if (covariance <= 0)
                break;
            a = Math.Pow(covariance / variance, 1.0 / lag);         // the geometric mean of the ratios so far
        }
        return Math.Min(a, 1 - 1.0 / x.Length);
    }
}
