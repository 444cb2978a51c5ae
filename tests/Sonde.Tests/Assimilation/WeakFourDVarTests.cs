using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Variational;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class WeakFourDVarTests
{
    [Theory]
    [InlineData(WeakForm.State, "gauss-newton", null)]
    [InlineData(WeakForm.State, "levenberg-marquardt", 1)]
    [InlineData(WeakForm.State, "conjugate-gradient", null)]
    [InlineData(WeakForm.State, "lanczos", null)]
    [InlineData(WeakForm.State, "l-bfgs", null)]
    [InlineData(WeakForm.ModelError, "gauss-newton", null)]
    [InlineData(WeakForm.ModelError, "gauss-newton", 1)]
    [InlineData(WeakForm.ModelError, "lanczos", 1)]
    [InlineData(WeakForm.ModelError, "l-bfgs", null)]
    public void On_a_linear_problem_it_is_the_Kalman_smoother(WeakForm form, string minimizer, int? spacing)
    {
        var linear = new LinearProblem();
        var method = new WeakFourDVar(StaticBackground.Prior, Window: linear.Count, Form: form, Spacing: spacing, Minimizer: Minimizers.Named(minimizer));
        var (recorder, last) = linear.Twin.Run(method);
        var within = minimizer switch { "gauss-newton" => 1e-9, "l-bfgs" => 1e-7, _ => 1e-8 };        // rounding of the cost hides what L-BFGS could still gain
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, -1, recorder.Forecasts[k], 1e-10);
            linear.AssertGiven(k, linear.Count - 1, recorder.Analyses[k], within);
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], within);
        }
    }

    [Theory]
    [InlineData(WeakForm.State, 1, 1)]
    [InlineData(WeakForm.State, 3, 1)]
    [InlineData(WeakForm.State, 4, 2)]
    [InlineData(WeakForm.State, 3, 3)]
    [InlineData(WeakForm.ModelError, 4, 2)]
    public void Overlapping_windows_with_a_carried_covariance_count_each_observation_once(WeakForm form, int window, int stride)
    {
        var linear = new LinearProblem();
        var (recorder, _) = linear.Twin.Run(new WeakFourDVar(StaticBackground.Prior, Window: window, Stride: stride, Form: form, Cycled: true, QuasiStatic: 1));
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, k / stride * stride - 1, recorder.Forecasts[k], 1e-8);
            linear.AssertGiven(k, Math.Min(linear.Count, (k / stride + 1) * stride) - 1, recorder.Analyses[k], 1e-8);
            var later = Enumerable.Range(k, linear.Count - k).Min(last => linear.Difference(k, last, recorder.Smoothed[k]).Mean);
            Assert.InRange(later, 0, 1e-8);
        }
    }

    [Fact]
    public void Named_model_errors_are_those_of_a_noisy_system()
    {
        var perfect = TwinProblem.Lorenz63(4, 3);
        var noisy = perfect.In(new DifferentiableNoisySystem((IDifferentiableSystem)perfect.System, new DiagonalNoise(3, 0.7)));
        var method = new WeakFourDVar(Window: 4);
        var (named, last) = perfect.Run(method with { ModelError = 0.7 });
        var (drawn, _) = noisy.Run(method);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < 4; k++)
        {
            Assert.Equal(drawn.Smoothed[k].MeanState, named.Smoothed[k].MeanState);
            Assert.Equal(drawn.Smoothed[k].Covariance!.Values.ToArray(), named.Smoothed[k].Covariance!.Values.ToArray());
        }
    }

    [Fact]
    public void Both_forms_find_the_same_minimum_of_a_nonlinear_problem()
    {
        var twin = TwinProblem.Lorenz63(4, 5);
        var method = new WeakFourDVar(Window: 4, ModelError: 0.5, QuasiStatic: 1, Iterations: 40, Tolerance: 1e-10, Spacing: 5);
        var (states, _) = twin.Run(method);
        var (errors, last) = twin.Run(method with { Form = WeakForm.ModelError });
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < 4; k++)
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(states.Smoothed[k].MeanState[i], errors.Smoothed[k].MeanState[i], 1e-5);
                Assert.Equal(states.Smoothed[k].Covariance![i, i], errors.Smoothed[k].Covariance![i, i], 1e-5);
            }
        }
        Assert.InRange(twin.Error(states.Smoothed), 0.3, 1.2);
    }

    [Theory]
    [InlineData(WeakForm.State)]
    [InlineData(WeakForm.ModelError)]
    public void A_window_without_observations_keeps_the_background(WeakForm form)
    {
        var twin = new LinearProblem().Twin.Observing(_ => false);
        var (recorder, last) = twin.Run(new WeakFourDVar(StaticBackground.Prior, Window: 3, Form: form));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < recorder.Analyses.Count; k++)
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(recorder.Forecasts[k].MeanState[i], recorder.Analyses[k].MeanState[i], 1e-10);
                Assert.Equal(recorder.Forecasts[k].Covariance![i, i], recorder.Analyses[k].Covariance![i, i], 1e-10);
            }
    }

    [Fact]
    public void Windows_with_gaps_are_what_is_left_of_the_observations()
    {
        var linear = new LinearProblem();
        var (recorder, last) = linear.Twin.Observing(k => k < 3).Run(new WeakFourDVar(StaticBackground.Prior, Window: 4, Stride: 2, Cycled: true));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 3; k < linear.Count; k++)
            linear.AssertGiven(k, 2, recorder.Analyses[k], 1e-8);
    }

    [Fact]
    public void Blocks_of_the_Hessian_are_those_of_its_products()
    {
        var linear = new LinearProblem().Twin;
        var (n, random) = (5, new RandomSource(3));
        var (root, noise) = (new Matrix<double>(n, n), new Matrix<double>(n, n));
        random.Fork("Z").FillNormal(root.Values);
        random.Fork("Q").FillNormal(noise.Values);
        var whole = new WeakCovariance(VariationalBackground.RootOf(Squared(noise)));
        WeakInterval[] intervals = [.. Enumerable.Range(0, 3).Select(t =>
            new WeakInterval(ModelSteps.Between((IDifferentiableSystem)linear.System, linear.Grid, new GridTime(2 * t), new GridTime(2 * t + 2)), whole))];
        var map = new WeakStates(new double[n], root, intervals, [(1, linear.Observations[0]), (3, linear.Observations[2])], Workers.One);
        var (found, expected) = (new LeastSquares(map, 0.5), new LeastSquares(Map.Of<double>(map.InputWidth, map.OutputWidth, map.Apply), 0.5));
        var (x, gradient) = (new double[4 * n], new double[4 * n]);
        random.Fork("x").FillNormal(x);
        Matrix<double> diagonal = new(4 * n, n), below = new(3 * n, n), diagonalByProducts = new(4 * n, n), belowByProducts = new(3 * n, n);
        found.Evaluate(x, gradient);
        expected.Evaluate(x, gradient);
        found.HessianBlocks(diagonal, below);
        expected.HessianBlocks(diagonalByProducts, belowByProducts);
        for (var i = 0; i < diagonal.Values.Length; i++)
            Assert.Equal(diagonalByProducts.Values[i], diagonal.Values[i], 1e-9);
        for (var i = 0; i < below.Values.Length; i++)
            Assert.Equal(belowByProducts.Values[i], below.Values[i], 1e-9);

        static Matrix<double> Squared(Matrix<double> a)
        {
            var square = Matrix<double>.Identity(a.Rows);
            Dense.MultiplyTransposedLeft<double>(1, a, a, 1, square);
            return square;
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var twin = TwinProblem.Lorenz63(2, 1);
        var problem = new AssimilationProblem(twin.System, twin.Grid, twin.Climatology, 0.25);
        Assert.Contains("modelError", new WeakFourDVar().Refuses(problem), StringComparison.Ordinal);
        Assert.Null(new WeakFourDVar(ModelError: 0.1).Refuses(problem));
        Assert.Throws<ArgumentException>(() => new WeakFourDVar(Window: 2, Stride: 3));
        Assert.Throws<ArgumentException>(() => new WeakFourDVar(ModelError: 0));
        Assert.Throws<ArgumentException>(() => new WeakFourDVar(Spacing: 0));
    }

    [Fact]
    public void Model_error_in_some_directions_only_needs_the_other_form()
    {
        var perfect = TwinProblem.Lorenz63(3, 2);
        var twin = perfect.In(new DifferentiableNoisySystem((IDifferentiableSystem)perfect.System, new DiagonalNoise([0.5, 0, 0])));
        var (_, states) = twin.Run(new WeakFourDVar(Window: 3, Spacing: 1));
        Assert.Equal(AnalysisStatus.Diverged, states.Status);
        Assert.Contains("model-error", states.Reason, StringComparison.Ordinal);
        var (_, errors) = twin.Run(new WeakFourDVar(Window: 3, Spacing: 1, Form: WeakForm.ModelError, Iterations: 30));
        Assert.Equal(AnalysisStatus.Sound, errors.Status);
    }
}
