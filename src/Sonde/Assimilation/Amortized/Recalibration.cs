namespace Sonde.Assimilation.Amortized;

/// <summary>From what one factor on all variances is found, on windows that nothing was learned from.</summary>
public enum Recalibration
{
    /// <summary>None: variances are the network's own.</summary>
    None,

    /// <summary>Observations at a window's center that the network is not shown: their departures from its mean exceed their errors by its own.</summary>
    Observations,

    /// <summary>The simulated truth.</summary>
    Truth,
}
