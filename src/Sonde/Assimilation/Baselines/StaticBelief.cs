using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>The static background of optimal interpolation and 3D-Var, and how it travels with their beliefs.</summary>
internal static class StaticBelief
{
    /// <summary>Name of the covariance, [width, width], in a belief's memory.</summary>
    public const string Covariance = "background covariance";

    /// <summary>Name of the mean, [1, width], in a belief's memory.</summary>
    public const string Mean = "background mean";

    /// <summary>Why the background cannot be had, or null.</summary>
    public static string? Refuses(StaticBackground background, AssimilationProblem problem) =>
        background == StaticBackground.Climatology && problem.Climatology is null
            ? "This method needs the climatology of the system, which was not computed."
            : null;

    /// <summary>What an earlier belief of the same method carries.</summary>
    /// <exception cref="ArgumentException">The belief was made by another method.</exception>
    public static Matrix<double> Recall(IBelief belief, string name) => belief.Memory.TryGetValue(name, out var value)
        ? value
        : throw new ArgumentException($"The belief carries no {name}: it was not made by this method.", nameof(belief));

    /// <summary>Mean and factor × covariance of a background.</summary>
    public static GaussianBelief Of(StaticBackground background, double factor, AssimilationProblem problem, IPrior prior)
    {
        var source = background == StaticBackground.Climatology ? problem.Climatology! : prior.Moments();
        var covariance = background == StaticBackground.Identity
            ? Matrix<double>.Identity(source.Width)
            : BeliefConversion.ToGaussian(source).Covariance!.Copy();
        TensorPrimitives.Multiply(covariance.Values, factor, covariance.Values);
        return new GaussianBelief([.. source.MeanState], covariance);
    }
}
