using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>
/// Latent-4DVar: <see cref="FourDVar"/> with the background of LEVDA's eq. 18, ½ |s₀ − s_b|²_{B_s⁻¹} + ½ |u₀ − u_b|²_{B_u⁻¹}: states and parameters are
/// independent, each with a factor of its own. B_s and B_u are the prior's. Any differentiable system will do; without parameters B is B_s.
/// </summary>
/// <param name="StateFactor">Multiplies B_s.</param>
/// <param name="ParameterFactor">Multiplies B_u.</param>
/// <param name="Diagonal">True keeps the variances of B_s and B_u alone.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Stride">Observation times by which a window slides, 1 … Window; null for whole windows one after the other.</param>
/// <param name="Cycled">True takes the covariance of the last window's analysis for B from the second window on.</param>
/// <param name="Factor">Multiplies that covariance.</param>
/// <param name="Iterations">Most iterations of the minimizer; null for its own.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one; null for the minimizer's own.</param>
/// <param name="QuasiStatic">Observation times by which the window grows until it is whole; 0 takes it at once.</param>
/// <param name="Minimizer">How the minimum is found; null for Gauss-Newton.</param>
public sealed record LatentFourDVar(
    double StateFactor = 1.0, double ParameterFactor = 1.0, bool Diagonal = false, int Window = 1, int? Stride = null, bool Cycled = false,
    double Factor = 1.0, int? Iterations = null, double? Tolerance = null, int QuasiStatic = 0, ILeastSquaresMinimizer? Minimizer = null) : IVariationalMethod
{
    /// <summary>Multiplies B_s.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double StateFactor { get; init => field = Check.Positive(value, nameof(StateFactor)); } = Check.Positive(StateFactor, nameof(StateFactor));

    /// <summary>Multiplies B_u.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double ParameterFactor { get; init => field = Check.Positive(value, nameof(ParameterFactor)); } = Check.Positive(ParameterFactor, nameof(ParameterFactor));

    /// <summary>Multiplies the last analysis' covariance.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Window { get; init => field = Check.AtLeast(1, value, nameof(Window)); } = Check.AtLeast(1, Window, nameof(Window));

    /// <summary>Observation times by which a window slides.</summary>
    /// <exception cref="ArgumentException">Below 1 or above the window.</exception>
    public int? Stride { get; init; } = Stride is null || (Stride >= 1 && Stride <= Window)
        ? Stride
        : throw new ArgumentException($"Stride is {Stride} but must lie between 1 and the window, {Window}.", nameof(Stride));

    /// <summary>Most iterations.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double? Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>By how much a growing window grows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int QuasiStatic { get; init => field = Check.AtLeast(0, value, nameof(QuasiStatic)); } = Check.AtLeast(0, QuasiStatic, nameof(QuasiStatic));

    /// <inheritdoc/>
    public WindowPlan Plan => Inner.Plan;

    private FourDVar Inner => new(StaticBackground.Prior, Factor, Window, Stride, Iterations, Tolerance, QuasiStatic, Minimizer, null, Cycled);

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => Inner.Refuses(problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(prior);
        var (moments, states) = (BeliefConversion.ToGaussian(prior.Moments()), problem.System.Domain.FieldWidth);
        var covariance = moments.Covariance!.Copy();
        for (var i = 0; i < covariance.Rows; i++)
        {
            var row = covariance[i];
            TensorPrimitives.Multiply(row, i < states ? StateFactor : ParameterFactor, row);
            for (var j = 0; j < row.Length; j++)
                if ((i < states) != (j < states) || (Diagonal && i != j))
                    row[j] = 0;
        }
        return new GaussianBelief([.. moments.MeanState], covariance, StrongBackground.Remember(VariationalBackground.RootOf(covariance), 1));
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, WindowGuess guess, RandomSource random) =>
        Inner.Assimilate(window, background, guess, random);
}
