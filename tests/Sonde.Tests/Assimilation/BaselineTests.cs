using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class BaselineTests
{
    private static readonly LinearProblem Linear = new();

    [Theory]
    [InlineData(InterpolationForm.Linear, new[] { 1.0, 1.5, 2, 5, 8, 8 })]
    [InlineData(InterpolationForm.Nearest, new[] { 1.0, 1, 2, 2, 8, 8 })]
    [InlineData(InterpolationForm.Next, new[] { 1.0, 2, 2, 8, 8, 8 })]
    public void Interpolation_fills_the_times_between_two_values(InterpolationForm form, double[] expected)
    {
        // observed at times 0, 2 and 4 of 0 … 5; the second component never
        var twin = TwinProblem.Of(
            new LinearGaussianSystem(Matrix<double>.Identity(2), null), 1, new GaussianPrior([3, 7], [4, 9]), 1, 6, _ => new IdentityOperator(2), _ => new DiagonalError(2, 0.1), 1);
        double[] values = [1, 0, 2, 0, 8, 0];
        int[] places = [0, 2, 4];
        var observations = twin.Observations.Select((one, t) => places.Contains(t) ? one.Select([0]).WithValues(new[] { values[t] }) : one.Select([])).ToList();
        var recorder = new BeliefRecorder();
        var cycle = new Cycle(new TimeInterpolation(form), new(twin.System, twin.Grid, null, 1), twin.Prior, observations, recorder, new RandomSource(1), Workers.One);
        Assert.True(cycle.Advance());
        for (var t = 0; t < 6; t++)
        {
            Assert.Equal(expected[t], recorder.Analyses[t].MeanState[0], 1e-6);
            Assert.Equal(7, recorder.Analyses[t].MeanState[1]);
        }
    }

    [Fact]
    public void The_extended_Kalman_filter_is_the_Kalman_filter_on_a_linear_system()
    {
        var (recorder, last) = Linear.Twin.Run(new ExtendedKalman());
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < Linear.Count; k++)
        {
            Linear.AssertGiven(k, k - 1, recorder.Forecasts[k], 1e-12);
            Linear.AssertGiven(k, k, recorder.Analyses[k], 1e-12);
        }
    }

    [Fact]
    public void Degrees_of_freedom_are_the_trace_of_H_K()
    {
        var (recorder, _) = Linear.Twin.Run(new ExtendedKalman());
        for (var k = 0; k < Linear.Count; k++)                         // tr(KH) = n − tr(Pa Pf⁻¹)
        {
            var ratio = Linear.Given(k, k).Covariance * Linear.Given(k, k - 1).Covariance.Inverse();
            Assert.Equal(Linear.Width - ratio.Trace(), recorder.Diagnostics[(k, "degreesOfFreedom")], 1e-10);
        }
    }

    [Fact]
    public void Without_a_tangent_the_covariance_is_found_by_central_differences()
    {
        var exact = TwinProblem.Lorenz63(3, seed: 5);
        var hidden = new TwinProblem
        {
            System = new WithoutTangent(exact.System), Grid = exact.Grid, Prior = exact.Prior, Observations = exact.Observations, Truth = exact.Truth,
        };
        var (a, b) = (exact.Run(new ExtendedKalman()).Recorder, hidden.Run(new ExtendedKalman()).Recorder);
        for (var k = 0; k < 3; k++)
        {
            Assert.Equal(0, TensorPrimitives.Distance<double>(a.Forecasts[k].MeanState, b.Forecasts[k].MeanState), 1e-6);
            Assert.Equal(0, TensorPrimitives.Distance<double>(a.Forecasts[k].Covariance!.Values, b.Forecasts[k].Covariance!.Values), 1e-4);
        }
    }

    [Fact]
    public void Inflation_is_a_factor_on_the_covariance_for_each_unit_of_time()
    {
        var twin = TwinProblem.Lorenz63(1, seed: 5);
        var (plain, inflated) = (twin.Run(new ExtendedKalman()).Recorder, twin.Run(new ExtendedKalman(Inflation: 81)).Recorder);
        for (var i = 0; i < 3; i++)
            Assert.Equal(3 * plain.Forecasts[0].Covariance![i, i], inflated.Forecasts[0].Covariance![i, i], 1e-9);      // 81^0.25
    }

    [Fact]
    public void Iterations_find_the_mode_of_a_nonlinear_observation()
    {
        var twin = Square(observed: 9.0);
        var (once, often) = (twin.Run(new ThreeDVar(StaticBackground.Prior, Iterations: 1)).Recorder, twin.Run(new ThreeDVar(StaticBackground.Prior, Iterations: 30, Tolerance: 1e-11)).Recorder);
        Assert.True(Math.Abs(Slope(often.Analyses[0].MeanState[0])) < 1e-8);
        Assert.True(Math.Abs(Slope(once.Analyses[0].MeanState[0])) > 0.1);

        // of ½ (x − 2)² + ½ (9 − x²)² / 0.25, whose background is where the one member stands after a step of the identity
        static double Slope(double x) => x - 2 - 2 * x * (9 - x * x) / 0.25;
    }

    [Fact]
    public void Optimal_interpolation_starts_from_the_climatology_each_time()
    {
        var twin = TwinProblem.Lorenz63(2, seed: 7);
        var (recorder, _) = twin.Run(new OptimalInterpolation());
        for (var k = 0; k < 2; k++)
        {
            Assert.Equal(twin.Climatology!.MeanState, recorder.Forecasts[k].MeanState);
            var expected = new GaussianBelief([.. twin.Climatology.MeanState], twin.Climatology.Covariance!.Copy());
            Bayes(expected, twin.Observations[k].Values.Span);
            Assert.Equal(0, TensorPrimitives.Distance<double>(expected.MeanState, recorder.Analyses[k].MeanState), 1e-10);
            Assert.Equal(0, TensorPrimitives.Distance<double>(expected.Covariance!.Values, recorder.Analyses[k].Covariance!.Values), 1e-10);
        }

        // one component after the other: scalar updates with variance 2
        static void Bayes(GaussianBelief belief, ReadOnlySpan<double> y)
        {
            var (x, p) = (belief.MeanState, belief.Covariance!);
            for (var j = 0; j < 3; j++)
            {
                var (row, s, d) = (p[j].ToArray(), p[j, j] + 2, y[j] - x[j]);
                for (var i = 0; i < 3; i++)
                {
                    x[i] += row[i] / s * d;
                    for (var l = 0; l < 3; l++)
                        p[i, l] -= row[i] * row[l] / s;
                }
            }
        }
    }

    [Fact]
    public void Three_dimensional_variational_forecasts_its_last_analysis_and_believes_what_is_left_of_B()
    {
        var twin = TwinProblem.Lorenz63(2, seed: 7);
        var (recorder, _) = twin.Run(new ThreeDVar(StaticBackground.Identity, Factor: 0.5));
        var x = new Matrix<double>(new ReadOnlyBatch<double>(recorder.Analyses[0].MeanState));
        Forecast.Run(twin.System, twin.Grid, twin.Observations[0].At, twin.Observations[1].At, x, new RandomSource(0), Workers.One);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(x[0, i], recorder.Forecasts[1].MeanState[i], 1e-12);
            Assert.Equal(0.5, recorder.Forecasts[1].Covariance![i, i], 1e-12);
            Assert.Equal(0.5 * 2 / 2.5, recorder.Analyses[1].Covariance![i, i], 1e-12);
            Assert.Equal(x[0, i] + 0.2 * (twin.Observations[1].Values.Span[i] - x[0, i]), recorder.Analyses[1].MeanState[i], 1e-12);
        }
    }

    [Fact]
    public void Baselines_are_ordered_on_Lorenz_63()
    {
        var twin = TwinProblem.Lorenz63(600, seed: 3);
        var climatology = twin.Error(twin.Run(new Climatology()).Recorder.Analyses, 64);
        var free = twin.Error(twin.Run(new FreeRun(20)).Recorder.Analyses, 64);
        var interpolation = twin.Error(twin.Run(new OptimalInterpolation()).Recorder.Analyses, 64);
        var variational = twin.Error(twin.Run(new ThreeDVar(Factor: 0.1)).Recorder.Analyses, 64);
        var extended = twin.Error(twin.Run(new ExtendedKalman(90)).Recorder.Analyses, 64);
        Assert.InRange(climatology, 7.0, 8.3);          // DAPPER: 7.6, 1.25, 1.04, 0.87 to 0.92
        Assert.InRange(free, 7.0, 9.0);
        Assert.InRange(interpolation, 1.12, 1.35);
        Assert.InRange(variational, 0.92, 1.15);
        Assert.InRange(extended, 0.7, 1.1);
    }

    [Fact]
    public void A_method_says_what_it_lacks()
    {
        var problem = new AssimilationProblem(new RungeKuttaSystem(new Lorenz63()), new TimeGrid(0, 0.01), null, 0.25);
        var noisy = new AssimilationProblem(new WithoutTangent.Stochastic((IStochasticSystem)Linear.Twin.System), new TimeGrid(0, 1), null, 1);
        Assert.Contains("climatology", new Climatology().Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("climatology", new ThreeDVar().Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("mean", new OptimalInterpolation(StaticBackground.Identity).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("tangent", new ExtendedKalman().Refuses(noisy), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ExtendedKalman(Inflation: 0));
        Assert.Throws<ArgumentException>(() => new ThreeDVar(Iterations: 0));
    }

    [Fact]
    public void Numbers_that_overflow_are_an_outcome()
    {
        var far = new GaussianPrior([1e160, 0, 0], [1.0, 1.0, 1.0]);
        var twin = TwinProblem.Lorenz63(3, seed: 2);
        var lost = new TwinProblem { System = twin.System, Grid = twin.Grid, Prior = far, Observations = twin.Observations, Truth = twin.Truth, Climatology = twin.Climatology };
        foreach (IAssimilationMethod method in (IAssimilationMethod[])[new ExtendedKalman(), new FreeRun(3), new ThreeDVar()])
        {
            var (_, last) = lost.Run(method);
            Assert.Equal(AnalysisStatus.Diverged, last.Status);
            Assert.NotNull(last.Reason);
        }
    }

    /// <summary>One component that stays as it is, prior N(2, 1), observed squared with variance 0.25.</summary>
    private static TwinProblem Square(double observed)
    {
        var system = new LinearGaussianSystem(Matrix<double>.Identity(1));
        return new TwinProblem
        {
            System = system, Grid = new TimeGrid(0, 1), Prior = new GaussianPrior([2.0], [1.0]), Truth = new Matrix<double>(1, 1),
            Observations = [new Observation { Index = 0, At = new GridTime(1), Operator = new Squared(), Values = new[] { observed }, Error = new DiagonalError(1, 0.5), Points = [null] }],
        };
    }

    private sealed class Squared : IObservationOperator
    {
        public int InputWidth => 1;

        public int OutputWidth => 1;

        public void Apply(ReadOnlyBatch<double> x, Batch<double> y) => TensorPrimitives.Multiply(x.Values, x.Values, y.Values);

        public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
        {
            for (var row = 0; row < dx.Rows; row++)
                dy[row, 0] = 2 * x[x.Rows == 1 ? 0 : row, 0] * dx[row, 0];
        }

        public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
        {
            for (var row = 0; row < yBar.Rows; row++)
                xBar[row, 0] += 2 * x[x.Rows == 1 ? 0 : row, 0] * yBar[row, 0];
        }

        public IObservationOperator Select(ReadOnlySpan<int> indices) => this;
    }
}
