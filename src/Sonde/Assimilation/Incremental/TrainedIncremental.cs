using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>Trained neural incremental assimilation.</summary>
internal sealed class TrainedIncremental
{
    private readonly IncrementalModel model;
    private readonly IncrementalStatistics statistics;
    private readonly Matrix<float> weights;
    private readonly double[] variance;
    private readonly double factor;
    private readonly bool hasCovariance;

    /// <summary>Takes what was learned.</summary>
    /// <exception cref="ArgumentException">It does not fit the settings.</exception>
    public TrainedIncremental(NeuralIncremental method, LearnedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        statistics = IncrementalStatistics.Load(state.Statistics);
        var width = statistics.Scale.Width;
        var count = statistics.Moments.Mean.Length;
        model = new IncrementalModel(method, count / width, statistics.Scale, statistics.Moments);
        weights = state.Weights;
        var expected = model.Network.WeightCount;
        if (weights.Width != expected)
            throw new ArgumentException($"The network has {expected} weights, but {weights.Width} were learned.", nameof(state));
        variance = IncrementalStatistics.Find(state.Statistics, IncrementalStatistics.Variance).Values.ToArray();
        factor = IncrementalStatistics.Find(state.Statistics, IncrementalStatistics.Factor).Values[0];
        hasCovariance = method.HasCovariance;
    }

    private int Width => statistics.Scale.Width;

    /// <summary>What is known of a state before any observation.</summary>
    /// <param name="time">Which of the window.</param>
    public GaussianBelief Background(int time)
    {
        using var frame = Scratch.Enter();
        var covariance = frame.Rent(Width, Width);
        for (var i = 0; i < Width; i++)
            statistics.Moments.Covariance[time * Width + i].Slice(time * Width, Width).CopyTo(covariance[i]);
        return Physical(statistics.Moments.Mean.AsSpan(time * Width, Width), covariance, 1);
    }

    /// <summary>The window's estimate, reported at each of its times.</summary>
    public Analysis Assimilate(AssimilationWindow window)
    {
        var times = model.Count / Width;
        var observations = window.Observations.ToArray();
        if (observations.Length > times)
            return new Analysis(Background(times - 1), AnalysisStatus.Diverged, $"The network was trained on windows of {times} observation times, not of {observations.Length}.");
        for (var t = 0; t < observations.Length; t++)
            observations[t] = GaussianAnalysis.ReportForecast(window, observations[t], Background(t));
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, model.Count)[0];
        var covariances = frame.RentCleared(model.Count, Width);
        if (!model.Analyze(observations, weights, mean, covariances))
            return new Analysis(Background(times - 1), AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
        for (var i = 0; i < model.Count && !hasCovariance; i++)
            covariances[i, i % Width] = variance[i];
        var belief = Background(0);
        for (var t = 0; t < observations.Length; t++)
        {
            belief = Physical(mean.Slice(t * Width, Width), covariances.Slice(t * Width, Width), factor);
            window.Observer.OnAnalysis(observations[t], belief);
            window.Observer.OnSmoothed(observations[t], belief);
        }
        return new Analysis(belief);
    }

    private GaussianBelief Physical(ReadOnlySpan<double> normalized, ReadOnlyBatch<double> covariance, double scaledBy)
    {
        var mean = normalized.ToArray();
        var result = new Matrix<double>(Width, Width);
        statistics.Scale.Restore(new Batch<double>(mean));
        var deviation = statistics.Scale.Deviation;
        for (var i = 0; i < Width; i++)
            for (var j = 0; j < Width; j++)
                result[i, j] = scaledBy * deviation[i] * deviation[j] * covariance[i, j];
        return new GaussianBelief(mean, result);
    }
}
