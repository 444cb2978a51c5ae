namespace Sonde.Assimilation.Smoothers;

/// <summary>How an iterative ensemble smoother finds the anomalies of its posterior.</summary>
public enum IterativeForm
{
    /// <summary>The symmetric square root of the posterior covariance, as the ETKF. Bocquet and Sakov 2014.</summary>
    SquareRoot,

    /// <summary>Each member fits observations perturbed for it: ensemble randomized maximum likelihood. Chen and Oliver 2013; Raanes, Stordal and Evensen 2019.</summary>
    PerturbedObservations,

    /// <summary>Half the gain for the anomalies, as the DEnKF; right to first order for weak observations.</summary>
    FirstOrder,
}
