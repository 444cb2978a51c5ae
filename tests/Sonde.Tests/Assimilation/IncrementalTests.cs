using Sonde.Assimilation;
using Sonde.Assimilation.Incremental;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class IncrementalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gaussian_interpolation_with_exact_moments_is_the_Kalman_smoother(bool modelError)
    {
        var linear = new LinearProblem(modelError: modelError);
        var (width, mean, covariance) = (linear.Width, linear.JointMean, linear.JointCovariance);
        var scale = new NormalizedColumns<double>([.. Enumerable.Range(0, width).Select(i => 0.3 * i)], [.. Enumerable.Range(0, width).Select(i => 0.5 + i)]);
        scale.Normalize(new Batch<double>(mean, linear.Count, width));
        for (var i = 0; i < mean.Length; i++)
            for (var j = 0; j < mean.Length; j++)
                covariance[i, j] /= scale.Deviation[i % width] * scale.Deviation[j % width];
        var method = new GaussianInterpolation().With(new LearnedState(new(1, 0), new IncrementalStatistics(scale, new TrajectoryMoments(mean, covariance)).Save()));
        var (recorder, last) = linear.Twin.Run(method);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < linear.Count; k++)
        {
            linear.AssertGiven(k, -1, recorder.Forecasts[k], 1e-10);
            linear.AssertGiven(k, linear.Count - 1, recorder.Smoothed[k], 1e-9);
        }
    }

    [Fact]
    public void A_square_is_interpolated_by_linearizing_again()
    {
        var scale = new NormalizedColumns<double>([0], [1]);
        var moments = new TrajectoryMoments([2], Matrix<double>.Identity(1));
        var observation = new Observation
        {
            Index = 0, At = new GridTime(1), Operator = new InstrumentOperator(new IdentityOperator(1), Instruments.Square), Values = new[] { 9.0 },
            Error = new DiagonalError(1, 0.1), Points = [null],
        };
        var (z, variance) = (new double[1], new double[1]);
        new IncrementalStatistics(scale, moments).Estimate([observation], 20, z, variance);
        var slope = (z[0] - 2) - 2 * z[0] * (9 - z[0] * z[0]) / 0.01;       // of ½ (x − 2)² + ½ (9 − x²)² / 0.1²
        Assert.Equal(0, slope, 1e-8);
    }

    [Theory]
    [InlineData(1, IncrementalOutput.Mean)]
    [InlineData(1, IncrementalOutput.Last)]
    [InlineData(5, IncrementalOutput.Mean)]
    [InlineData(5, IncrementalOutput.Last)]
    public void Where_observations_say_everything_increments_end_at_the_truth(int increments, IncrementalOutput output)
    {
        var (estimate, truth, _) = Restore(new NeuralIncremental(Increments: increments, Output: output, Training: new(Likelihood: 0)));
        for (var i = 0; i < truth.Length; i++)
            Assert.Equal(truth[i], estimate[i], 1e-5);
    }

    [Fact]
    public void The_printed_rule_overshoots_by_the_sum_of_the_shares()
    {
        var (estimate, truth, start) = Restore(new NeuralIncremental(Increments: 5, Printed: true, Training: new(Likelihood: 0)));
        for (var i = 0; i < truth.Length; i++)
            Assert.Equal(start[i] + 3 * (truth[i] - start[i]), estimate[i], 1e-4);
    }

    [Fact]
    public void A_small_training_beats_interpolation_and_knows_its_error()
    {
        var twins = new LorenzTwins(16);
        var settings = new NeuralIncremental(
            Network: new WindowConvolutions(16, 1, 5), Training: new(1000, Epochs: 10, Rate: 1e-2, Likelihood: 0.3, Average: 0.9, Calibration: 200));
        var learned = Schooling.Train(settings, twins);
        var again = Schooling.Train(settings, twins, threads: 2);
        Assert.Equal(learned.Weights.Values, again.Weights.Values);
        var (neural, gaussian) = (Score(settings.With(learned), twins), Score(new GaussianInterpolation().With(new LearnedState(new(1, 0), learned.Statistics)), twins));
        Assert.InRange(neural.Square / gaussian.Square, 0.3, 0.75);
        Assert.InRange(neural.Coverage, 0.85, 0.95);
    }

    [Fact]
    public void Cold_diffusion_learns_too()
    {
        var twins = new LorenzTwins(16);
        var settings = new ColdDiffusion(Increments: 2, Network: new WindowPerceptron([64, 64]), Training: new(1000, Epochs: 10, Rate: 3e-3, Average: 0.9));
        var learned = Schooling.Train(settings, twins);
        var (cold, gaussian) = (Score(settings.With(learned), twins), Score(new GaussianInterpolation().With(new LearnedState(new(1, 0), learned.Statistics)), twins));
        Assert.InRange(cold.Square / gaussian.Square, 0.3, 0.85);
        Assert.InRange(cold.Coverage, 0.85, 0.95);
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        var (statistics, settings) = (new IncrementalStatistics(new([0], [1]), new TrajectoryMoments([0, 0], Matrix<double>.Identity(2))), new NeuralIncremental());
        var saved = TrainedIncremental.Save(statistics, new(0, 2), []);
        var error = Assert.Throws<ArgumentException>(() => settings.With(new LearnedState(new(1, 7), saved)));
        Assert.Contains("7 were learned", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => settings.Assimilate(null!, null!, new RandomSource(0)));
        Assert.Throws<ArgumentException>(() => new NeuralIncremental(Offsets: [2, 1]));
    }

    /// <summary>A window of which everything is observed, through a network that says nothing, from a prior that is wrong and sure of itself.</summary>
    private static (double[] Estimate, double[] Truth, double[] Start) Restore(NeuralIncremental settings)
    {
        var statistics = new IncrementalStatistics(new([0, 0], [1, 1]), new TrajectoryMoments([0.5, -0.5, 0.25, 1, 0, 0], new Matrix<double>(6, 6)));
        var saved = TrainedIncremental.Save(statistics, new(0, 6), []);
        var weights = new Matrix<float>(1, new IncrementalModel(settings, statistics).Network.WeightCount);
        var trained = new TrainedIncremental(settings, new LearnedState(weights, saved));
        var truth = Enumerable.Range(0, 6).Select(i => Math.Sin(i + 1.0)).ToArray();
        var observations = Enumerable.Range(0, 3).Select(t => new Observation
        {
            Index = t, At = new GridTime(t + 1), Operator = new IdentityOperator(2), Values = truth.AsMemory(2 * t, 2), Error = new DiagonalError(2, 1e-4), Points = [null, null],
        }).ToArray();
        var estimate = new double[6];
        Assert.True(trained.Estimate(observations, estimate, new Matrix<double>(6, 2)));
        return (estimate, truth, statistics.Moments.Mean.ToArray());
    }

    /// <summary>Mean square error and share of the truth within the 90 % interval, over windows never seen.</summary>
    private static (double Square, double Coverage) Score(IAssimilationMethod method, LorenzTwins twins)
    {
        var (random, truths) = (new RandomSource(77), new Matrix<double>(200, 3 * twins.Length));
        twins.Simulate(truths, random.Fork("truths"));
        var (square, inside) = (0.0, 0);
        for (var row = 0; row < truths.Rows; row++)
        {
            var recorder = new BeliefRecorder();
            var cycle = new Cycle(method, twins.Problem, new GaussianPrior(new double[3], [1, 1, 1]), twins.Observe(truths[row], random.Fork(row)), recorder, random, Workers.One);
            Assert.True(cycle.Advance());
            foreach (var (t, belief) in recorder.Smoothed)
                for (var i = 0; i < 3; i++)
                {
                    var error = truths[row, 3 * t + i] - belief.MeanState[i];
                    square += error * error;
                    inside += Math.Abs(error) < 1.6449 * Math.Sqrt(belief.Covariance![i, i]) ? 1 : 0;
                }
        }
        return (square / truths.Values.Length, (double)inside / truths.Values.Length);
    }
}
