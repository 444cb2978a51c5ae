namespace Sonde.Verification;

/// <summary>A time average and how well it is known.</summary>
/// <param name="Mean">Over the values that are not NaN; NaN where there is none.</param>
/// <param name="StandardError">Monte Carlo standard error, corrected for autocorrelation; NaN for 5 values or fewer.</param>
/// <param name="EffectiveCount">How many independent values would know the mean as well; NaN for 5 values or fewer.</param>
/// <param name="Count">Values that are not NaN.</param>
public readonly record struct SeriesMean(double Mean, double StandardError, double EffectiveCount, int Count);
