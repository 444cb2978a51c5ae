namespace Sonde.Assimilation.Particles;

/// <summary>Which square root of a weighted covariance transforms the members; all have the same mean and covariance.</summary>
public enum TransformRoot
{
    /// <summary>The symmetric root, by eigenvalues: N³ operations. Tödter and Ahrens 2015.</summary>
    Symmetric,

    /// <summary>
    /// diag(w^½) followed by the smallest rotation that restores the mean: N² operations. As the symmetric root it changes
    /// smoothly with the weights and is the identity where they are equal.
    /// </summary>
    Rotated,
}
