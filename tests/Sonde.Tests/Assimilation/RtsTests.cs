using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class RtsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_smoother_is_the_joint_Gaussian_posterior(bool modelError)
    {
        var linear = new LinearProblem(modelError: modelError);
        var (recorder, last) = linear.Twin.Run(new ExtendedRts());
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, k - 1, recorder.Forecasts[k], 1e-12);
            linear.AssertGiven(k, k, recorder.Analyses[k], 1e-12);
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], 1e-10);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(20, 1)]
    public void With_a_lag_each_belief_uses_the_observations_of_its_last_window(int lag, int stride)
    {
        var linear = new LinearProblem();
        var (recorder, _) = linear.Twin.Run(new ExtendedRts(Lag: lag, Stride: stride));
        Assert.Equal(linear.Count, recorder.Smoothed.Count);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, k, recorder.Analyses[k], 1e-12);
            linear.AssertGiven(k, LastUsed(linear, k, lag, stride), recorder.Smoothed[k], 1e-10);
        }
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    public void The_ensemble_form_is_exact_where_the_ensemble_is(int? lag, int stride)
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, _) = linear.Twin.Run(new EnsembleRts(new Etkf(), 9, lag, Rotate: true, Stride: stride));
        Assert.Equal(linear.Count, recorder.Smoothed.Count);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, k, recorder.Analyses[k], 1e-10);
            linear.AssertGiven(k, lag is { } l ? LastUsed(linear, k, l, stride) : linear.Count - 1, recorder.Smoothed[k], 1e-8);
        }
    }

    /// <summary>The newest observation of the window in which k is released: the first whose k-th or later time starts the next one.</summary>
    private static int LastUsed(LinearProblem linear, int k, int lag, int stride)
    {
        for (var window = 0; ; window++)
        {
            var newest = Math.Min((window + 1) * stride, linear.Count) - 1;
            if (newest == linear.Count - 1 || (window + 2) * stride - (lag + stride) > k)
                return newest;
        }
    }
}
