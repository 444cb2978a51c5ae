using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Observing.Quality;

namespace Sonde.Tests.Assimilation;

public sealed class OptimalInterpolationTests
{
    private static readonly RegularGrid Grid = new(new GridAxis(0, 1, 7), new GridAxis(0, 1, 5));
    private static readonly Domain Place = new(new Plane(), [new Field("T", "K", Grid)]);
    private static readonly double[] Mean = [.. Enumerable.Range(0, Grid.Count).Select(i => 10 + 0.1 * i)];
    private static readonly KernelNoise Departures = new(Place.Space, ((IGrid)Grid).Points(), new SpatialCorrelation(3), 2);
    private static readonly OrnsteinUhlenbeck System = new(Place, Mean, 4, Departures);

    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Solved_among_observations_it_is_the_dense_one(double factor)
    {
        var observations = Observations(4);
        var covariance = new Matrix<double>(Mean.Length, Mean.Length);
        Departures.AddCovariance(1, covariance);
        var method = new OptimalInterpolation(StaticBackground.Prior, factor);
        var dense = Run(method, observations, new GaussianPrior(Mean, covariance));
        var sparse = Run(method, observations);
        for (var k = 0; k < observations.Length; k++)
        {
            Assert.NotNull(dense.Analyses[k].Covariance);
            Assert.Null(sparse.Analyses[k].Covariance);
            AssertSame(dense.Forecasts[k], sparse.Forecasts[k], 1e-10);
            AssertSame(dense.Analyses[k], sparse.Analyses[k], 1e-10);
            Assert.Equal(dense.Degrees[k], sparse.Degrees[k], 1e-10);
        }
    }

    [Fact]
    public void Variances_of_what_others_read_are_those_of_the_dense_covariance()
    {
        var observations = Observations(2);
        var covariance = new Matrix<double>(Mean.Length, Mean.Length);
        Departures.AddCovariance(1, covariance);
        var dense = Run(new OptimalInterpolation(StaticBackground.Prior), observations, new GaussianPrior(Mean, covariance)).Analyses[1];
        var sparse = Run(new OptimalInterpolation(StaticBackground.Prior), observations).Analyses[1];
        var rows = new Matrix<double>(3, Mean.Length);
        (rows[0, 3], rows[1, 4], rows[1, 11], rows[2, 0], rows[2, 34]) = (1, 0.3, 0.7, 2, -1);
        var variances = new double[3];
        sparse.Structure!.VariancesOf(rows, variances);
        for (var i = 0; i < 3; i++)
        {
            var expected = 0.0;
            for (var a = 0; a < Mean.Length; a++)
                for (var b = 0; b < Mean.Length; b++)
                    expected += rows[i, a] * dense.Covariance![a, b] * rows[i, b];
            Assert.Equal(expected, variances[i], 1e-10);
        }
    }

    [Theory]
    [InlineData(6, 0)]
    [InlineData(3, 0)]
    [InlineData(20, 3)]
    public void With_a_window_that_holds_all_it_is_the_Kalman_filter_and_smoother(int window, int first)
    {
        var observations = Observations(6, first);
        var exact = Run(new ExtendedRts(), observations);
        var interpolated = Run(new OptimalInterpolation(StaticBackground.Prior, Window: window), observations);
        for (var k = 0; k < observations.Length; k++)
        {
            AssertSame(exact.Forecasts[k], interpolated.Forecasts[k], 1e-8);
            AssertSame(exact.Analyses[k], interpolated.Analyses[k], 1e-8);
            Assert.Equal(exact.Degrees[k], interpolated.Degrees[k], 1e-8);
            AssertSame(exact.Smoothed[k], interpolated.Smoothed[k], 1e-8);
        }
    }

