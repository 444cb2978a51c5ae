namespace Sonde.Assimilation.Incremental;

/// <summary>What a network's Gaussian prior says beside its mean.</summary>
public enum LocalPriorForm
{
    /// <summary>A precision C Cᵀ with banded C.</summary>
    Banded,

    /// <summary>A precision C Cᵀ with banded C that is trained but the same for every estimate.</summary>
    Constant,

    /// <summary>A covariance C Cᵀ with banded C: an observation corrects no further than the band reaches.</summary>
    Covariance,

    /// <summary>A precision 1 + L Lᵀ with a few columns, whose numbers lie between −1 and 1, as in the program that the authors released.</summary>
    LowRank,

    /// <summary>The identity: every normalized number is as uncertain as its climatology.</summary>
    Identity,

    /// <summary>Nothing: the mean is the estimate and observations are not used again, as in cold diffusion. Bansal et al., NeurIPS 2023.</summary>
    None,
}

/// <summary>Which of the estimates on the way is the result.</summary>
public enum IncrementalOutput
{
    /// <summary>Where the increments lead: the plain average of all restorations.</summary>
    Mean,

    /// <summary>The last restoration.</summary>
    Last,
}
