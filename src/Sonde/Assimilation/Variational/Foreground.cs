using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Assimilation.Variational;

/// <summary>A Gaussian belief about the state at a window's end or at a later time, as one more observation, of the whole state.</summary>
internal static class Foreground
{
    /// <summary>What is said where a foreground's covariance is zero or not finite.</summary>
    public const string Singular = "The foreground's covariance is zero or not finite.";

    private const double Least = 1e-10;                 // eigenvalues below this share of the largest are raised to it: errors that have died out

    /// <summary>Adds the foreground of a guess, if it has one, after the last observation; false where its covariance means nothing.</summary>
    public static bool Append(WindowGuess guess, Observation last, ref Observation[] observations)
    {
        if (guess.Foreground is not { } belief)
            return true;
        if (ErrorOf(belief) is not { } error)
            return false;
        observations =
        [
            .. observations,
            new Observation
            {
                Index = last.Index, At = guess.ForegroundAt ?? last.At, Operator = new IdentityOperator(belief.Width), Values = belief.MeanState, Error = error,
                Points = new SpacePoint?[belief.Width],
            },
        ];
        return true;
    }

    private static IObservationError? ErrorOf(GaussianBelief belief)
    {
        if (belief.Covariance is { } given)
        {
            var covariance = given.Copy();
            return Raise(covariance) ? new CorrelatedError(covariance) : null;
        }
        var variances = new double[belief.Width];
        belief.Variance(variances);
        var largest = TensorPrimitives.Max<double>(variances);
        if (!(largest > 0) || !Moments.AllFinite(variances))
            return null;
        return new DiagonalError([.. variances.Select(variance => Math.Sqrt(Math.Max(variance, Least * largest)))]);
    }

    /// <summary>Makes the covariance regular.</summary>
    private static bool Raise(Matrix<double> covariance)
    {
        GaussianForecast.Symmetrize(covariance);
        var (n, work) = (covariance.Rows, covariance.Copy());
        var (values, vectors) = (new double[n], new Matrix<double>(n, n));
        if (!SymmetricEigen.Decompose<double>(work, values, vectors) || !(values[^1] > 0))
            return false;
        for (var k = 0; k < n && values[k] < Least * values[^1]; k++)
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    covariance[i, j] += (Least * values[^1] - values[k]) * vectors[k, i] * vectors[k, j];
        return true;
    }
}
