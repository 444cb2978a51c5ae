namespace Sonde.Verification;

/// <summary>
/// How good a belief about one time was. NaN where a score does not exist; all NaN, and <see cref="IsFinite"/> false, where the
/// belief held a number that is not finite.
/// </summary>
/// <param name="Rmse">√ mean (x̄ − truth)², over components.</param>
/// <param name="RelativeRmse">‖x̄ − truth‖ / ‖truth‖.</param>
/// <param name="Spread">√ mean variance, unbiased for equal weights.</param>
/// <param name="Crps">
/// Continuous ranked probability score, mean over components, fair: an ensemble is scored as the distribution it was drawn from,
/// whatever its size. Gneiting and Raftery, JASA 102, 2007, eq. 21; Ferro, QJRMS 140, 2014. The closed form for a Gaussian.
/// </param>
/// <param name="EnsembleCrps">The same for the ensemble as it is, a distribution of N points; the closed form for a Gaussian.</param>
/// <param name="EnergyScore">
/// E‖X − truth‖ − ½ E‖X − X′‖ of the whole vector, fair; Gneiting and Raftery, eq. 22. Of more than 512 members, 512 evenly spaced ones
/// stand for all in the second term. NaN for a Gaussian.
/// </param>
/// <param name="NegativeLogLikelihood">−ln of the Gaussian density with this mean and these variances at the truth, mean over components.</param>
public readonly record struct Scores(
    double Rmse, double RelativeRmse, double Spread, double Crps, double EnsembleCrps, double EnergyScore, double NegativeLogLikelihood)
{
    /// <summary>What a belief that is not finite scores.</summary>
    public static Scores Diverged { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>False where the belief held a number that is not finite.</summary>
    public bool IsFinite => !double.IsNaN(Rmse);
}
