namespace Sonde.Assimilation.Particles;

/// <summary>How many copies each particle gets when weighted particles become equally weighted ones. All are unbiased.</summary>
public enum ResamplingScheme
{
    /// <summary>One uniform number, then equal steps through the cumulated weights: the least noise. Kitagawa 1996.</summary>
    Systematic,

    /// <summary>One uniform number in each of N equal strata.</summary>
    Stratified,

    /// <summary>The whole part of N w as copies, the rest drawn independently from what is left. Liu and Chen 1998.</summary>
    Residual,

    /// <summary>N independent draws.</summary>
    Multinomial,
}
