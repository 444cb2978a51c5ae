namespace Sonde.Assimilation.Amortized;

/// <summary>The covariance that a network gives beside the mean.</summary>
public enum AmortizedCovariance
{
    /// <summary>A variance for each component.</summary>
    Diagonal,

    /// <summary>Variances and a few directions over all components: D + U Uᵀ.</summary>
    LowRank,

    /// <summary>Variances and directions that each reach over a few neighboring components, the last before the first: D + B Bᵀ with B banded on a ring.</summary>
    Neighborhood,
}
