using Sonde.Assimilation.Incremental;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Assimilation;

/// <summary>The parts of neural incremental assimilation: forms of priors, moments of trajectories, networks of windows.</summary>
public sealed class WindowTests
{
    private const int Width = 2, Times = 5, Count = Width * Times;
    private static readonly WindowShape Shape = new(Width, Times, 1);

    [Theory]
    [InlineData(LocalPriorForm.Banded)]
    [InlineData(LocalPriorForm.Constant)]
    [InlineData(LocalPriorForm.Covariance)]
    [InlineData(LocalPriorForm.LowRank)]
    [InlineData(LocalPriorForm.Identity)]
    public void Covariances_of_a_form_are_the_derivative_of_its_analysis(LocalPriorForm form)
    {
        var (own, numbers, evidence, covariance) = Conditioned(form);
        var states = new Matrix<double>(Count, Width);
        Assert.True(own.Covariances(numbers, evidence, states));
        for (var i = 0; i < Count; i++)
            for (var j = 0; j < Width; j++)
                Assert.Equal(covariance[i, i / Width * Width + j], states[i, j], 1e-5);
    }

    [Theory]
    [InlineData(LocalPriorForm.Banded, 100)]
    [InlineData(LocalPriorForm.Banded, 6400)]
    [InlineData(LocalPriorForm.Constant, 6400)]
    [InlineData(LocalPriorForm.Covariance, 100)]
    [InlineData(LocalPriorForm.Covariance, 6400)]
    [InlineData(LocalPriorForm.LowRank, 100)]
    [InlineData(LocalPriorForm.LowRank, 6400)]
    [InlineData(LocalPriorForm.Identity, 6400)]
    public void Moments_of_draws_converge_to_those_of_the_form_as_draws_of_a_Gaussian_do(LocalPriorForm form, int count)
    {
        var (own, numbers, evidence, covariance) = Conditioned(form);
        var draws = new Matrix<double>(count, Count);
        Assert.True(own.Draw(numbers, evidence, draws, new RandomSource(8)));
        var (means, squares, expectedMeans, expectedSquares) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            var mean = Enumerable.Range(0, count).Average(row => draws[row, i]);
            (means, expectedMeans) = (means + mean * mean, expectedMeans + covariance[i, i] / count);
            for (var j = 0; j < Count; j++)
            {
                var error = Enumerable.Range(0, count).Average(row => draws[row, i] * draws[row, j]) - covariance[i, j];
                (squares, expectedSquares) = (squares + error * error, expectedSquares + (covariance[i, i] * covariance[j, j] + covariance[i, j] * covariance[i, j]) / count);
            }
        }
        Assert.InRange(means / expectedMeans, 0.2, 3);
        Assert.InRange(squares / expectedSquares, 0.2, 3);
    }

    [Theory]
    [InlineData(Times - 1, 1e-6)]
    [InlineData(Times + 9, 1e-6)]
    public void A_chain_of_all_lags_interpolates_as_the_full_covariance_does(int order, double tolerance)
    {
        var samples = Samples(0.6);
        var (dense, chain) = (TrajectoryMoments.Of(samples), TrajectoryChain.Of(samples, Width, order, false));
        AssertEqual(dense, chain, tolerance);
        AssertEqual(chain, Reloaded(chain), 0);
    }

    [Fact]
    public void A_chain_of_one_lag_is_enough_for_a_first_order_process()
    {
        var samples = Samples(0.6);
        AssertEqual(TrajectoryMoments.Of(samples), TrajectoryChain.Of(samples, Width, 1, false), 0.02);
        AssertEqual(TrajectoryMoments.Of(samples), TrajectoryChain.Of(samples, Width, 1, true), 0.02);
    }

    [Fact]
    public void Images_turn_with_the_ring_and_serve_any_length()
    {
        var (images, shape) = (new WindowImages(16, 1, 3), new WindowShape(4, 3, 2));
        var layer = images.Build(shape, 2);
        var weights = new Matrix<float>(1, layer.WeightCount);
        new RandomSource(1).FillNormal(weights.Values);
        var x = new Matrix<float>(2, shape.Channels * 3);
        new RandomSource(2).FillNormal(x[0]);
        for (var channel = 0; channel < shape.Channels; channel++)              // one place further in the second row
            x[0].Slice(channel * 3, 3).CopyTo(x[1].Slice(Turned(channel) * 3, 3));
        var tape = new Tape<float>();
        var y = layer.Apply(tape.Constant(x), tape.Constant(weights), Pass.Deterministic).Value;
        for (var channel = 0; channel < 8; channel++)
            for (var time = 0; time < 3; time++)
                Assert.Equal(y[0, channel * 3 + time] / 100, y[1, (channel / 4 * 4 + (channel + 1) % 4) * 3 + time] / 100, 1e-4);
        Assert.Equal(layer.WeightCount, images.Build(shape with { Times = 9 }, 2).WeightCount);
        static int Turned(int channel) => channel == 4 ? 4 : channel < 4 ? (channel + 1) % 4 : 5 + (channel - 4) % 4;
    }

    [Fact]
    public void Too_long_a_window_for_a_full_covariance_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new WindowMoments(MomentsForm.Dense).Of(new Matrix<double>(2, 6002), 2));
        Assert.Contains("has 6002 numbers", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new WindowMoments(Order: 0));
        Assert.Throws<ArgumentException>(() => new NeuralIncremental(Rank: 0));
    }

    /// <summary>A form with random numbers and a few readings, and the whole covariance that it has after them.</summary>
    private static (ILocalForm Form, float[] Numbers, Matrix<double> Evidence, Matrix<double> Covariance) Conditioned(LocalPriorForm form)
    {
        var random = new RandomSource(5);
        var own = LocalForms.Create(form, Shape, 0, [1, 3], 2, 0.01);
        var given = new Matrix<float>(1, own.Channels * Count + (own.Own(1)?.OutputWidth ?? 0));
        random.FillNormal(given.Values);
        var evidence = new Matrix<float>(1, Count * 4);
        for (var i = 0; i < Count; i += 3)
            evidence.Values[i * 4 + 3] = 1 + i;
        var exact = new Matrix<double>(Count, 4);
        for (var i = 0; i < exact.Values.Length; i++)
            exact.Values[i] = evidence.Values[i];
        var tape = new Tape<float>();
        var numbers = own.Numbers(tape.Constant(given))!.Value;
        var covariance = new Matrix<double>(Count, Count);
        for (var i = 0; i < Count; i++)
        {
            var right = tape.Input(new Matrix<float>(1, Count));
            var x = own.Condition(new(tape.Constant(new Matrix<float>(1, Count)), numbers), tape.Constant(evidence), right);
            tape.Differentiate(tape.Apply(new Sonde.Calculus.Operations.Gather<float>([i]), x).Sum());
            for (var j = 0; j < Count; j++)
                covariance[i, j] = tape.Adjoint(right).Values[j];               // of xᵢ by b
        }
        return (own, numbers.Value.Values.ToArray(), exact, covariance);
    }

    private static ITrajectoryMoments Reloaded(ITrajectoryMoments moments) =>
        IncrementalStatistics.Load(new IncrementalStatistics(new([0, 0], [1, 1]), moments).Save()).Moments;

    /// <summary>Compares what a few readings make of them, and the moments of states.</summary>
    private static void AssertEqual(ITrajectoryMoments expected, ITrajectoryMoments actual, double tolerance)
    {
        var (a, b) = (Estimate(expected), Estimate(actual));
        for (var i = 0; i < a.Length; i++)
            Assert.Equal(a[i], b[i], tolerance);
        var (first, second) = (new Matrix<double>(Width, Width), new Matrix<double>(Width, Width));
        for (var time = 0; time < Times; time++)
        {
            expected.Covariance(time, first);
            actual.Covariance(time, second);
            for (var i = 0; i < first.Values.Length; i++)
                Assert.Equal(first.Values[i], second.Values[i], 2 * tolerance);
        }
    }

    private static double[] Estimate(ITrajectoryMoments moments)
    {
        var observations = Enumerable.Range(0, Times).Select(t => new Observation
        {
            Index = t, At = new(t), Operator = new ComponentOperator(Width, t % 2 == 0 ? [t % Width] : []), Error = new DiagonalError(t % 2 == 0 ? 1 : 0, 0.1),
            Values = t % 2 == 0 ? new[] { 0.3 * t } : default, Points = t % 2 == 0 ? [null] : [],
        }).ToArray();
        var (z, variance, states) = (new double[Count], new double[Count], new Matrix<double>(Count, Width));
        Assert.NotNull(new IncrementalStatistics(new NormalizedColumns<double>([0, 0], [1, 1]), moments).Estimate(observations, 1, z, variance, states));
        return [.. z, .. variance, .. states.Values];
    }

    /// <summary>Two components that forget and mix, from their stationary distribution.</summary>
    private static Matrix<double> Samples(double memory)
    {
        var samples = new Matrix<double>(20_000, Count);
        var noise = Math.Sqrt(1 - memory * memory);
        new RandomSource(7).FillNormalRows<double>(samples);
        for (var row = 0; row < samples.Rows; row++)
            for (var i = Width; i < Count; i += Width)
            {
                var (u, v) = (samples[row, i - Width], samples[row, i - Width + 1]);
                samples[row, i] = memory * (0.8 * u + 0.6 * v) + noise * samples[row, i];
                samples[row, i + 1] = memory * (0.8 * v - 0.6 * u) + noise * samples[row, i + 1];
            }
        return samples;
    }
}