    [Fact]
    public void With_a_short_window_it_is_the_smoother_of_the_observations_in_it()
    {
        var observations = Observations(7);
        var interpolated = Run(new OptimalInterpolation(StaticBackground.Prior, Window: 1), observations);
        Assert.Equal(7, interpolated.Smoothed.Count);
        foreach (var (from, to, released) in new[] { (0, 1, new[] { 0 }), (0, 3, [1, 2]), (2, 5, [3, 4]), (4, 6, [5, 6]) })
        {
            var exact = Run(new ExtendedRts(), observations[from..(to + 1)]);
            foreach (var k in released)
                AssertSame(exact.Smoothed[k], interpolated.Smoothed[k], 1e-8);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_time_without_observations_passes(int window)
    {
        var observations = Observations(4);
        observations[0] = observations[0].Select([]);
        observations[2] = observations[2].Select([]);
        var interpolated = Run(new OptimalInterpolation(StaticBackground.Prior, Window: window), observations);
        AssertSame(interpolated.Forecasts[0], interpolated.Analyses[0], 1e-12);
        AssertSame(interpolated.Forecasts[2], interpolated.Analyses[2], 1e-12);
        if (window > 0)
            AssertSame(Run(new ExtendedRts(), observations).Smoothed[2], interpolated.Smoothed[2], 1e-8);
    }

    [Fact]
    public void The_background_check_judges_by_the_forecast_of_the_window()
    {
        var observations = Observations(6);
        var check = new BackgroundCheck(Threshold: 1.5);
        var (exact, interpolated) = (new BackgroundScreen(check, observations), new BackgroundScreen(check, observations));
        var (a, b) = (Run(new ExtendedRts(), observations, screen: exact), Run(new OptimalInterpolation(StaticBackground.Prior, Window: 6), observations, screen: interpolated));
        Assert.InRange(interpolated.Observations.Sum(o => o.Count), 10, 34);
        for (var k = 0; k < observations.Length; k++)
        {
            Assert.Equal(exact.Fates(k), interpolated.Fates(k));
            AssertSame(a.Smoothed[k], b.Smoothed[k], 1e-8);
        }
    }

    [Fact]
    public void The_same_bits_come_out_on_any_number_of_threads()
    {
        var observations = Observations(5);
        var method = new OptimalInterpolation(StaticBackground.Prior, Window: 2);
        var (one, three) = (Run(method, observations), Run(method, observations, threads: 3));
        for (var k = 0; k < observations.Length; k++)
            AssertSame(one.Smoothed[k], three.Smoothed[k], 0);
    }

    [Fact]
    public void A_window_needs_a_system_that_knows_how_departures_fade()
    {
        var problem = new AssimilationProblem(new LinearGaussianSystem(Matrix<double>.Identity(3)), new TimeGrid(0, 1), null, 1);
        Assert.Contains("correlation in time", new OptimalInterpolation(StaticBackground.Prior, Window: 2).Refuses(problem), StringComparison.Ordinal);
        Assert.Null(new OptimalInterpolation(StaticBackground.Prior).Refuses(problem));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_smoother_with_a_lag_keeps_its_times_apart_where_the_first_observation_is_at_the_start(int first)
    {
        var observations = Observations(6, first);
        foreach (var (lagged, whole) in new (IAssimilationMethod, IAssimilationMethod)[]
        {
            (new ExtendedRts(Lag: 5), new ExtendedRts()),
            (new EnsembleSmoother(new Etkf(), 40, Lag: 5), new EnsembleSmoother(new Etkf(), 40)),
            (new EnsembleRts(new Etkf(), 40, Lag: 5), new EnsembleRts(new Etkf(), 40)),
        })
        {
            var (a, b) = (Run(lagged, observations), Run(whole, observations));
            Assert.Equal(6, a.Smoothed.Count);
            if (lagged is ExtendedRts)
                AssertSame(b.Smoothed[0], a.Smoothed[0], 1e-8);
            foreach (var smoothed in a.Smoothed.Values)
                Assert.True(smoothed.MeanState.All(double.IsFinite));
        }
    }

    private static Keeper Run(IAssimilationMethod method, Observation[] observations, IPrior? prior = null, int threads = 1, BackgroundScreen? screen = null)
    {
        var keeper = new Keeper();
        var problem = new AssimilationProblem(System, new TimeGrid(0, 1), null, 1);
        Assert.Null(method.Refuses(problem));
        var cycle = new Cycle(
            method, problem, prior ?? new CorrelatedPrior([.. Mean], Departures), observations, keeper, new RandomSource(1), new Workers(threads), screen: screen);
        while (cycle.Advance())
            Assert.Equal(AnalysisStatus.Sound, cycle.Last!.Status);
        return keeper;
    }

    /// <summary>Six places each time, two of them always the same one, between grid points; at times 1, 1.5 and 3 steps apart.</summary>
    private static Observation[] Observations(int count, int first = 0)
    {
        var random = new RandomSource(7);
        var all = new Observation[count];
        var at = new GridTime(first);
        for (var k = 0; k < count; k++)
        {
            var probes = new Probe[6];
            var values = new double[6];
            random.FillNormal(values);
            for (var i = 0; i < 6; i++)
            {
                var spot = i < 2 ? 0 : 7 * k + i;
                probes[i] = Probe.At(0, new SpacePoint(0.3 + 0.61 * spot % 5.5, 0.2 + 0.37 * spot % 3.7));
                values[i] = 12 + 2 * values[i];
            }
            all[k] = new Observation
            {
                Index = k, At = at, Operator = FieldReader.Read(Place, probes), Values = values, Points = [.. probes.Select(probe => probe.Point)],
                Error = new DiagonalError([0.5, 0.7, 0.5, 1, 0.6, 0.4]),
            };
            at = k % 3 == 1 ? new GridTime(at.Step + 1, 0.5) : new GridTime(at.Step + (at.Fraction > 0 ? 3 : 1));
        }
        return all;
    }

    private static void AssertSame(GaussianBelief expected, GaussianBelief actual, double tolerance)
    {
        var (a, b) = (new double[expected.Width], new double[expected.Width]);
        expected.Variance(a);
        actual.Variance(b);
        for (var i = 0; i < a.Length; i++)
        {
            Assert.Equal(expected.MeanState[i], actual.MeanState[i], tolerance);
            Assert.Equal(a[i], b[i], tolerance);
        }
    }

    /// <summary>Keeps what a method reports as Gaussians, with the structure they came with.</summary>
    private sealed class Keeper : IAnalysisObserver
    {
        public Dictionary<int, GaussianBelief> Forecasts { get; } = [];

        public Dictionary<int, GaussianBelief> Analyses { get; } = [];

        public Dictionary<int, GaussianBelief> Smoothed { get; } = [];

        public Dictionary<int, double> Degrees { get; } = [];

        public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted) => Forecasts[observation.Index] = Keep(belief);

        public void OnAnalysis(Observation observation, IBelief belief) => Analyses[observation.Index] = Keep(belief);

        public void OnSmoothed(Observation observation, IBelief belief) => Smoothed[observation.Index] = Keep(belief);

        public void OnDiagnostic(Observation observation, string name, double value) => Degrees[observation.Index] = value;

        private static GaussianBelief Keep(IBelief belief) => belief switch
        {
            GaussianBelief { Covariance: { } covariance } gaussian => new GaussianBelief([.. gaussian.MeanState], covariance.Copy()),
            GaussianBelief gaussian => gaussian,
            _ => BeliefConversion.ToGaussian(belief),
        };
    }
}
