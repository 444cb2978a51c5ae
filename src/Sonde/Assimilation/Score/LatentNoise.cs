namespace Sonde.Assimilation.Score;

/// <summary>How the error of encoded observations is kept.</summary>
public enum LatentNoise
{
    /// <summary>One standard deviation for all latent components, in units of their own.</summary>
    Scalar,

    /// <summary>A standard deviation for each component.</summary>
    Component,
}
