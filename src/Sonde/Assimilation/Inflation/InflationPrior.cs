namespace Sonde.Assimilation.Inflation;

/// <summary>How the uncertainty of an adaptive inflation is distributed.</summary>
public enum InflationPrior
{
    /// <summary>Inverse gamma: El Gharamti, Monthly Weather Review 146 (2018), eqs. 17-26; DART's flavor 5.</summary>
    InverseGamma,

    /// <summary>Gaussian: Anderson, Tellus A 61 (2009), sections 2-3; DART's flavor 2.</summary>
    Gaussian,
}
