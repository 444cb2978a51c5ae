using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;
using Theirs = MathNet.Numerics.LinearAlgebra.Matrix<double>;

namespace Sonde.Tests.Assimilation;

public sealed class HybridTests
{
    private static readonly IAssimilationMethod Poor = new EnsembleFilter(new Etkf(), 4);

    public static TheoryData<string> Seconds => ["3dvar", "4dvar", "4dvar growing", "weak-4dvar", "weak-4dvar by model errors", "weak-4dvar overlapping"];

    [Theory]
    [MemberData(nameof(Seconds))]
    public void Wherever_it_begins_it_ends_in_the_only_minimum_of_a_linear_problem(string name)
    {
        var linear = new LinearProblem(4, 6, modelError: name.StartsWith("weak", StringComparison.Ordinal));
        var second = Second(name);
        var first = second.Plan.Length == second.Plan.Stride ? Poor : new WeakFourDVar(StaticBackground.Identity, 9, 3, 2, ModelError: 1);
        var (alone, _) = linear.Twin.Run(second);
        var (hybrid, last) = linear.Twin.Run(new Hybrid(first, second));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Same(alone.Forecasts, hybrid.Forecasts, 1e-8);
        Same(alone.Analyses, hybrid.Analyses, 1e-8);
        Same(alone.Smoothed, hybrid.Smoothed, 1e-8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_filter_s_belief_as_the_background_makes_a_window_the_smoother_of_what_is_known(bool weak)
    {
        var linear = new LinearProblem(4, 6, modelError: weak);
        IAssimilationMethod second = weak ? new WeakFourDVar(StaticBackground.Identity, Window: 3) : new FourDVar(StaticBackground.Identity, Window: 3);
        var (recorder, _) = linear.Twin.Run(new Hybrid(new ExtendedKalman(), second, HybridUse.Background));
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, k - 1, recorder.Forecasts[k], 1e-8);                 // the filter's own
            linear.AssertGiven(k, (k / 3 * 3) + 2, recorder.Analyses[k], 1e-8);
        }
    }

