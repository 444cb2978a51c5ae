using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>What is believed about the state at one time: an ensemble, or a Gaussian.</summary>
public interface IBelief
{
    /// <summary>The number of components of the state.</summary>
    int Width { get; }

    /// <summary>mean ← the expected state, [Width].</summary>
    void Mean(Span<double> mean);

    /// <summary>variance ← the variance of each component, [Width]; unbiased for an ensemble.</summary>
    void Variance(Span<double> variance);

    /// <summary>
    /// What the method that made this belief wants to remember until its next window (an adaptive inflation field, a lagged
    /// ensemble), by name. Travels through checkpoints with the belief.
    /// </summary>
    IReadOnlyDictionary<string, Matrix<double>> Memory { get; }
}
