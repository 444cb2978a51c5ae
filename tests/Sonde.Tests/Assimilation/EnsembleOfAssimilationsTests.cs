using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class EnsembleOfAssimilationsTests
{
    private static readonly IAssimilationMethod Cycled = new WeakFourDVar(StaticBackground.Prior, Window: 3, Stride: 2, Cycled: true);

    [Fact]
    public void With_the_best_gains_its_covariance_tends_to_the_posterior_s_at_the_rate_of_Monte_Carlo()
    {
        var linear = new LinearProblem(3, 5);
        var errors = new double[3];
        foreach (var (size, i) in new[] { (50, 0), (450, 1), (4050, 2) })
        {
            var (recorder, last) = linear.Twin.Run(new EnsembleOfAssimilations(new ExtendedKalman(), size));
            Assert.Equal(AnalysisStatus.Sound, last.Status);
            for (var k = 0; k < linear.Count; k++)
            {
                var (mean, covariance) = linear.Difference(k, k, recorder.Analyses[k]);
                Assert.InRange(mean, 0, 1e-9);                   // the control is the Kalman filter
                errors[i] = Math.Max(errors[i], covariance / Largest(linear.Given(k, k).Covariance));
            }
        }
        Assert.InRange(errors[2], 1e-3, 0.05);                   // in units of the largest entry; measured 0.206, 0.100, 0.024
        Assert.InRange(errors[0] / errors[2], 4, 20);            // 9 as the square root of 81
    }

    [Fact]
    public void Overlapping_windows_with_model_error_sample_the_smoother()
    {
        var linear = new LinearProblem(3, 5);
        var (recorder, _) = linear.Twin.Run(new EnsembleOfAssimilations(Cycled, 2000));
        var (inner, _) = linear.Twin.Run(Cycled);
        for (var k = 0; k < linear.Count; k++)
        {
            var known = Math.Min(4, (k / 2 * 2) + 1);
            Assert.InRange(linear.Difference(k, known, recorder.Analyses[k]).Covariance / Largest(linear.Given(k, known).Covariance), 0, 0.06);
            for (var i = 0; i < linear.Width; i++)
            {
                Assert.Equal(inner.Smoothed[k].MeanState[i], recorder.Smoothed[k].MeanState[i], 1e-10);
                Assert.InRange(Math.Abs(inner.Smoothed[k].Covariance![i, i] - recorder.Smoothed[k].Covariance![i, i]) / inner.Smoothed[k].Covariance![i, i], 0, 0.1);
            }
        }
    }

    [Fact]
    public void Without_control_the_mean_is_that_of_the_members()
    {
        var linear = new LinearProblem(3, 5, modelError: false);
        var method = new EnsembleOfAssimilations(new FourDVar(StaticBackground.Prior, Window: 5), 20, Control: false);
        var (recorder, _) = linear.Twin.Run(method);
        var (inner, _) = linear.Twin.Run(method.Method);
        for (var k = 0; k < linear.Count; k++)                   // draws of observations and first backgrounds have mean 0, and all is linear
            for (var i = 0; i < linear.Width; i++)
                Assert.Equal(inner.Analyses[k].MeanState[i], recorder.Analyses[k].MeanState[i], 1e-8);
    }

    [Fact]
    public void Inflation_widens_the_next_background_alone()
    {
        var linear = new LinearProblem(3, 4);
        var method = new EnsembleOfAssimilations(new ExtendedKalman(), 30);
        var (plain, _) = linear.Twin.Run(method);
        var (wide, _) = linear.Twin.Run(method with { Inflation = 1.5 });
        for (var i = 0; i < linear.Width; i++)
        {
            Assert.Equal(plain.Analyses[0].Covariance![i, i], wide.Analyses[0].Covariance![i, i], 1e-14);
            Assert.True(wide.Forecasts[1].Covariance![i, i] > 1.2 * plain.Forecasts[1].Covariance![i, i] - 0.5);
        }
        Assert.True(Trace(wide.Forecasts[1]) > 1.2 * Trace(plain.Forecasts[1]));
    }

    [Fact]
    public void Members_find_the_error_that_a_static_covariance_only_guesses()
    {
        var twin = TwinProblem.Lorenz63(120, 4);
        var (recorder, last) = twin.Run(new EnsembleOfAssimilations(new FourDVar(Factor: 0.1, Window: 1), 20));
        Assert.NotEqual(AnalysisStatus.Diverged, last.Status);
        var error = twin.Error(recorder.Analyses, 10);
        var spread = recorder.Analyses.Where(pair => pair.Key >= 10).Average(pair => Math.Sqrt(Trace(pair.Value) / 3));
        Assert.InRange(error, 0.3, 1.2);
        Assert.InRange(spread / error, 0.7, 1.4);
    }

    [Fact]
    public void A_background_check_judges_once_by_the_members()
    {
        var linear = new LinearProblem(3, 5);
        Observation[] series = [.. linear.Twin.Observations];
        series[2] = series[2].WithValues(series[2].Values.ToArray().Select(value => value + 100).ToArray());
        var screen = new BackgroundScreen(new Sonde.Observing.Quality.BackgroundCheck(Threshold: 5), series);
        var recorder = new BeliefRecorder();
        var cycle = new Cycle(
            new EnsembleOfAssimilations(Cycled, 60), new(linear.Twin.System, linear.Twin.Grid, null, 2), linear.Twin.Prior, series, recorder, new RandomSource(1), Workers.One,
            screen: screen);
        while (cycle.Advance())
        {
        }
        Assert.Equal(AnalysisStatus.Sound, cycle.Last!.Status);
        Assert.Equal(0, screen.Observations[2].Count);
        Assert.Equal(series[3].Count, screen.Observations[3].Count);
        Assert.InRange(linear.Twin.Error(recorder.Smoothed), 0, 1.5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_realization_of_model_error_has_the_tangent_and_the_adjoint_of_its_steps(bool own)
    {
        var system = new RungeKuttaSystem(new Lorenz96(6));
        var noisy = NoisySystem.Around(system, new DiagonalNoise(6, 0.5));
        var grid = new TimeGrid(0, 0.05);
        var realized = (IDifferentiableSystem)RealizedSystem.Of(own ? noisy : system, noisy, grid, new RandomSource(3));
        Assert.Equal(own, realized is IStochasticSystem);
        var (x, dx, bar) = (Rows(1, "x"), Rows(2, "dx"), Rows(1, "bar"));
        var (end, tangent, pulled, plain) = (x.Copy(), dx.Copy(), bar.Copy(), x.Copy());
        realized.AdvanceTangent(end[0], tangent, 0.1, 0.05, 40);
        realized.AdvanceAdjoint(x, pulled, 0.1, 0.05, 40);
        system.Advance(plain, 0.1, 0.05, 40, 0, new RandomSource(0));
        Assert.True(System.Numerics.Tensors.TensorPrimitives.Distance<double>(plain.Values, end.Values) > 0.1);
        for (var row = 0; row < 2; row++)
            Assert.Equal(
                System.Numerics.Tensors.TensorPrimitives.Dot<double>(bar[0], tangent[row]), System.Numerics.Tensors.TensorPrimitives.Dot<double>(pulled[0], dx[row]), 1e-10);
        var parts = new Matrix<double>(2, 6);                   // the same steps from another start of counting, in two rows
        x[0].CopyTo(parts[0]);
        x[0].CopyTo(parts[1]);
        realized.Advance(parts, 0.1, 0.05, 1, 4, new RandomSource(9));
        realized.Advance(parts, 0.15, 0.05, 39, 4, new RandomSource(8));
        Assert.Equal(end[0].ToArray(), parts[0].ToArray());
        Assert.Equal(end[0].ToArray(), parts[1].ToArray());
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var twin = TwinProblem.Lorenz63(2, 1);
        var problem = new AssimilationProblem(twin.System, twin.Grid, null, 0.25);
        Assert.Contains("one best state", new EnsembleOfAssimilations(new EnsembleFilter(new Etkf(), 10), 4).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("climatology", new EnsembleOfAssimilations(new FourDVar(), 4).Refuses(problem), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EnsembleOfAssimilations(Cycled, 1));
        Assert.Throws<ArgumentException>(() => new EnsembleOfAssimilations(Cycled, 4, Inflation: 0));
        Assert.Throws<ArgumentException>(() => new EnsembleOfAssimilations(Cycled, 4, ModelError: -1));
    }

    private static Matrix<double> Rows(int rows, string name)
    {
        var matrix = new Matrix<double>(rows, 6);
        new RandomSource(5).Fork(name).FillNormal(matrix.Values);
        return matrix;
    }

    private static double Largest(MathNet.Numerics.LinearAlgebra.Matrix<double> covariance) => covariance.Enumerate().Max(Math.Abs);

    private static double Trace(GaussianBelief belief) => Enumerable.Range(0, belief.Width).Sum(i => belief.Covariance![i, i]);
}
