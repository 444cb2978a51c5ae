namespace Sonde.Assimilation.Filters;

/// <summary>Names of the numbers that methods report about an observation time.</summary>
public static class Diagnostic
{
    /// <summary>Degrees of freedom for signal, tr(HK); of a localized analysis the mean of its local ones.</summary>
    public const string DegreesOfFreedom = "degreesOfFreedom";

    /// <summary>The factor that multiplied the anomalies before the update, where the method found it itself; the mean over the state.</summary>
    public const string Inflation = "inflation";

    /// <summary>1 / Σ w² of the weights before resampling; of a localized analysis the mean of its local ones.</summary>
    public const string EffectiveSampleSize = "effectiveSampleSize";

    /// <summary>1 where particles were resampled, 0 where not.</summary>
    public const string Resampled = "resampled";

    /// <summary>Steps of an iterative method.</summary>
    public const string Iterations = "iterations";

    /// <summary>Products with the Hessian in all inner iterations of a variational method.</summary>
    public const string InnerIterations = "innerIterations";

    /// <summary>The cost where a variational method ended: half the sum of squared departures, each in units of its error.</summary>
    public const string Cost = "cost";

    /// <summary>The norm of the cost's gradient there.</summary>
    public const string GradientNorm = "gradientNorm";

    /// <summary>Mean number of observations of a local analysis.</summary>
    public const string LocalObservations = "localObservations";

    /// <summary>Mean sum of localization weights of a local analysis.</summary>
    public const string LocalWeight = "localWeight";

    /// <summary>Number of local analyses that no observation reached.</summary>
    public const string PointsWithoutObservations = "pointsWithoutObservations";

    /// <summary>Number of observations that reached no component.</summary>
    public const string ObservationsWithoutPoints = "observationsWithoutPoints";
}
