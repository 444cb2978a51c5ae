using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Score;
using Sonde.Assimilation.Smoothers;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class EnsembleSmootherTests
{
    private static readonly LinearProblem Linear = new(modelError: false);

    [Theory]
    [InlineData(null, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(20, true)]
    public void It_is_the_Kalman_smoother_where_the_ensemble_has_exact_moments(int? lag, bool rotate)
    {
        var (recorder, last) = Linear.Twin.Run(new EnsembleSmoother(new Etkf(), 9, lag, Rotate: rotate));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Assert.Equal(Linear.Count, recorder.Smoothed.Count);
        for (var k = 0; k < Linear.Count; k++)
        {
            Linear.AssertGiven(k, k - 1, recorder.Forecasts[k], 1e-10);
            Linear.AssertGiven(k, k, recorder.Analyses[k], 1e-10);
            Linear.AssertGiven(k, Math.Min(k + (lag ?? Linear.Count), Linear.Count - 1), recorder.Smoothed[k], 1e-10);
        }
    }

    [Fact]
    public void Multiple_assimilation_shares_the_likelihood_of_a_window_out()
    {
        foreach (var method in (EsMda[])[
            new EsMda(new Etkf(), 9, Window: 4, Assimilations: 3), new EsMda(new Etkf(), 9, Window: 4, Coefficients: [9, 3, 1], Rotate: true),
            new EsMda(new Etkf(), 9, Window: 4, Assimilations: 1, Stride: 2)])
        {
            var (recorder, last) = Linear.Twin.Run(method);
            Assert.Equal(AnalysisStatus.Sound, last.Status);
            var stride = method.Stride ?? 4;
            for (var k = 0; k < Linear.Count; k++)
            {
                Linear.AssertGiven(k, k / stride * stride - 1, recorder.Forecasts[k], 1e-10);
                Linear.AssertGiven(k, k / stride * stride + stride - 1, recorder.Analyses[k], 1e-10);
            }
            Assert.Equal(Linear.Count, recorder.Smoothed.Count);
            Linear.AssertGiven(0, 3, recorder.Smoothed[0], 1e-10);
        }
    }

    [Fact]
    public void Perturbed_observations_give_multiple_assimilation_its_spread_on_average()
    {
        var (recorder, _) = Linear.Twin.Run(new EsMda(new StochasticEnkf(), 4000, Window: 4));
        for (var k = 0; k < Linear.Count; k++)
            for (var i = 0; i < Linear.Width; i++)
            {
                var (mean, covariance) = Linear.Given(k, k / 4 * 4 + 3);
                var sd = Math.Sqrt(covariance[i, i]);
                Assert.Equal(mean[i], recorder.Analyses[k].MeanState[i], 0.15 * sd);                  // 4000 members: 0.016 sd a draw
                Assert.Equal(1, Math.Sqrt(recorder.Analyses[k].Covariance![i, i]) / sd, 0.1);
            }
    }

    [Fact]
    public void What_a_smoother_cannot_do_it_refuses()
    {
        var problem = new AssimilationProblem(new LinearProblem().Twin.System, Linear.Twin.Grid, null, 1);
        Assert.Contains("model error", new IterativeEnsembleSmoother(5).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("model error", new EsMda(new Etkf(), 5).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("single states", new EnsembleSmoother(new EnsembleScoreFilter(), 5).Refuses(problem), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EsMda(new Etkf(), 5, Window: 2, Stride: 3));
        Assert.Throws<ArgumentException>(() => new IterativeEnsembleSmoother(5, Lag: 2, Stride: 3));
        Assert.Throws<ArgumentException>(() => new EnsembleSmoother(new Etkf(), 1));
    }
}
