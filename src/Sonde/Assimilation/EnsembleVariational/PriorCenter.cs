namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>Where the prior term of a member's cost is centred.</summary>
public enum PriorCenter
{
    /// <summary>At the member itself: ½ |w − cᵢ|² with z̄ + Z′cᵢ = zᵢ. With perturbed observations the members are the posterior of linear systems.</summary>
    Member,

    /// <summary>At the mean: ½ |w|², as LEVDA's eq. 19 is printed. All members then seek the same minimum, and spread lives of what is left unminimised.</summary>
    Mean,
}
