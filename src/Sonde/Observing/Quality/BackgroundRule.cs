namespace Sonde.Observing.Quality;

/// <summary>What becomes of a value that lies far from what the forecast predicts.</summary>
public enum BackgroundRule
{
    /// <summary>It is not used.</summary>
    Reject,

    /// <summary>It is used with a larger error: the farther it lies, the larger.</summary>
    Moderate,
}
