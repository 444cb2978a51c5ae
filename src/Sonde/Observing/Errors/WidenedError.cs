using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>Errors to which others are added that are independent of them and of one another.</summary>
public static class WidenedError
{
    /// <summary>
    /// R + diag(v) of a Gaussian error. Independent errors of another shape keep it, and become as much wider.
    /// </summary>
    /// <param name="error">R.</param>
    /// <param name="variances">v, each finite and not below 0, [m].</param>
    /// <exception cref="ArgumentException">The counts differ, or a variance is not finite or below 0.</exception>
    public static IObservationError Of(IObservationError error, ReadOnlySpan<double> variances)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (variances.Length != error.Width)
            throw new ArgumentException($"An error of {error.Width} values needs as many variances, not {variances.Length}.", nameof(variances));
        foreach (var variance in variances)
            if (!(variance >= 0) || !double.IsFinite(variance))
                throw new ArgumentException($"A variance is {variance}; it must be finite, and not below 0.", nameof(variances));
        if (!variances.ContainsAnyExcept(0))
            return error;
        if (!error.IsDiagonal)
        {
            var sum = new Matrix<double>(error.Width, error.Width);
            error.AddCovariance(sum);
            for (var i = 0; i < variances.Length; i++)
                sum[i, i] += variances[i];
            return new CorrelatedError(sum);
        }
        var own = error.StandardDeviations;
        var wider = new double[error.Width];
        for (var i = 0; i < wider.Length; i++)
            wider[i] = Math.Sqrt(own[i] * own[i] + variances[i]) / (error is DiagonalError ? 1 : own[i]);
        return error is DiagonalError ? new DiagonalError(wider) : new ScaledError(error, wider);
    }
}
