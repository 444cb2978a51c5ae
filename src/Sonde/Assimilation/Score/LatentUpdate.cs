using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Assimilation.Score;

/// <summary>
/// The ensemble score filter in a latent space of which an encoder observes every component. Rows are brought to mean 0 and standard deviation 1, times
/// c; the encoder's result lies there with standard deviation c σ, taken for no less than K^(−½) with K steps of the filter, where they cease to be
/// stable. By default c is such that c σ is just that, the published 0.1 for 100 steps, and each update adds noise of about σ; but no more than ½.
/// </summary>
internal sealed class LatentUpdate
{
    private const string Mean = "latent mean", Deviation = "latent deviation", Noise = "latent noise";
    private const double LeastNoise = 1e-6;             // of an encoder that makes no error
    private const double LargestNoise = 0.5;            // that an update adds, in deviations: larger numbers leave the attractor
    private readonly EnsembleScoreFilter filter;
    private readonly double[] scale, error;

    /// <summary>An update in a space.</summary>
    /// <param name="filter">Its settings; states reach it scaled.</param>
    /// <param name="space">Means and deviations of the latent components.</param>
    /// <param name="noise">σ, one a component, in units of their deviations.</param>
    /// <param name="scaling">c; null for the default.</param>
    public LatentUpdate(EnsembleScoreFilter filter, NormalizedColumns<double> space, ReadOnlySpan<double> noise, double? scaling)
    {
        (this.filter, Space, scale, error) = (filter, space, new double[noise.Length], new double[noise.Length]);
        for (var i = 0; i < error.Length; i++)
        {
            var (sigma, least) = (Math.Max(LeastNoise, noise[i]), 1 / Math.Sqrt(filter.Steps));
            scale[i] = scaling ?? least / Math.Min(LargestNoise, sigma);
            error[i] = Math.Max(least, scale[i] * sigma);
        }
    }

    /// <summary>Of the latent components.</summary>
    public NormalizedColumns<double> Space { get; }

    /// <summary>What a training keeps of a space and of the errors made in it.</summary>
    /// <param name="space">Means and deviations.</param>
    /// <param name="errors">Root mean square error of the encoder for each component, in units of the deviations.</param>
    /// <param name="saved">Where it is kept.</param>
    public static void Save(NormalizedColumns<double> space, ReadOnlySpan<double> errors, Dictionary<string, Matrix<double>> saved) =>
        (saved[Mean], saved[Deviation], saved[Noise]) = (LearnedArrays.Row(space.Mean), LearnedArrays.Row(space.Deviation), LearnedArrays.Row(errors));

    /// <summary>The update in a space that was kept.</summary>
    /// <param name="filter">Its settings.</param>
    /// <param name="state">What was learned.</param>
    /// <param name="kind">How errors are kept.</param>
    /// <param name="noise">σ in place of what was measured; null for that.</param>
    /// <param name="scaling">c; null for the default.</param>
    /// <exception cref="ArgumentException">An array is missing.</exception>
    public static LatentUpdate Load(EnsembleScoreFilter filter, LearnedState state, LatentNoise kind, double? noise, double? scaling)
    {
        var space = new NormalizedColumns<double>(LearnedArrays.Find(state.Statistics, Mean).Values, LearnedArrays.Find(state.Statistics, Deviation).Values);
        var measured = LearnedArrays.Find(state.Statistics, Noise).Values.ToArray();
        if (noise is { } given)
            Array.Fill(measured, given);
        else if (kind == LatentNoise.Scalar)
            Array.Fill(measured, Math.Sqrt(measured.Average(sigma => sigma * sigma)));
        return new LatentUpdate(filter, space, measured, scaling);
    }

    /// <summary>Members after what the encoder made of the observations.</summary>
    /// <param name="members">Latent rows, [N, width]; overwritten.</param>
    /// <param name="encoded">In units of the deviations, [width].</param>
    /// <param name="observation">Of which it was made.</param>
    /// <param name="window">Threads and diagnostics.</param>
    /// <param name="random">All randomness.</param>
    /// <returns>False where numbers are not finite.</returns>
    public bool Apply(Batch<double> members, ReadOnlySpan<double> encoded, Observation observation, AssimilationWindow window, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var target = new double[encoded.Length];
        for (var i = 0; i < target.Length; i++)
            target[i] = scale[i] * encoded[i];
        Space.Normalize(members);
        Multiply(members, scale, inverse: false);
        var latent = new Observation
        {
            Index = observation.Index, At = observation.At, Operator = new IdentityOperator(target.Length), Values = target, Error = new DiagonalError(error),
            Points = new SpacePoint?[target.Length],
        };
        var status = filter.Update(members, members, latent, new UpdateContext(Domain.Unplaced(target.Length), window.Workers, random, window.Observer));
        Multiply(members, scale, inverse: true);
        Space.Restore(members);
        return status != AnalysisStatus.Diverged;
    }

    private static void Multiply(Batch<double> rows, double[] scale, bool inverse)
    {
        for (var row = 0; row < rows.Rows; row++)
            for (var i = 0; i < rows.Width; i++)
                rows[row, i] *= inverse ? 1 / scale[i] : scale[i];
    }
}
