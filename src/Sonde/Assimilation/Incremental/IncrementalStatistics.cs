using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Learned;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Incremental;

/// <summary>What is known of trajectories before any network: how to normalize states, and the moments of normalized trajectories.</summary>
/// <param name="Scale">Of the components.</param>
/// <param name="Moments">Of whole trajectories, normalized.</param>
internal sealed record IncrementalStatistics(NormalizedColumns<double> Scale, ITrajectoryMoments Moments)
{
    private const string Mean = "state mean", Deviation = "state deviation", Trajectory = "trajectory mean";

    /// <summary>Estimates a window, normalized, with a covariance for each state; false where numbers are not finite.</summary>
    public delegate bool Estimator(IReadOnlyList<Observation> observations, Span<double> mean, Batch<double> covariances);

    /// <summary>n.</summary>
    public int Width => Scale.Width;

    /// <summary>T n.</summary>
    public int Count => Moments.Mean.Length;

    /// <summary>T.</summary>
    public int Times => Count / Width;

    /// <summary>The statistics of simulated trajectories, and these.</summary>
    /// <exception cref="ArgumentException">There are more numbers in a window than a covariance can be kept of.</exception>
    public static (IncrementalStatistics Statistics, Matrix<double> Pool) Simulate(ITwinSource twins, int? window, WindowMoments? moments, int trajectories, RandomSource random)
    {
        var width = twins.Problem.System.Width;
        var pool = new Matrix<double>(trajectories, checked(width * Math.Min(window ?? int.MaxValue, twins.Times.Count)));
        twins.Simulate(pool, random.Fork("trajectories"));
        var states = new ReadOnlyBatch<double>(pool.Values, pool.Values.Length / width, width);
        var scale = NormalizedColumns<double>.Of(states);
        var normalized = pool.Copy();
        scale.Normalize(new Batch<double>(normalized.Values, states.Rows, width));
        return (new(scale, (moments ?? new()).Of(normalized, width)), pool);
    }

    /// <summary>Statistics that were saved.</summary>
    /// <exception cref="ArgumentException">An array is missing.</exception>
    public static IncrementalStatistics Load(IReadOnlyDictionary<string, Matrix<double>> saved) =>
        new(new(Find(saved, Mean).Values, Find(saved, Deviation).Values), saved.TryGetValue(TrajectoryChain.Name, out var precision)
            ? new TrajectoryChain(Find(saved, Trajectory).Values.ToArray(), precision)
            : new TrajectoryMoments(Find(saved, Trajectory).Values.ToArray(), Find(saved, TrajectoryMoments.Name)));

    /// <summary>An array by name.</summary>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public static Matrix<double> Find(IReadOnlyDictionary<string, Matrix<double>> saved, string name) =>
        LearnedArrays.Find(saved, name);

    /// <summary>A row as it is saved.</summary>
    public static Matrix<double> Row(ReadOnlySpan<double> values) => LearnedArrays.Row(values);

    /// <summary>Everything by name.</summary>
    public Dictionary<string, Matrix<double>> Save() => new()
    {
        [Mean] = Row(Scale.Mean), [Deviation] = Row(Scale.Deviation), [Trajectory] = Row(Moments.Mean), [Moments.Saved.Name] = Moments.Saved.Array,
    };

    /// <summary>What is known of a state before any observation.</summary>
    /// <param name="time">Which of the window.</param>
    public GaussianBelief Background(int time)
    {
        using var frame = Scratch.Enter();
        var covariance = frame.Rent(Width, Width);
        Moments.Covariance(time, covariance);
        return Physical(Moments.Mean.Slice(time * Width, Width), covariance);
    }

    /// <summary>The estimate z from observations whose operators are linearised around it, and what is still uncertain of each number.</summary>
    /// <param name="observations">One a time.</param>
    /// <param name="linearizations">How often; around μ at first.</param>
    /// <param name="z">[d], overwritten.</param>
    /// <param name="variance">[d], overwritten.</param>
    /// <param name="states">Covariances of the states one under the other, [d, n], overwritten; no rows to leave them out.</param>
    /// <returns>The last linearization; null where numbers are not finite.</returns>
    public TrajectoryEvidence? Estimate(IReadOnlyList<Observation> observations, int linearizations, Span<double> z, Span<double> variance, Batch<double> states = default)
    {
        using var frame = Scratch.Enter();
        var along = frame.Rent(1, Count)[0];
        Moments.Mean.CopyTo(along);
        for (var count = 1; ; count++)
        {
            var evidence = new TrajectoryEvidence(Scale, observations, along);
            if (!Moments.Interpolate(evidence, z, variance, states))
                return null;
            if (count == linearizations)
                return evidence;
            z.CopyTo(along);
        }
    }

    /// <summary>Reports the background, then the estimate, at each time of a window.</summary>
    /// <param name="window">At most as long as the trajectories.</param>
    /// <param name="estimate">Called with what a background check keeps of the observations.</param>
    public Analysis Report(AssimilationWindow window, Estimator estimate)
    {
        var observations = window.Observations.ToArray();
        if (observations.Length > Times)
            return new Analysis(Background(Times - 1), AnalysisStatus.Diverged, $"The method has learned windows of {Times} observation times, not of {observations.Length}.");
        for (var t = 0; t < observations.Length; t++)
            observations[t] = GaussianAnalysis.ReportForecast(window, observations[t], Background(t));
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, Count)[0];
        var covariances = frame.RentCleared(Count, Width);
        if (!estimate(observations, mean, covariances))
            return new Analysis(Background(Times - 1), AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
        var belief = Background(0);
        for (var t = 0; t < observations.Length; t++)
        {
            belief = Physical(mean.Slice(t * Width, Width), covariances.Slice(t * Width, Width));
            window.Observer.OnAnalysis(observations[t], belief);
            window.Observer.OnSmoothed(observations[t], belief);
        }
        return new Analysis(belief);
    }

    private GaussianBelief Physical(ReadOnlySpan<double> normalized, ReadOnlyBatch<double> covariance)
    {
        var mean = normalized.ToArray();
        var result = new Matrix<double>(Width, Width);
        Scale.Restore(new Batch<double>(mean));
        for (var i = 0; i < Width; i++)
            for (var j = 0; j < Width; j++)
                result[i, j] = Scale.Deviation[i] * Scale.Deviation[j] * covariance[i, j];
        return new GaussianBelief(mean, result);
    }
}
