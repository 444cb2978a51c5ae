using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Inflation;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Filters;

public sealed class EnsembleFilterTests
{
    private static readonly Dictionary<string, (EnsembleFilter Method, double Error)> OnLorenz96 = new()
    {
        ["stochastic"] = (new(new StochasticEnkf(), 40, 1.06), 0.30),
        ["deterministic"] = (new(new Denkf(), 40, 1.01), 0.25),
        ["transform"] = (new(new Etkf(), 30, 1.02, Rotate: true), 0.25),
        ["finite size"] = (new(new EnkfN(2), 28, Rotate: true), 0.25),
        ["serial"] = (new(new SerialEnkf(), 30, 1.02), 0.25),
        ["serial, second-order exact"] = (new(new SerialEnkf(Scheme: SerialScheme.SecondOrderExact), 30, 1.02), 0.25),
        ["local serial"] = (new(new SerialEnkf(new Localization(8)), 20, 1.01), 0.25),
        ["local serial, adaptive"] = (new(new SerialEnkf(new Localization(8)), 20, Adaptive: new AdaptiveInflation()), 0.25),
        ["local"] = (new(new Letkf(new Localization(7.28)), 10, 1.04), 0.27),
        ["local, finite size"] = (new(new Letkf(new Localization(7.28), 2), 10), 0.30),
        ["local, relaxed"] = (new(new Letkf(new Localization(7.28)), 16, Relaxation: new Relaxation(Rtps: 0.3)), 0.27),
        ["local, additive"] = (new(new Letkf(new Localization(7.28)), 16, Additive: new AdditiveInflation(0.05)), 0.27),
    };

