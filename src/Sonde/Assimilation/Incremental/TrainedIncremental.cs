using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Incremental;

/// <summary>Neural incremental assimilation with what it has learned.</summary>
internal sealed class TrainedIncremental
{
    private const string Variance = "error variance", Factor = "calibration", Floor = "floor";
    private readonly IncrementalModel model;
    private readonly Matrix<float> weights;
    private readonly double[] variance;
    private readonly double factor;
    private readonly bool hasCovariance;

    /// <summary>Takes what was learned.</summary>
    /// <exception cref="ArgumentException">It does not fit the settings.</exception>
    public TrainedIncremental(NeuralIncremental method, LearnedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Statistics = IncrementalStatistics.Load(state.Statistics);
        model = new IncrementalModel(method with { Floor = state.Statistics.TryGetValue(Floor, out var floor) ? floor.Values[0] : 0 }, Statistics);
        weights = state.Weights;
        if (weights.Width != model.Network.WeightCount)
            throw new ArgumentException($"The network has {model.Network.WeightCount} weights, but {weights.Width} were learned.", nameof(state));
        variance = IncrementalStatistics.Find(state.Statistics, Variance).Values.ToArray();
        factor = IncrementalStatistics.Find(state.Statistics, Factor).Values[0];
        hasCovariance = method.HasCovariance;
    }

    /// <summary>Of trajectories.</summary>
    public IncrementalStatistics Statistics { get; }

    /// <summary>What windows held out teach: the mean square error of each number, and by how much squared errors exceed variances.</summary>
    /// <param name="statistics">Of trajectories.</param>
    /// <param name="errors">Squared errors, a row a window; none where nothing was held out.</param>
    /// <param name="ratios">Squared errors over variances, the mean of each window.</param>
    /// <param name="floor">With which the network was trained.</param>
    public static Dictionary<string, Matrix<double>> Save(IncrementalStatistics statistics, Matrix<double> errors, double[] ratios, double floor)
    {
        var saved = statistics.Save();
        var mean = new double[statistics.Count];
        for (var row = 0; row < errors.Rows; row++)
            TensorPrimitives.MultiplyAdd<double>(errors[row], 1.0 / errors.Rows, mean, mean);
        saved[Variance] = IncrementalStatistics.Row(mean);
        saved[Factor] = IncrementalStatistics.Row([ratios.Length == 0 ? 1 : TensorPrimitives.Sum<double>(ratios) / ratios.Length]);
        saved[Floor] = IncrementalStatistics.Row([floor]);
        return saved;
    }

    /// <summary>The window's estimate, covariances scaled as the calibration says, and draws of whole windows.</summary>
    /// <param name="observations">One a time.</param>
    /// <param name="mean">[T n], overwritten.</param>
    /// <param name="covariances">[T n, n], overwritten.</param>
    /// <param name="draws">[any, T n], overwritten.</param>
    /// <param name="random">Of the draws.</param>
    /// <returns>False where numbers are not finite.</returns>
    public bool Estimate(IReadOnlyList<Observation> observations, Span<double> mean, Batch<double> covariances, Batch<double> draws, RandomSource random)
    {
        if (!model.Analyze(observations, weights, mean, covariances, draws, random))
            return false;
        if (hasCovariance)
            TensorPrimitives.Multiply(covariances.Values, factor, covariances.Values);
        for (var i = 0; i < mean.Length && !hasCovariance; i++)
            covariances[i, i % covariances.Width] = variance[i];
        if (!hasCovariance)
            random.FillNormal(draws.Values);
        for (var row = 0; row < draws.Rows; row++)
            for (var i = 0; i < mean.Length; i++)
                draws[row, i] = mean[i] + Math.Sqrt(hasCovariance ? factor : variance[i]) * draws[row, i];
        return true;
    }
}
