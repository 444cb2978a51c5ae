namespace Sonde.Assimilation.Baselines;

/// <summary>Where a background covariance that never changes comes from.</summary>
public enum StaticBackground
{
    /// <summary>The system's own long run.</summary>
    Climatology,

    /// <summary>What was believed before any observation.</summary>
    Prior,

    /// <summary>The identity matrix: independent components of variance 1.</summary>
    Identity,
}
