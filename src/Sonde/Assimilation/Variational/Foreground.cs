using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Assimilation.Variational;

/// <summary>A Gaussian belief about the state at a window's end as one more observation, of the whole state.</summary>
internal static class Foreground
{
    /// <summary>What is said where a foreground's covariance has no inverse.</summary>
    public const string Singular = "The foreground's covariance is singular.";

    /// <summary>Adds the foreground of a guess, if it has one, after the last observation; false where its covariance is singular.</summary>
    public static bool Append(WindowGuess guess, Observation last, ref Observation[] observations)
    {
        if (guess.Foreground is not { } belief)
            return true;
        var covariance = BeliefConversion.ToGaussian(belief).Covariance!.Copy();
        if (!IsRegular(covariance))
            return false;
        observations =
        [
            .. observations,
            new Observation
            {
                Index = last.Index, At = last.At, Operator = new IdentityOperator(belief.Width), Values = belief.MeanState, Error = new CorrelatedError(covariance),
                Points = new SpacePoint?[belief.Width],
            },
        ];
        return true;
    }

    /// <summary>By the rule of <see cref="CorrelatedError"/>.</summary>
    private static bool IsRegular(Matrix<double> covariance)
    {
        Baselines.GaussianForecast.Symmetrize(covariance);
        var factor = covariance.Copy();
        if (!Moments.AllFinite(covariance.Values) || !Cholesky.Factor(factor.All))
            return false;
        for (var i = 0; i < factor.Rows; i++)
            if (!(factor[i, i] * factor[i, i] > factor.Rows * 1e-15 * covariance[i, i]))
                return false;
        return true;
    }
}
