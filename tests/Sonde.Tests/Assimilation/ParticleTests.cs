using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Particles;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class ParticleTests
{
    [Theory]
    [InlineData(ResamplingScheme.Systematic)]
    [InlineData(ResamplingScheme.Stratified)]
    [InlineData(ResamplingScheme.Residual)]
    [InlineData(ResamplingScheme.Multinomial)]
    public void Resampling_is_unbiased_and_each_scheme_has_its_own_noise(ResamplingScheme scheme)
    {
        double[] weights = [0.0, 0.35, 0.05, 0.2, 0.4];
        var (indices, sums, squares) = (new int[8], new double[5], new double[5]);
        const int Draws = 20000;
        for (var draw = 0; draw < Draws; draw++)
        {
            Resampling.Draw(weights, scheme, new RandomSource(draw), indices);
            for (var n = 0; n < 5; n++)
            {
                var copies = indices.Count(i => i == n);
                sums[n] += copies;
                squares[n] += copies * copies;
            }
            Assert.True(indices.SequenceEqual(indices.Order()));
        }
        for (var n = 0; n < 5; n++)
        {
            var expected = 8 * weights[n];
            var variance = squares[n] / Draws - Math.Pow(sums[n] / Draws, 2);
            Assert.Equal(expected, sums[n] / Draws, 4 * Math.Sqrt(2.0 / Draws));
            var fraction = expected - Math.Floor(expected);
            if (scheme == ResamplingScheme.Systematic)
                Assert.Equal(fraction * (1 - fraction), variance, 0.02);            // only the two nearest whole numbers
            if (scheme == ResamplingScheme.Multinomial)
                Assert.Equal(expected * (1 - weights[n]), variance, 0.05);
        }
    }

    [Fact]
    public void Flattened_resampling_keeps_the_expectation_through_its_weights()
    {
        double[] weights = [0.9, 0.06, 0.04];
        var (indices, sum) = (new int[60], 0.0);
        for (var draw = 0; draw < 4000; draw++)
        {
            var kept = Resampling.Draw(weights, 3, ResamplingScheme.Multinomial, new RandomSource(draw), indices)!;
            Assert.Equal(1, kept.Sum(), 1e-12);
            for (var i = 0; i < 60; i++)
                sum += kept[i] * indices[i];
        }
        Assert.Equal(0.06 + 2 * 0.04, sum / 4000, 0.01);            // normalising 60 weights leaves a bias of order 1/60
    }

    public static TheoryData<string> Filters() => [.. Many.Keys];

    private static readonly Dictionary<string, IAssimilationMethod> Many = new()
    {
        ["bootstrap"] = new ParticleFilter(20000, 0.5),
        ["bootstrap, stratified, flattened"] = new ParticleFilter(20000, 0.8, Resampling: ResamplingScheme.Stratified, WeightRoot: 1.5),
        ["bootstrap, residual, jitter"] = new ParticleFilter(20000, 0.5, 0.5, ResamplingScheme.Residual),
        ["optimal proposal"] = new OptimalParticleFilter(20000, 1e-3, 0.5, Resampling: ResamplingScheme.Multinomial),
        ["duplication"] = new PfXn(2000, 20, 0.3, 0.5),
        ["rank histogram"] = new EnsembleFilter(new RankHistogramFilter(), 2000),
        ["nonlinear transform"] = new EnsembleFilter(new Lnetf(Root: TransformRoot.Symmetric), 400, Rotate: true),
    };

    /// <summary>
    /// x ← 0.9 x + N(0, 0.5), observed with variance 1 twelve times. With M effective particles the mean errs by about
    /// sd/√M each time; jitter of bandwidth h inflates the variance by h².
    /// </summary>
    [Theory]
    [MemberData(nameof(Filters))]
    public void With_many_particles_the_answer_is_that_of_the_Kalman_filter(string name)
    {
        var q = new Matrix<double>(1, 1) { [0, 0] = 0.5 };
        var system = new LinearGaussianSystem(new Matrix<double>(1, 1) { [0, 0] = 0.9 }, q);
        var twin = TwinProblem.Of(system, 1, new GaussianPrior([1.0], [2.0]), 1, 12, _ => new IdentityOperator(1), _ => new DiagonalError(1, 1.0), seed: 22);
        var (recorder, last) = twin.Run(Many[name]);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        var (mean, variance) = (1.0, 4.0);
        for (var k = 0; k < 12; k++)
        {
            (mean, variance) = (0.9 * mean, 0.81 * variance + 0.5);
            var gain = variance / (variance + 1);
            (mean, variance) = (mean + gain * (twin.Observations[k].Values.Span[0] - mean), (1 - gain) * variance);
            var (meanTolerance, varianceTolerance) = name switch
            {
                "rank histogram" or "duplication" => (0.08, 0.12),      // 2000 members
                "nonlinear transform" => (0.12, 0.3),                   // 400; turned at random, which makes it Gaussian again
                _ => (0.04, 0.05),
            };
            Assert.Equal(mean, recorder.Analyses[k].MeanState[0], meanTolerance);
            Assert.Equal(1, recorder.Analyses[k].Covariance![0, 0] / variance, varianceTolerance);
        }
    }

    [Fact]
    public void A_likelihood_that_no_particle_has_is_an_outcome()
    {
        var system = new LinearGaussianSystem(Matrix<double>.Identity(1));
        var twin = new TwinProblem
        {
            System = system, Grid = new TimeGrid(0, 1), Prior = new GaussianPrior([0.0], [1.0]), Truth = new Matrix<double>(1, 1),
            Observations = [new Observation { Index = 0, At = new GridTime(1), Operator = new Undefined(), Values = new[] { 1.0 }, Error = new DiagonalError(1, 1.0), Points = [null] }],
        };
        foreach (var method in (IAssimilationMethod[])[new ParticleFilter(10), new PfXn(10)])
        {
            var (_, last) = twin.Run(method);
            Assert.Equal(AnalysisStatus.Diverged, last.Status);
            Assert.Contains("likelihood", last.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_far_observation_does_not_underflow()
    {
        var weights = new double[] { 0.5, 0.5 };
        Assert.Equal(1, ImportanceWeights.Multiply(weights, [-1e6, -1e6 - 800]), 1e-12);
        Assert.Equal([1.0, 0.0], weights);
    }

    [Fact]
    public void Quantiles_of_the_normal_distribution_are_those_of_the_tables()
    {
        Assert.Equal(0, NormalQuantile.Of(0.5), 1e-16);
        Assert.Equal(1.959963984540054, NormalQuantile.Of(0.975), 1e-14);
        Assert.Equal(-3.090232306167814, NormalQuantile.Of(0.001), 1e-14);
        Assert.Equal(-9.262340089798408, NormalQuantile.Of(1e-20), 1e-13);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-8)]
    public void Rank_histograms_match_a_Gaussian(double observed)
    {
        var prior = Enumerable.Range(1, 999).Select(k => NormalQuantile.Of(k / 1000.0)).ToArray();
        var posterior = Posterior(prior, x => -0.5 * (observed - x) * (observed - x));
        for (var k = 50; k < 949; k++)                                  // N(observed/2, 1/2), found from bins of the prior: all in its tail for −8
            Assert.Equal(0.5 * observed + Math.Sqrt(0.5) * prior[k], posterior[k], observed == 1.5 ? 0.01 : 0.1);
    }

    [Fact]
    public void Rank_histograms_follow_a_likelihood_with_two_modes()
    {
        var prior = Enumerable.Range(1, 999).Select(k => NormalQuantile.Of(k / 1000.0)).ToArray();
        var posterior = Posterior(prior, x => -50 * Math.Pow(Math.Abs(x) - 1, 2));
        Assert.True(posterior.Count(x => Math.Abs(Math.Abs(x) - 1) < 0.3) > 0.97 * 999);
        Assert.InRange(posterior.Count(x => x > 0), 0.49 * 999, 0.51 * 999);
        Assert.True(posterior.Zip(posterior.Skip(1)).All(pair => pair.First <= pair.Second));
    }

    private static double[] Posterior(double[] prior, Func<double, double> logLikelihood)
    {
        var (order, ends, increments) = (new int[prior.Length], new double[prior.Length + 2 * RankHistogram.TailBins], new double[prior.Length]);
        RankHistogram.Place(prior, order, ends);
        Assert.True(RankHistogram.Move(order, ends, [.. ends.Select(logLikelihood)], increments));
        return [.. prior.Zip(increments, (x, change) => x + change)];
    }

    [Theory]
    [InlineData(TransformRoot.Symmetric, false)]
    [InlineData(TransformRoot.Symmetric, true)]
    [InlineData(TransformRoot.Rotated, false)]
    [InlineData(TransformRoot.Rotated, true)]
    public void The_nonlinear_transform_has_the_weighted_mean_and_covariance_exactly(TransformRoot root, bool laplace)
    {
        var (members, predicted) = (new Matrix<double>(12, 5), new Matrix<double>(12, 2));
        new RandomSource(4).FillNormal(members.Values);
        var h = new ComponentOperator(5, [1, 3]);
        h.Apply(members, predicted);
        IObservationError error = laplace ? new LaplaceError([0.7, 0.4]) : new DiagonalError([0.7, 0.4]);
        var observation = new Observation { Index = 0, At = new GridTime(1), Operator = h, Values = new[] { 0.3, -1.0 }, Error = error, Points = [null, null] };
        var weights = Enumerable.Repeat(1.0 / 12, 12).ToArray();
        var logs = new double[12];
        ImportanceWeights.LogLikelihood(observation, predicted, logs);
        ImportanceWeights.Multiply(weights, logs);
        var expected = BeliefConversion.ToGaussian(new EnsembleBelief(members.Copy(), weights));

        var context = new UpdateContext(Domain.Unplaced(5), Workers.One, new RandomSource(1), new BeliefRecorder());
        Assert.Equal(AnalysisStatus.Sound, new Lnetf(Root: root).Update(members, predicted, observation, context));
        var actual = BeliefConversion.ToGaussian(new EnsembleBelief(members));
        var (sum, n) = (TensorPrimitives.SumOfSquares<double>(weights), 12.0);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(expected.MeanState[i], actual.MeanState[i], 1e-13);
            for (var j = 0; j < 5; j++)                                 // unbiased estimates: Σ w aaᵀ/(1 − Σ w²) against Σ aaᵀ/(N − 1)
                Assert.Equal(expected.Covariance![i, j] * (1 - sum) * n / (n - 1), actual.Covariance![i, j], 1e-11);
        }
    }

    [Fact]
    public void Local_analyses_see_only_what_is_near_and_use_no_transform_where_nothing_is()
    {
        var twin = Lorenz96(1, observed: [0, 1]);
        var near = new Localization(2);
        foreach (var update in (IEnsembleUpdate[])[new Lnetf(near), new RankHistogramFilter(near)])
        {
            var (recorder, _) = twin.Run(new EnsembleFilter(update, 15));
            var moved = Enumerable.Range(0, 40).Where(i => recorder.Forecasts[0].MeanState[i] != recorder.Analyses[0].MeanState[i]);
            Assert.Equal([0, 1, 2, 3, 4, 37, 38, 39], moved);           // within 2c = 4 of site 0 or 1, where the weight is 0
        }
    }

    private static TwinProblem Lorenz96(int count, int[] observed)
    {
        var system = new RungeKuttaSystem(new Lorenz96());
        var start = TwinProblem.LongRun(system, 0.05, [1, .. new double[39]], samples: 100);
        return TwinProblem.Of(
            system, 0.05, new GaussianPrior(start.MeanState, [.. Enumerable.Repeat(2.0, 40)]), 2, count, _ => new ComponentOperator(40, observed),
            _ => new DiagonalError(observed.Length, 1.0), seed: 6);
    }

    private sealed class Undefined : IObservationOperator
    {
        public int InputWidth => 1;

        public int OutputWidth => 1;

        public void Apply(ReadOnlyBatch<double> x, Batch<double> y) => y.Fill(double.NaN);

        public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy) => dy.Fill(double.NaN);

        public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar) => xBar.Fill(double.NaN);

        public IObservationOperator Select(ReadOnlySpan<int> indices) => this;
    }
}
