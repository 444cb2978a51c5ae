namespace Sonde.Assimilation.Variational;

/// <summary>What a hybrid method's second part takes from its first.</summary>
public enum HybridUse
{
    /// <summary>Where the minimizer begins; the background stays the second's own.</summary>
    Start,

    /// <summary>Mean and covariance at the window's start, in place of the second's background, and where the minimizer begins.</summary>
    Background,

    /// <summary>The same, and mean and covariance at the window's end as a foreground.</summary>
    BothEnds,
}
