namespace Sonde.Assimilation.Filters;

/// <summary>How <see cref="SerialEnkf"/> changes the anomalies for one observation.</summary>
public enum SerialScheme
{
    /// <summary>
    /// The square root that shrinks the predicted anomalies: EnSRF of Whitaker and Hamill (2002), the same as Anderson's
    /// EAKF with its two steps (2003) and Potter's scheme.
    /// </summary>
    SquareRoot,

    /// <summary>A perturbed observation for each member, the perturbations centred.</summary>
    Stochastic,

    /// <summary>As <see cref="Stochastic"/>, with perturbations scaled so that their variance is exact too.</summary>
    UnitVariance,

    /// <summary>
    /// Perturbations without any correlation to the ensemble, so that the covariance is exact: Hoteit, Pham, Gharamti, Luo,
    /// Monthly Weather Review 143 (2015). Costs one direction of the ensemble. Not with localization.
    /// </summary>
    SecondOrderExact,
}

/// <summary>In which order <see cref="SerialEnkf"/> takes the observations of one time.</summary>
public enum ObservationOrder
{
    /// <summary>In a new random order each time.</summary>
    Random,

    /// <summary>As they stand.</summary>
    AsGiven,

    /// <summary>The most accurate first, of equally accurate ones that of the least predicted variance.</summary>
    ByVariance,
}
