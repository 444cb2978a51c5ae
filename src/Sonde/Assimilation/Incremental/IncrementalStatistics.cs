using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>What is known of trajectories before any network: how to normalize states, and the moments of normalized trajectories.</summary>
/// <param name="Scale">Of the components.</param>
/// <param name="Moments">Of whole trajectories, normalized.</param>
internal sealed record IncrementalStatistics(NormalizedColumns<double> Scale, TrajectoryMoments Moments)
{
    private const string Mean = "state mean", Deviation = "state deviation", Trajectory = "trajectory mean", Covariance = "trajectory covariance";

    /// <summary>Name of the mean square error of each number on windows held out, [1, d].</summary>
    public const string Variance = "error variance";

    /// <summary>Name of what the covariance is multiplied by, [1, 1].</summary>
    public const string Factor = "calibration";

    /// <summary>The statistics of trajectories.</summary>
    /// <param name="pool">[any, T n].</param>
    /// <param name="width">n.</param>
    public static IncrementalStatistics Of(Matrix<double> pool, int width)
    {
        var states = new ReadOnlyBatch<double>(pool.Values, pool.Values.Length / width, width);
        var scale = NormalizedColumns<double>.Of(states);
        var normalized = pool.Copy();
        scale.Normalize(new Batch<double>(normalized.Values, states.Rows, width));
        return new(scale, TrajectoryMoments.Of(normalized));
    }

    /// <summary>Statistics that were saved.</summary>
    /// <exception cref="ArgumentException">An array is missing.</exception>
    public static IncrementalStatistics Load(IReadOnlyDictionary<string, Matrix<double>> saved)
    {
        var covariance = Find(saved, Covariance);
        return new(new(Find(saved, Mean).Values, Find(saved, Deviation).Values), new(Find(saved, Trajectory).Values.ToArray(), covariance));
    }

    /// <summary>An array by name.</summary>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public static Matrix<double> Find(IReadOnlyDictionary<string, Matrix<double>> saved, string name) =>
        saved.TryGetValue(name, out var array) ? array : throw new ArgumentException($"The learned arrays have no '{name}' but {string.Join(", ", saved.Keys)}.", nameof(saved));

    /// <summary>Everything by name.</summary>
    public Dictionary<string, Matrix<double>> Save(double[] variance, double factor) => new()
    {
        [Mean] = Row(Scale.Mean), [Deviation] = Row(Scale.Deviation), [Trajectory] = Row(Moments.Mean), [Covariance] = Moments.Covariance,
        [Variance] = Row(variance), [Factor] = Row([factor]),
    };

    private static Matrix<double> Row(ReadOnlySpan<double> values) => new(new ReadOnlyBatch<double>(values));
}
