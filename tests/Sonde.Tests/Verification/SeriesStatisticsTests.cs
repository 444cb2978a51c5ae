using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Tests.Verification;

public sealed class SeriesStatisticsTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void An_autoregression_has_its_known_effective_sample_size(double a)
    {
        const int n = 200_000;
        var mean = SeriesStatistics.Mean(Autoregression(n, a, 1));
        Assert.Equal((1 - a) / (1 + a), mean.EffectiveCount / n, a == 0 ? 0.1 : 0.05 * (1 - a) / (1 + a));
        Assert.Equal(Math.Sqrt(1 / (1 - a * a) * (1 + a) / (1 - a) / n), mean.StandardError, 0.05 * mean.StandardError);
    }

    [Fact]
    public void Standard_errors_are_as_large_as_the_errors_of_means()
    {
        var normalized = 0.0;
        for (var run = 0; run < 400; run++)
        {
            var mean = SeriesStatistics.Mean(Autoregression(500, 0.8, 10 + run));
            normalized += Math.Pow(mean.Mean / mean.StandardError, 2) / 400;
        }
        Assert.InRange(normalized, 0.8, 1.35);
    }

    [Fact]
    public void Correlation_is_taken_from_the_first_four_lags()
    {
        // x = 1, 2, …, 8: autocovariances 5.25, 26.25/7·…, computed by hand from the definition
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        var anomalies = x.Select(value => value - 4.5).ToArray();
        double Covariance(int lag) => Enumerable.Range(lag, 8 - lag).Sum(i => anomalies[i] * anomalies[i - lag]) / (8 - lag);
        Assert.True(Covariance(1) > 0 && Covariance(2) > 0 && Covariance(3) < 0);
        var a = Math.Sqrt(Covariance(2) / Covariance(0));
        var c = Enumerable.Range(1, 7).Sum(k => (8 - k) * Math.Pow(a, k));
        var mean = SeriesStatistics.Mean(x);
        Assert.Equal(4.5, mean.Mean);
        Assert.Equal(Math.Sqrt(Covariance(0) / 8 * (1 + 2.0 / 8 * c)), mean.StandardError, 1e-12);
    }

    [Fact]
    public void Missing_values_and_short_or_constant_series_are_told_apart()
    {
        Assert.Equal(new SeriesMean(double.NaN, double.NaN, double.NaN, 0), SeriesStatistics.Mean([double.NaN, double.NaN]));
        Assert.Equal(new SeriesMean(2, double.NaN, double.NaN, 3), SeriesStatistics.Mean([1, double.NaN, 2, 3]));
        Assert.Equal(new SeriesMean(0.75, 0, 6, 6), SeriesStatistics.Mean([0.75, 0.75, 0.75, 0.75, 0.75, 0.75]));
        Assert.Equal(double.PositiveInfinity, SeriesStatistics.Mean([1, 2, 3, 4, 5, 6, double.PositiveInfinity]).Mean);
    }

    [Fact]
    public void Quantiles_lie_between_order_statistics()
    {
        double[] values = [5, double.NaN, 1, 3, 2, 4];
        Assert.Equal(3, SeriesStatistics.Median(values));
        Assert.Equal(1, SeriesStatistics.Quantile(values, 0));
        Assert.Equal(5, SeriesStatistics.Quantile(values, 1));
        Assert.Equal(1.4, SeriesStatistics.Quantile(values, 0.1), 1e-15);
        Assert.Equal(1.5, SeriesStatistics.Median([1, 2]));
        Assert.Equal(double.NaN, SeriesStatistics.Median([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeriesStatistics.Quantile(values, -0.1));
    }

    private static double[] Autoregression(int n, double a, long seed)
    {
        var x = new double[n];
        new RandomSource(seed).FillNormal(x);
        x[0] /= Math.Sqrt(1 - a * a);
        for (var i = 1; i < n; i++)
            x[i] += a * x[i - 1];
        return x;
    }
}