    public static TheoryData<string> Methods => [.. OnLorenz96.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Lorenz96_is_tracked_and_the_spread_is_that_of_the_error(string name)
    {
        var (recorder, last) = Lorenz96(300).Run(OnLorenz96[name].Method);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        var error = Lorenz96(300).Error(recorder.Analyses, after: 100);
        var spread = recorder.Analyses.Where(pair => pair.Key >= 100).Average(pair => Math.Sqrt(Enumerable.Range(0, 40).Average(i => pair.Value.Covariance![i, i])));
        Assert.InRange(error, 0.12, OnLorenz96[name].Error);
        Assert.InRange(spread / error, 0.75, 1.35);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Two_runs_and_any_number_of_threads_give_the_same_bits(string name)
    {
        var twin = Lorenz96(6);
        var expected = Members(twin.Run(OnLorenz96[name].Method).Last);
        Assert.Equal(expected, Members(twin.Run(OnLorenz96[name].Method).Last));
        Assert.Equal(expected, Members(twin.Run(OnLorenz96[name].Method, threads: 3).Last));
        Assert.NotEqual(expected, Members(twin.Run(OnLorenz96[name].Method, seed: 2).Last));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_that_is_interrupted_and_resumed_gives_the_same_bits(string name)
    {
        var twin = Lorenz96(6);
        var method = OnLorenz96[name].Method;
        var problem = new AssimilationProblem(twin.System, twin.Grid, null, 0.05);
        var first = new Cycle(method, problem, twin.Prior, twin.Observations, new BeliefRecorder(), new RandomSource(1), Workers.One);
        for (var k = 0; k < 3; k++)
            first.Advance();
        var saved = (EnsembleBelief)first.Belief;
        var belief = new EnsembleBelief(saved.Members.Copy(), null, saved.Memory.ToDictionary(pair => pair.Key, pair => pair.Value.Copy()));
        var resumed = new Cycle(method, problem, twin.Prior, twin.Observations, new BeliefRecorder(), new RandomSource(1), Workers.One, first.Window, belief);
        while (resumed.Advance())
        {
        }
        Assert.Equal(Members(twin.Run(method).Last), Members(resumed.Last!));
    }

    [Fact]
    public void On_a_linear_problem_the_transform_filter_is_the_Kalman_filter()
    {
        // Without model noise an ensemble of exact moments keeps them: five forecasts and updates against a recursion of matrices.
        var problem = new GaussianUpdate(12, 6, 4);
        var random = new RandomSource(8);
        var transition = new Matrix<double>(6, 6);
        random.FillNormal(transition.Values);
        var m = GaussianUpdate.Theirs(transition) * 0.4;
        for (var i = 0; i < 36; i++)
            transition.Values[i] *= 0.4;
        var system = new LinearGaussianSystem(transition);
        var (mean, covariance) = GaussianUpdate.Moments(problem.Forecast);
        IBelief belief = new EnsembleBelief(problem.Forecast.Copy());
        for (var k = 0; k < 5; k++)
        {
            (mean, covariance) = (m * mean, m * covariance * m.Transpose());
            var gain = covariance * problem.H.Transpose() * (problem.H * covariance * problem.H.Transpose() + problem.R).Inverse();
            var y = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfArray(problem.Observation.Values.ToArray());
            (mean, covariance) = (mean + gain * (y - problem.H * mean), covariance - gain * problem.H * covariance);
            belief = new EnsembleFilter(new Etkf(), 12).Assimilate(Window(system, problem.Observation, k), belief, random.Fork(k)).Next;
        }
        var analysis = GaussianUpdate.Moments(((EnsembleBelief)belief).Members);
        Assert.InRange((mean - analysis.Mean).AbsoluteMaximum(), 0, 1e-10);
        Assert.InRange(GaussianUpdate.Difference(covariance, analysis.Covariance), 0, 1e-10);
    }

    [Fact]
    public void Inflation_multiplies_the_analysis_anomalies()
    {
        var (mean, covariance) = Analysis(new EnsembleFilter(new Etkf(), 10));
        var (inflatedMean, inflatedCovariance) = Analysis(new EnsembleFilter(new Etkf(), 10, Inflation: 1.1, Rotate: true));
        Assert.InRange((mean - inflatedMean).AbsoluteMaximum(), 0, 1e-12);
        Assert.InRange(GaussianUpdate.Difference(covariance * 1.21, inflatedCovariance), 0, 1e-11);
    }

    [Fact]
    public void The_observed_forecast_is_predicted_before_it_is_updated()
    {
        var (recorder, problem) = (new BeliefRecorder(), new GaussianUpdate(10, 6, 4));
        var window = Window(Still(6), problem.Observation, 0, recorder);
        var analysis = new EnsembleFilter(new Etkf(), 10).Assimilate(window, new EnsembleBelief(problem.Forecast.Copy()), new RandomSource(1));
        Assert.Equal(GaussianUpdate.Moments(problem.Forecast).Mean.ToArray(), recorder.Forecasts[0].MeanState, Near);
        Assert.Equal(problem.Mean.ToArray(), recorder.Analyses[0].MeanState, Near);
        var next = new double[6];
        analysis.Next.Mean(next);
        Assert.Equal(problem.Mean.ToArray(), next, Near);
    }

    [Fact]
    public void An_observation_without_values_lets_the_time_pass()
    {
        var (recorder, problem) = (new BeliefRecorder(), new GaussianUpdate(10, 6, 4));
        var window = Window(Still(6), problem.Observation.Select([]), 0, recorder);
        var analysis = new EnsembleFilter(new Letkf(new Localization(1)), 10, 1.5, Adaptive: new AdaptiveInflation())
            .Assimilate(window, new EnsembleBelief(problem.Forecast.Copy()), new RandomSource(1));
        Assert.Equal(problem.Forecast.Values.ToArray(), Members(analysis));
        Assert.Single(recorder.Forecasts);
        Assert.Single(recorder.Analyses);
    }

    [Fact]
    public void Numbers_that_fail_are_a_status_with_a_reason()
    {
        var problem = new GaussianUpdate(10, 6, 4);
        var broken = problem.Forecast.Copy();
        broken[3, 2] = double.NaN;
        Assert.Contains("member 3", Reason(Still(6), problem.Observation, broken), StringComparison.Ordinal);
        broken[3, 2] = double.PositiveInfinity;
        Assert.Contains("not finite", Reason(Still(6), problem.Observation, broken), StringComparison.Ordinal);

        var values = problem.Observation.Values.ToArray();
        values[1] = double.NaN;
        Assert.Contains("Value 1", Reason(Still(6), With(problem.Observation, values, problem.Observation.Operator), problem.Forecast), StringComparison.Ordinal);
        var h = new Matrix<double>(4, 6);
        h[2, 5] = 1e308;
        Assert.Contains("predicts", Reason(Still(6), With(problem.Observation, problem.Observation.Values, new LinearOperator(h)), problem.Forecast), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_work_is_refused_in_a_sentence()
    {
        Assert.Contains("2 or more", Assert.Throws<ArgumentException>(() => new EnsembleFilter(new Etkf(), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EnsembleFilter(new Etkf(), 10, 0));
        Assert.Throws<ArgumentException>(() => new EnsembleFilter(new Etkf(), 10, double.NaN));
        Assert.Throws<ArgumentException>(() => new EnkfN(0));
        Assert.Throws<ArgumentException>(() => new Letkf(null, -1));
        Assert.Throws<ArgumentException>(() => new SerialEnkf(new Localization(1), SerialScheme.SecondOrderExact));
        var placeless = new AssimilationProblem(Still(6), new TimeGrid(0, 1), null, 1);
        Assert.NotNull(new EnsembleFilter(new Letkf(new Localization(1)), 10).Refuses(placeless));
        Assert.Null(new EnsembleFilter(new Letkf(), 10).Refuses(placeless));
    }

    [Fact]
    public void Any_background_becomes_an_ensemble_of_the_right_size()
    {
        var problem = new GaussianUpdate(10, 6, 4);
        double[] weights = [0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05];
        foreach (IBelief background in new IBelief[]
            { new GaussianBelief(new double[6], [1, 1, 1, 1, 1, 1.0]), new EnsembleBelief(problem.Forecast.Copy()), new EnsembleBelief(problem.Forecast.Copy(), weights) })
        {
            var recorder = new BeliefRecorder();
            var analysis = new EnsembleFilter(new Etkf(), 3000).Assimilate(Window(Still(6), problem.Observation, 0, recorder), background, new RandomSource(1));
            Assert.Equal(3000, ((EnsembleBelief)analysis.Next).Members.Rows);
            var (mean, variance) = (new double[6], new double[6]);
            background.Mean(mean);
            background.Variance(variance);
            for (var i = 0; i < 6; i++)                                 // 5 standard errors of a mean and of a variance
            {
                Assert.InRange(recorder.Forecasts[0].MeanState[i] - mean[i], -5 * Math.Sqrt(variance[i] / 3000), 5 * Math.Sqrt(variance[i] / 3000));
                Assert.InRange(recorder.Forecasts[0].Covariance![i, i] / variance[i], 1 - 5 * Math.Sqrt(2 / 3000.0), 1 + 5 * Math.Sqrt(2 / 3000.0));
            }
        }
    }

    [Fact]
    public void A_cycle_makes_little_garbage()
    {
        foreach (var name in OnLorenz96.Keys)
        {
            var twin = Lorenz96(60);
            var problem = new AssimilationProblem(twin.System, twin.Grid, null, 0.05);
            var cycle = new Cycle(OnLorenz96[name].Method, problem, twin.Prior, twin.Observations, new Deaf(), new RandomSource(1), Workers.One);
            for (var k = 0; k < 30; k++)
                cycle.Advance();
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (cycle.Advance())
            {
            }
            Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 30, 0, 40_000);
        }
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-11 * (1 + Math.Abs(a));

    private static TwinProblem Lorenz96(int count) => TwinProblem.Of(
        new RungeKuttaSystem(new Lorenz96()), 0.05, new GaussianPrior([1, .. new double[39]], [.. Enumerable.Repeat(Math.Sqrt(0.001), 40)]), 1, count,
        _ => new IdentityOperator(40), _ => new DiagonalError(40, 1), seed: 3001);

    private static LinearGaussianSystem Still(int width) => new(Matrix<double>.Identity(width));

    private static double[] Members(Analysis analysis) => ((EnsembleBelief)analysis.Next).Members.Values.ToArray();

    private static AssimilationWindow Window(IDynamicalSystem system, Observation observation, int k, BeliefRecorder? recorder = null) => new()
    {
        System = system, Grid = new TimeGrid(0, 1), Start = new GridTime(0), NextStart = observation.At, Observations = [observation],
        FirstNew = 0, Leaving = 1, IsLast = false, Observer = recorder ?? new BeliefRecorder(),
    };

    private static Observation With(Observation observation, ReadOnlyMemory<double> values, IObservationOperator h) => new()
    {
        Index = 0, At = observation.At, Operator = h, Values = values, Error = observation.Error, Points = observation.Points,
    };

    private static string Reason(IDynamicalSystem system, Observation observation, Matrix<double> members)
    {
        var analysis = new EnsembleFilter(new Etkf(), members.Rows).Assimilate(Window(system, observation, 0), new EnsembleBelief(members.Copy()), new RandomSource(1));
        Assert.Equal(AnalysisStatus.Diverged, analysis.Status);
        return analysis.Reason!;
    }

    private static (MathNet.Numerics.LinearAlgebra.Vector<double> Mean, MathNet.Numerics.LinearAlgebra.Matrix<double> Covariance) Analysis(EnsembleFilter method)
    {
        var problem = new GaussianUpdate(method.Members, 6, 4);
        var analysis = method.Assimilate(Window(Still(6), problem.Observation, 0), new EnsembleBelief(problem.Forecast.Copy()), new RandomSource(1));
        return GaussianUpdate.Moments(((EnsembleBelief)analysis.Next).Members);
    }

    private sealed class Deaf : IAnalysisObserver
    {
        public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted)
        {
        }

        public void OnAnalysis(Observation observation, IBelief belief)
        {
        }

        public void OnSmoothed(Observation observation, IBelief belief)
        {
        }

        public void OnDiagnostic(Observation observation, string name, double value)
        {
        }
    }
}
