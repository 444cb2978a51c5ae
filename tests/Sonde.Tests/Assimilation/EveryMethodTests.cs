using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Particles;
using Sonde.Assimilation.Score;
using Sonde.Assimilation.Smoothers;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>Promises that hold for every method of these folders: it runs, it repeats itself, threads change nothing.</summary>
public sealed class EveryMethodTests
{
    private static readonly Dictionary<string, IAssimilationMethod> Methods = new()
    {
        ["climatology"] = new Climatology(),
        ["optimal interpolation"] = new OptimalInterpolation(),
        ["interpolation"] = new TimeInterpolation(),
        ["3D-Var"] = new ThreeDVar(Factor: 0.1),
        ["extended Kalman filter"] = new ExtendedKalman(90),
        ["free run"] = new FreeRun(40),
        ["RTS"] = new ExtendedRts(90),
        ["RTS, lagged"] = new ExtendedRts(90, 3, 2),
        ["ensemble smoother"] = new EnsembleSmoother(new Etkf(), 10, 3, 1.02, true),
        ["ensemble smoother, perturbed"] = new EnsembleSmoother(new StochasticEnkf(), 20, 3, 1.04),
        ["ensemble smoother, serial"] = new EnsembleSmoother(new SerialEnkf(), 12, 3, 1.04),
        ["ensemble smoother, rank histogram"] = new EnsembleSmoother(new RankHistogramFilter(), 30, 2, 1.02),
        ["ensemble smoother, nonlinear transform"] = new EnsembleSmoother(new Lnetf(ErrorInflation: 1.5), 40, 2, 1.05, true),
        ["ensemble RTS"] = new EnsembleRts(new Etkf(), 10, null, 1.02, true),
        ["ensemble RTS, lagged"] = new EnsembleRts(new Etkf(), 10, 3, 1.02, true, 0.95, 2),
        ["iterative"] = new IterativeEnsembleSmoother(10, Inflation: 1.02, Rotate: true),
        ["iterative, lag 0"] = new IterativeEnsembleSmoother(10, 0, 3, Inflation: 1.02),
        ["iterative, bundle"] = new IterativeEnsembleSmoother(10, 2, 4, Inflation: 1.02, Rotate: true, Bundle: 1e-4),
        ["iterative, perturbed"] = new IterativeEnsembleSmoother(20, 1, 4, IterativeForm.PerturbedObservations, Inflation: 1.04),
        ["iterative, multiple"] = new IterativeEnsembleSmoother(10, 2, 4, Inflation: 1.02, Rotate: true, MultipleAssimilation: true),
        ["multiple data assimilation"] = new EsMda(new StochasticEnkf(), 30, 2, Inflation: 1.05),
        ["ensemble of assimilations"] = new EnsembleOfAssimilations(new FourDVar(Factor: 0.1, Window: 3, Stride: 1), 8, Inflation: 1.1, ModelError: 0.1),
        ["ensemble of assimilations, weak"] = new EnsembleOfAssimilations(new WeakFourDVar(Factor: 0.1, Window: 3, Stride: 2, ModelError: 0.5), 4, false),
        ["latent 4D-Var"] = new LatentFourDVar(Window: 2, Cycled: true),
        ["LEVDA"] = new Levda(12, 2, Inflation: 1.05),
        ["LEVDA, sliding"] = new Levda(24, 3, 1, Inflation: 1.05, AdditiveInflation: 0.02, Jacobian: JacobianPoint.Mean),
        ["LEVDA, reusing observations"] = new Levda(12, 3, 1, PriorCenter.Mean, false, new Lbfgs(), 6, Joint: true, Reuse: true, Inflation: 1.2, AdditiveInflation: 0.1),
        ["LEVDA, weak"] = new Levda(12, 3, 2, Minimizer: new LevenbergMarquardt(), ModelError: 0.5, QuasiStatic: 1),
        ["hybrid"] = new Hybrid(new EnsembleFilter(new Etkf(), 10, 1.05, true), new FourDVar(Window: 3), HybridUse.Background),
        ["particle filter"] = new ParticleFilter(200, 0.3, 1.5),
        ["optimal particle filter"] = new OptimalParticleFilter(100, 2, 0.3, 0.7),
        ["duplicating particle filter"] = new PfXn(30, 100, 2, 0.2),
        ["rank histogram"] = new EnsembleFilter(new RankHistogramFilter(), 50, 1.01, true),
        ["nonlinear transform"] = new EnsembleFilter(new Lnetf(ErrorInflation: 1.5), 40, 1.05, true),
        ["score filter"] = new EnsembleFilter(new EnsembleScoreFilter(Prior: ScorePrior.Mixture, Scaling: 0.1), 20),
    };

