using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Variational;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class FourDVarTests
{
    [Fact]
    public void On_a_linear_problem_it_is_the_Kalman_smoother()
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, last) = linear.Twin.Run(new FourDVar(StaticBackground.Prior, Window: linear.Count));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, -1, recorder.Forecasts[k], 1e-10);
            linear.AssertGiven(k, linear.Count - 1, recorder.Analyses[k], 1e-10);
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], 1e-10);
        }
    }

    [Fact]
    public void A_growing_window_ends_where_the_whole_one_does()
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, _) = linear.Twin.Run(new FourDVar(StaticBackground.Prior, Window: linear.Count, QuasiStatic: 3));
        for (var k = 0; k < linear.Count; k++)
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], 1e-10);
    }
}
