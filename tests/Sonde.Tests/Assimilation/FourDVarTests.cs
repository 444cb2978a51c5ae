using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
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

    public static TheoryData<string> EveryMinimizer => [.. Minimizers.Names];

    [Theory]
    [MemberData(nameof(EveryMinimizer))]
    public void Every_minimizer_finds_the_Kalman_smoother(string minimizer)
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, last) = linear.Twin.Run(new FourDVar(StaticBackground.Prior, Window: linear.Count, Minimizer: Minimizers.Named(minimizer)));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            var (mean, covariance) = linear.Difference(k, linear.Count - 1, recorder.Smoothed[k]);
            Assert.InRange(mean, 0, 1e-8);
            Assert.InRange(covariance, 0, 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(EveryMinimizer))]
    public void Every_minimizer_finds_the_same_minimum_of_a_nonlinear_problem(string minimizer)
    {
        var twin = TwinProblem.Lorenz63(4, 5);
        var method = new FourDVar(Window: 2, QuasiStatic: 1, Minimizer: Minimizers.Named("gauss-newton"));
        var (reference, _) = twin.Run(method);
        var (found, last) = twin.Run(method with { Minimizer = Minimizers.Named(minimizer) });
        Assert.True(last.Status == AnalysisStatus.Sound, last.Reason);
        for (var k = 0; k < 4; k++)
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(reference.Smoothed[k].MeanState[i], found.Smoothed[k].MeanState[i], 1e-6);
                Assert.Equal(reference.Smoothed[k].Covariance![i, i], found.Smoothed[k].Covariance![i, i], 1e-6);
            }
    }

    [Theory]
    [MemberData(nameof(EveryMinimizer))]
    public void Every_minimizer_gives_the_same_analysis_at_one_time(string minimizer)
    {
        var linear = new LinearProblem(modelError: false);
        var (reference, _) = linear.Twin.Run(new OptimalInterpolation(StaticBackground.Prior));
        var (found, last) = linear.Twin.Run(new ThreeDVar(StaticBackground.Prior, Minimizer: Minimizers.Named(minimizer)));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
            for (var i = 0; i < 5; i++)
                for (var j = 0; j < 5; j++)
                    Assert.Equal(reference.Analyses[k].Covariance![i, j], found.Analyses[k].Covariance![i, j], 1e-10);
    }

    [Fact]
    public void The_log_of_a_minimization_reaches_diagnostics()
    {
        var linear = new LinearProblem(modelError: false);
        var (direct, _) = linear.Twin.Run(new FourDVar(StaticBackground.Prior, Window: 4));
        var (products, _) = linear.Twin.Run(new FourDVar(StaticBackground.Prior, Window: 4, Minimizer: Minimizers.Named("lanczos")));
        for (var k = 0; k < linear.Count; k++)
        {
            Assert.Equal(1, direct.Diagnostics[(k, "iterations")]);
            Assert.Equal(0, direct.Diagnostics[(k, "innerIterations")]);
            Assert.InRange(products.Diagnostics[(k, "innerIterations")], 3, 30);
            Assert.Equal(direct.Diagnostics[(k, "cost")], products.Diagnostics[(k, "cost")], 1e-8);
            Assert.InRange(direct.Diagnostics[(k, "gradientNorm")], 0, 1e-10);
            Assert.Equal(direct.Diagnostics[(k, "degreesOfFreedom")], products.Diagnostics[(k, "degreesOfFreedom")], 1e-8);
            Assert.InRange(direct.Diagnostics[(k, "degreesOfFreedom")], 1, 5);
        }
    }

    [Fact]
    public void Short_keys_stand_for_those_of_the_minimizer()
    {
        var twin = TwinProblem.Lorenz63(2, 5);
        var (_, last) = twin.Run(new FourDVar(Window: 2, Iterations: 1, Minimizer: new Lbfgs()));
        Assert.Equal(AnalysisStatus.NotConverged, last.Status);
        Assert.Throws<ArgumentException>(() => new FourDVar(Iterations: 0));
        Assert.Throws<ArgumentException>(() => new FourDVar(Tolerance: -1));
    }

    [Fact]
    public void A_window_without_observations_keeps_the_background()
    {
        var twin = new LinearProblem(modelError: false).Twin.Observing(_ => false);
        var (recorder, last) = twin.Run(new FourDVar(StaticBackground.Prior, Window: 3));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < recorder.Smoothed.Count; k++)
            for (var i = 0; i < 5; i++)
                Assert.Equal(recorder.Forecasts[k].MeanState[i], recorder.Smoothed[k].MeanState[i], 1e-12);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(3, 3)]
    public void With_a_carried_covariance_it_is_the_Kalman_filter_and_smoother(int window, int stride)
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, last) = linear.Twin.Run(new FourDVar(Window: window, Stride: stride, Cycled: true));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, k / stride * stride - 1, recorder.Forecasts[k], 1e-9);
            linear.AssertGiven(k, Math.Min(linear.Count, (k / stride + 1) * stride) - 1, recorder.Analyses[k], 1e-9);
            var later = Enumerable.Range(k, linear.Count - k).Min(end => linear.Difference(k, end, recorder.Smoothed[k]).Mean);
            Assert.InRange(later, 0, 1e-9);
        }
    }

    [Fact]
    public void A_factor_inflates_a_carried_covariance()
    {
        var twin = new LinearProblem(modelError: false).Twin;
        var (plain, _) = twin.Run(new FourDVar(Cycled: true));
        var (inflated, _) = twin.Run(new FourDVar(Cycled: true, Factor: 1.5));
        for (var i = 0; i < 5; i++)
            Assert.Equal(1.5 * plain.Forecasts[0].Covariance![i, i], inflated.Forecasts[0].Covariance![i, i], 1e-10);
        Assert.True(inflated.Forecasts[7].Covariance![0, 0] > 1.5 * plain.Forecasts[7].Covariance![0, 0]);
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