    private static readonly TwinProblem Twin = TwinProblem.Lorenz63(60, seed: 12);

    public static TheoryData<string> Names() => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_runs_and_repeats_its_bits_on_two_threads(string name)
    {
        var (one, last) = Twin.Run(Methods[name], seed: 5);
        Assert.NotEqual(AnalysisStatus.Diverged, last.Status);
        Assert.Equal(60, one.Analyses.Count);
        Assert.Equal(60, one.Forecasts.Count);
        var two = Twin.Run(Methods[name], seed: 5, threads: 2).Recorder;
        for (var k = 0; k < 60; k++)
        {
            Assert.Equal(one.Analyses[k].MeanState, two.Analyses[k].MeanState);
            Assert.Equal(one.Analyses[k].Covariance!.Values.ToArray(), two.Analyses[k].Covariance!.Values.ToArray());
        }
        foreach (var (k, smoothed) in one.Smoothed)
            Assert.Equal(smoothed.MeanState, two.Smoothed[k].MeanState);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_beats_the_climatology(string name)
    {
        if (name is "climatology" or "free run")
            return;
        Assert.True(Twin.Error(Twin.Run(Methods[name], seed: 5).Recorder.Analyses, 10) < 3);         // the climatology errs by 7.6
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_continued_from_any_window_has_the_same_bits(string name)
    {
        var method = Methods[name];
        var problem = new AssimilationProblem(Twin.System, Twin.Grid, Twin.Climatology, 0.25);
        var whole = Twin.Run(method, seed: 5).Recorder;
        var first = new Cycle(method, problem, Twin.Prior, Twin.Observations, new BeliefRecorder(), new RandomSource(5), Workers.One);
        for (var window = 0; window < 7 && window < first.Windows; window++)
            first.Advance();
        var recorder = new BeliefRecorder();
        var second = new Cycle(method, problem, Twin.Prior, Twin.Observations, recorder, new RandomSource(5), Workers.One, first.Window, first.Belief);
        while (second.Advance())
        {
        }
        foreach (var (k, analysis) in recorder.Analyses)
            Assert.Equal(whole.Analyses[k].MeanState, analysis.MeanState);
        foreach (var (k, smoothed) in recorder.Smoothed)
            Assert.Equal(whole.Smoothed[k].MeanState, smoothed.MeanState);
    }

    [Fact]
    public void Every_method_of_these_folders_is_in_the_list()
    {
        var listed = Methods.Values.Select(method => method.GetType()).ToHashSet();
        var missing = Laws.Implementations.Of<IAssimilationMethod>()
            .Where(type => type.Namespace is "Sonde.Assimilation.Baselines" or "Sonde.Assimilation.EnsembleVariational" or "Sonde.Assimilation.Smoothers" or "Sonde.Assimilation.Particles")
            .Where(type => !listed.Contains(type));
        Assert.Empty(missing);
    }

    [Fact]
    public void A_time_without_observed_values_passes_without_an_update()
    {
        var linear = new LinearProblem(modelError: false, count: 4);
        var gap = linear.Twin.Observations.Select((observation, k) => k == 1 ? observation.Select([]) : observation).ToList();
        var twin = new TwinProblem { System = linear.Twin.System, Grid = linear.Twin.Grid, Prior = linear.Twin.Prior, Observations = gap, Truth = linear.Twin.Truth };
        foreach (var method in (IAssimilationMethod[])[
            new ExtendedKalman(), new ExtendedRts(), new EnsembleSmoother(new Etkf(), 9, 2), new EnsembleRts(new Etkf(), 9, 1), new IterativeEnsembleSmoother(9),
            new IterativeEnsembleSmoother(9, 2, Certainty: 1), new EsMda(new Etkf(), 9), new ParticleFilter(50), new OptimalParticleFilter(50), new PfXn(50)])
        {
            var (recorder, last) = twin.Run(method);
            Assert.Equal(AnalysisStatus.Sound, last.Status);
            Assert.Equal(4, recorder.Analyses.Count);
            Assert.Equal(recorder.Forecasts[1].MeanState[0], recorder.Analyses[1].MeanState[0], 1e-12);
        }
    }
}
