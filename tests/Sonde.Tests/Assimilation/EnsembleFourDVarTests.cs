using MathNet.Numerics.LinearAlgebra;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class EnsembleFourDVarTests
{
    private static readonly double[] Rest = [.. Enumerable.Range(0, 8).Select(i => 2 + Math.Sin(i))];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(2, 3)]
    public void On_a_linear_problem_it_is_the_Kalman_smoother_where_the_ensemble_is_exact(int iterations, int quasiStatic)
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, last) = linear.Twin.Run(new EnsembleFourDVar(9, linear.Count, Iterations: iterations, QuasiStatic: quasiStatic));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, -1, recorder.Forecasts[k], 1e-10);
            linear.AssertGiven(k, linear.Count - 1, recorder.Analyses[k], 1e-8);
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], 1e-8);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    public void Windows_that_follow_each_other_lose_nothing(int window, int stride)
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, _) = linear.Twin.Run(new EnsembleFourDVar(9, window, stride, Rotate: true));
        for (var k = 0; k < linear.Count; k++)
            linear.AssertGiven(k, Math.Min(linear.Count, (k / stride + 1) * stride) - 1, recorder.Analyses[k], 1e-8);
    }

    [Fact]
    public void Perturbed_observations_have_the_same_mean_and_about_the_same_covariance()
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, _) = linear.Twin.Run(new EnsembleFourDVar(4000, linear.Count, Perturbed: true));
        for (var k = 0; k < linear.Count; k++)
        {
            var (mean, covariance) = linear.Difference(k, linear.Count - 1, recorder.Smoothed[k]);
            Assert.InRange(mean, 0, 1e-8);
            Assert.InRange(covariance, 0, 0.02);
        }
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    public void Mixed_with_the_same_static_covariance_it_is_the_Kalman_smoother(double share)
    {
        var linear = new LinearProblem(modelError: false);
        var (recorder, _) = linear.Twin.Run(new EnsembleFourDVar(9, linear.Count, StaticShare: share, Background: StaticBackground.Prior));
        for (var k = 0; k < linear.Count; k++)
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], 1e-8);
    }

    [Theory]
    [InlineData(LocalizationKind.Observations)]
    [InlineData(LocalizationKind.Modulation)]
    [InlineData(LocalizationKind.Control)]
    public void Localization_without_bounds_is_none(LocalizationKind form)
    {
        var twin = Ring(3);
        var method = new EnsembleFourDVar(6, 3, Iterations: 2);
        var (plain, _) = twin.Run(method);
        var (local, last) = twin.Run(method with { Localization = new(1e9, TaperShape.Step), Form = form, InnerTolerance = 1e-12 });
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Same(plain, local, 1e-9);
    }

    [Fact]
    public void Where_all_is_linear_a_localized_window_is_one_local_ensemble_transform()
    {
        var twin = Advection();
        var localization = new Localization(1.5);
        var (transform, _) = twin.Run(new EsMda(new Letkf(localization), 5, 3, Assimilations: 1));
        var (variational, _) = twin.Run(new EnsembleFourDVar(5, 3, Iterations: 2, Localization: localization));
        Same(transform, variational, 1e-8);
    }

    [Theory]
    [InlineData(false, 0, 1)]
    [InlineData(true, 0, 3)]
    [InlineData(false, 0.3, 2)]
    [InlineData(true, 0.3, 1)]
    public void Weight_fields_and_all_modes_have_the_same_minimum_and_members(bool perturbed, double share, int iterations)
    {
        foreach (var twin in new[] { Advection(), Ring(3) })
        {
            var method = new EnsembleFourDVar(
                5, 3, 2, iterations, new(1.5), LocalizationKind.Modulation, perturbed, share, StaticBackground.Prior, ModeShare: 1, InnerTolerance: 1e-13);
            var (modulated, _) = twin.Run(method);
            var (controlled, last) = twin.Run(method with { Form = LocalizationKind.Control });
            Assert.Equal(AnalysisStatus.Sound, last.Status);
            Same(modulated, controlled, 1e-8);
        }
    }

    [Fact]
    public void Weight_fields_have_the_localized_covariance_of_the_ensemble()
    {
        var twin = Advection(1);
        var (recorder, _) = twin.Run(new EnsembleFourDVar(4, Localization: new(1.5), Form: LocalizationKind.Control, InnerTolerance: 1e-13));
        var (forecast, analysis) = (recorder.Forecasts[0], recorder.Analyses[0]);
        double Weight(int i, int j) => new Localization(1.5).Weight(twin.System.Domain.Space.Distance(twin.System.Domain.PointOf(i)!.Value, twin.System.Domain.PointOf(j)!.Value));
        var near = Matrix<double>.Build.Dense(8, 8, (i, j) => forecast.Covariance![i, j] * Weight(i, j));
        var moved = Matrix<double>.Build.Dense(8, 8, (i, j) => forecast.Covariance![i, j] * Weight((i + 6) % 8, j));      // two sites downstream of the start
        var departure = Vector<double>.Build.Dense(8, i => twin.Observations[0].Values.Span[i] - forecast.MeanState[i]);
        var expected = moved * (near + 0.09 * Matrix<double>.Build.DenseIdentity(8)).Solve(departure);
        for (var i = 0; i < 8; i++)
            Assert.Equal(forecast.MeanState[i] + expected[i], analysis.MeanState[i], 1e-8);
    }

    [Fact]
    public void Too_few_inner_iterations_are_told()
    {
        var (_, last) = Ring(3).Run(new EnsembleFourDVar(5, 3, Localization: new(1.5), Form: LocalizationKind.Control, InnerIterations: 2));
        Assert.Equal(AnalysisStatus.NotConverged, last.Status);
        Assert.Contains("inner iterations", last.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Modulation_lets_a_small_ensemble_beat_its_own_subspace()
    {
        var twin = Ring(6);
        var method = new EnsembleFourDVar(4, 2, Inflation: 1.1);
        var (plain, _) = twin.Run(method);
        var (local, last) = twin.Run(method with { Localization = new(1.5), Form = LocalizationKind.Modulation });
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Assert.InRange(twin.Error(local.Analyses), 0.05, 0.8 * twin.Error(plain.Analyses));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var twin = Ring(3);
        foreach (var form in Enum.GetValues<LocalizationKind>())
        {
            var method = new EnsembleFourDVar(5, 3, Iterations: 2, Localization: new(1.5), Form: form, StaticShare: 0.2, Background: StaticBackground.Prior);
            Same(twin.Run(method).Recorder, twin.Run(method, threads: 3).Recorder, 0);
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var twin = TwinProblem.Lorenz63(2, 1);
        var problem = new AssimilationProblem(twin.System, twin.Grid, null, 0.25);
        Assert.Contains("no place", new EnsembleFourDVar(4, Localization: new(1)).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("climatology", new EnsembleFourDVar(4, StaticShare: 0.1).Refuses(problem), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EnsembleFourDVar(1));
        Assert.Throws<ArgumentException>(() => new EnsembleFourDVar(4, ModeShare: 0));
        Assert.Throws<ArgumentException>(() => new EnsembleFourDVar(4, InnerIterations: 0));
        Assert.Throws<ArgumentException>(() => new EnsembleFourDVar(4, StaticShare: 1.1));
        Assert.Throws<ArgumentException>(() => new EnsembleFourDVar(4, Window: 1, Stride: 2));
    }

    private static TwinProblem Advection(int count = 3) => TwinProblem.Of(
        new LinearAdvection(8), 1, new GaussianPrior(Rest, [.. Enumerable.Repeat(1.0, 8)]), 2, count, _ => new IdentityOperator(8), _ => new DiagonalError(8, 0.3), 7);

    private static TwinProblem Ring(int count) => TwinProblem.Of(
        new RungeKuttaSystem(new Lorenz96(8)), 0.05, new GaussianPrior(Rest, [.. Enumerable.Repeat(1.0, 8)]), 2, count, _ => new IdentityOperator(8),
        _ => new DiagonalError(8, 0.3), 7);

    private static void Same(BeliefRecorder expected, BeliefRecorder actual, double tolerance)
    {
        foreach (var (k, belief) in expected.Smoothed)
            for (var i = 0; i < belief.Width; i++)
            {
                Assert.InRange(Math.Abs(belief.MeanState[i] - actual.Smoothed[k].MeanState[i]), 0, tolerance);
                Assert.InRange(Math.Abs(belief.Covariance![i, i] - actual.Smoothed[k].Covariance![i, i]), 0, tolerance);
            }
    }
}