    [Fact]
    public void A_filter_s_belief_as_the_background_of_3D_Var_is_the_filter()
    {
        var linear = new LinearProblem(4, 5);
        var (recorder, _) = linear.Twin.Run(new Hybrid(new ExtendedKalman(), new ThreeDVar(StaticBackground.Identity), HybridUse.Background));
        for (var k = 0; k < linear.Count; k++)
            linear.AssertGiven(k, k, recorder.Analyses[k], 1e-8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Priors_at_both_ends_give_the_Gaussian_posterior_of_all(bool weak)
    {
        var linear = new LinearProblem(4, 3, modelError: weak);
        var (n, twin) = (linear.Width, linear.Twin);
        var (back, fore) = (Belief(n, "background"), Belief(n, "foreground"));
        IVariationalMethod method = weak ? new WeakFourDVar(StaticBackground.Identity, Window: 3) : new FourDVar(StaticBackground.Identity, Window: 3);
        var recorder = Run(method, twin, new WindowGuess(null, back, fore));
        var system = (LinearGaussianSystem)twin.System;
        var step = LinearProblem.Theirs(system.Transition);
        var noise = new Matrix<double>(n, n);
        system.AddStepCovariance(1, noise);
        var q = LinearProblem.Theirs(noise);
        var (mean, p) = (MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(back.MeanState), LinearProblem.Theirs(back.Covariance!));
        for (var k = 0; k < 3; k++)                                                     // the Kalman filter; the foreground is its last observation
        {
            for (var s = 0; s < 2; s++)
                (mean, p) = (step * mean, (step * p * step.Transpose()) + q);
            var one = twin.Observations[k];
            var columns = new Matrix<double>(n, one.Count);
            one.Operator.Apply(Matrix<double>.Identity(n), columns);
            var r = new Matrix<double>(one.Count, one.Count);
            one.Error.AddCovariance(r);
            Update(LinearProblem.Theirs(columns).Transpose(), LinearProblem.Theirs(r), one.Values.ToArray());
        }
        Update(Theirs.Build.DenseIdentity(n), LinearProblem.Theirs(fore.Covariance!), fore.MeanState);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(mean[i], recorder.Analyses[2].MeanState[i], 1e-8);
            for (var j = 0; j < n; j++)
                Assert.Equal(p[i, j], recorder.Analyses[2].Covariance![i, j], 1e-8);
        }
        Assert.Equal(3, recorder.Analyses.Count);

        void Update(Theirs h, Theirs r, double[] y)
        {
            var gain = p * h.Transpose() * ((h * p * h.Transpose()) + r).Inverse();
            mean += gain * (MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(y) - (h * mean));
            p -= gain * h * p;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Priors_may_be_variances_alone(bool weak)
    {
        var linear = new LinearProblem(4, 3, modelError: weak);
        IVariationalMethod method = weak ? new WeakFourDVar(StaticBackground.Identity, Window: 3) : new FourDVar(StaticBackground.Identity, Window: 3);
        double[] mean = [1, 2, 3, 4], variances = [0.5, 1, 0.2, 2];
        var covariance = new Matrix<double>(4, 4);
        for (var i = 0; i < 4; i++)
            covariance[i, i] = variances[i];
        var (plain, full) = (new GaussianBelief(mean, variances), new GaussianBelief(mean, covariance));
        Same(Run(method, linear.Twin, new(null, full, full)).Analyses, Run(method, linear.Twin, new(null, plain, plain)).Analyses, 1e-12);
    }

    [Fact]
    public void A_good_start_keeps_long_windows_out_of_wrong_minima()
    {
        var smoother = new EnsembleRts(new Etkf(), 30, Inflation: 1.02);
        var strong = new FourDVar(Window: 15, Iterations: 60);
        var twins = Enumerable.Range(1, 6).Select(seed => Long(15, seed)).ToArray();
        Assert.Equal(4, twins.Count(twin => Fails(twin, strong)));
        Assert.Equal(1, twins.Count(twin => Fails(twin, new Hybrid(smoother, strong))));
        var weak = new WeakFourDVar(Window: 40, Iterations: 60, ModelError: 0.05);
        foreach (var seed in new[] { 1, 4, 8 })                  // where a start at the first state is not enough, a trajectory is
        {
            var twin = Long(40, seed);
            Assert.True(Fails(twin, weak));
            Assert.True(Fails(twin, new Hybrid(smoother, strong with { Window = 40 })));
            Assert.False(Fails(twin, new Hybrid(smoother, weak)));
        }
    }

    [Fact]
    public void Observations_before_a_window_make_its_background_and_each_counts_once()
    {
        var linear = new LinearProblem(4, 6, modelError: false);
        var method = new Hybrid(new ExtendedRts(), new FourDVar(StaticBackground.Identity, Window: 3), HybridUse.Background, Around: 3, Once: true);
        var (recorder, _) = linear.Twin.Run(method);
        for (var k = 0; k < linear.Count; k++)
            linear.AssertGiven(k, k / 3 * 3 + 2, recorder.Analyses[k], 1e-8);
    }

    [Fact]
    public void Observations_after_a_window_make_its_foreground_and_each_counts_once()
    {
        var linear = new LinearProblem(4, 6, modelError: false);
        var vague = new Matrix<double>(4, 4);
        for (var i = 0; i < 4; i++)
            vague[i, i] = 1e6;
        var twin = new TwinProblem
        {
            System = linear.Twin.System, Grid = linear.Twin.Grid, Prior = new GaussianPrior([0.0, 0, 0, 0], vague), Observations = linear.Twin.Observations, Truth = linear.Twin.Truth,
        };
        var (all, _) = twin.Run(new FourDVar(StaticBackground.Prior, Window: 6));
        var (once, _) = twin.Run(new Hybrid(new ExtendedRts(), new FourDVar(StaticBackground.Prior, Window: 3), HybridUse.BothEnds, Around: 3, Once: true));
        var (twice, _) = twin.Run(new Hybrid(new ExtendedRts(), new FourDVar(StaticBackground.Prior, Window: 3), HybridUse.BothEnds, Around: 3));
        for (var k = 0; k < 3; k++)
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(all.Analyses[k].MeanState[i], once.Analyses[k].MeanState[i], 1e-3);
                Assert.Equal(1, once.Analyses[k].Covariance![i, i] / all.Analyses[k].Covariance![i, i], 1e-3);
                Assert.True(twice.Analyses[k].Covariance![i, i] < 0.7 * all.Analyses[k].Covariance![i, i]);
            }
    }

    [Fact]
    public void Windows_that_restart_know_nothing_of_one_another()
    {
        var linear = new LinearProblem(4, 6, modelError: false);
        var method = new FourDVar(StaticBackground.Prior, Window: 3, Restart: true);
        var (recorder, _) = linear.Twin.Run(method);
        var (alone, _) = linear.Twin.Run(method with { Restart = false });
        Same(new(alone.Analyses.Where(pair => pair.Key < 3).ToDictionary()), new(recorder.Analyses.Where(pair => pair.Key < 3).ToDictionary()), 1e-12);
        var prior = linear.Twin.Prior.Moments();
        var problem = new AssimilationProblem(linear.Twin.System, linear.Twin.Grid, null, 2);
        var begun = method.Begin(problem, linear.Twin.Prior, new RandomSource(1));
        var cycle = new Cycle(method, problem, linear.Twin.Prior, linear.Twin.Observations, new BeliefRecorder(), new RandomSource(1), Workers.One);
        Assert.True(cycle.Advance());
        var (expected, mean) = (new double[4], new double[4]);
        begun.Mean(expected);
        cycle.Belief.Mean(mean);
        Assert.Equal(expected, mean);
        Assert.Equal(prior.MeanState, mean);
        Assert.Throws<ArgumentException>(() => new FourDVar(Cycled: true, Restart: true));
    }

    [Fact]
    public void The_first_part_judges_observations_for_both()
    {
        var linear = new LinearProblem(4, 6, modelError: false);
        Observation[] series = [.. linear.Twin.Observations];
        series[4] = series[4].WithValues(series[4].Values.ToArray().Select(value => value + 100).ToArray());
        var screen = new BackgroundScreen(new Sonde.Observing.Quality.BackgroundCheck(Threshold: 6), series);
        var recorder = new BeliefRecorder();
        var cycle = new Cycle(
            new Hybrid(new ExtendedKalman(), new FourDVar(StaticBackground.Prior, Window: 3)), new(linear.Twin.System, linear.Twin.Grid, null, 2), linear.Twin.Prior,
            series, recorder, new RandomSource(1), Workers.One, screen: screen);
        while (cycle.Advance())
        {
        }
        Assert.Equal(AnalysisStatus.Sound, cycle.Last!.Status);
        Assert.Equal(0, screen.Observations[4].Count);
        Assert.InRange(linear.Twin.Error(recorder.Smoothed), 0, 2);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var twin = TwinProblem.Lorenz63(2, 1);
        var problem = new AssimilationProblem(twin.System, twin.Grid, twin.Climatology, 0.25);
        Assert.Contains("variational", new Hybrid(new FourDVar(), Poor).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("slide by 1", new Hybrid(Poor, new FourDVar(Window: 3, Stride: 1)).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("2 observation times", new Hybrid(new FourDVar(Window: 2), new FourDVar(Window: 3)).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("climatology", new Hybrid(Poor, new FourDVar()).Refuses(problem with { Climatology = null }), StringComparison.Ordinal);
        Assert.Contains("whole series", new Hybrid(Poor, new FourDVar(), Around: 2).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("around of 1", new Hybrid(new ExtendedRts(), new FourDVar(), HybridUse.Background, Once: true).Refuses(problem), StringComparison.Ordinal);
        Assert.Contains("4dvar alone", new Hybrid(new ExtendedRts(), new WeakFourDVar(), HybridUse.BothEnds, 3, true).Refuses(problem), StringComparison.Ordinal);
        var wrong = new WindowGuess(Foreground: Belief(4, "foreground"));
        Assert.Contains("4 components", Assert.Throws<ArgumentException>(() => Run(new FourDVar(), twin, wrong)).Message, StringComparison.Ordinal);
        Run(new ThreeDVar(), twin, new(null, Belief(3, "background"), Belief(3, "foreground")));
        var singular = new WindowGuess(Foreground: new GaussianBelief([0.0, 0, 0], new Matrix<double>(3, 3)));
        Run(new FourDVar(), twin, singular, AnalysisStatus.Diverged);
    }

    private static IAssimilationMethod Second(string name) => name switch
    {
        "3dvar" => new ThreeDVar(StaticBackground.Prior, Tolerance: 1e-12),
        "4dvar" => new FourDVar(StaticBackground.Prior, Window: 3, Tolerance: 1e-12),
        "4dvar growing" => new FourDVar(StaticBackground.Prior, Window: 6, QuasiStatic: 2, Tolerance: 1e-12),
        "weak-4dvar" => new WeakFourDVar(StaticBackground.Prior, Window: 2, Tolerance: 1e-12),
        "weak-4dvar by model errors" => new WeakFourDVar(StaticBackground.Prior, Window: 3, Form: WeakForm.ModelError, Tolerance: 1e-12),
        _ => new WeakFourDVar(StaticBackground.Prior, Window: 3, Stride: 2, Cycled: true, Tolerance: 1e-12),
    };

    private static GaussianBelief Belief(int width, string name)
    {
        var random = new RandomSource(8).Fork(name);
        var (mean, root, covariance) = (new double[width], new Matrix<double>(width + 2, width), new Matrix<double>(width, width));
        random.FillNormal(mean);
        random.Fork("root").FillNormal(root.Values);
        Dense.MultiplyTransposedLeft<double>(1.0 / width, root, root, 0, covariance);
        return new(mean, covariance);
    }

    /// <summary>One window of all observations.</summary>
    private static BeliefRecorder Run(IVariationalMethod method, TwinProblem twin, WindowGuess guess, AnalysisStatus expected = AnalysisStatus.Sound)
    {
        var recorder = new BeliefRecorder();
        var problem = new AssimilationProblem(twin.System, twin.Grid, twin.Climatology, 1);
        var window = new AssimilationWindow
        {
            System = twin.System, Grid = twin.Grid, Start = default, NextStart = twin.Observations[^1].At, Observations = twin.Observations, FirstNew = 0,
            Leaving = twin.Observations.Count, IsLast = true, Observer = recorder,
        };
        Assert.Equal(expected, method.Assimilate(window, method.Begin(problem, twin.Prior, new RandomSource(1)), guess, new RandomSource(1)).Status);
        return recorder;
    }

    private static bool Fails(TwinProblem twin, IAssimilationMethod method) => twin.Error(twin.Run(method).Recorder.Smoothed) > 0.6;

    private static TwinProblem Long(int count, long seed)
    {
        var system = new RungeKuttaSystem(new Lorenz63());
        double[] start = [1.509, -1.531, 25.46];
        var climatology = TwinProblem.LongRun(system, 0.01, start);
        return TwinProblem.Of(
            system, 0.01, new GaussianPrior(climatology.MeanState, climatology.Covariance!), 12, count, _ => new IdentityOperator(3), _ => new DiagonalError(3, 1), seed, climatology);
    }

    private static void Same(SortedDictionary<int, GaussianBelief> expected, SortedDictionary<int, GaussianBelief> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (k, belief) in expected)
            for (var i = 0; i < belief.Width; i++)
            {
                Assert.Equal(belief.MeanState[i], actual[k].MeanState[i], tolerance);
                for (var j = 0; j < belief.Width; j++)
                    Assert.Equal(belief.Covariance![i, j], actual[k].Covariance![i, j], tolerance);
            }
    }
}
