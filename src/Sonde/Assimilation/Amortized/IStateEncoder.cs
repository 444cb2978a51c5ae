using Sonde.Networks;

namespace Sonde.Assimilation.Amortized;

/// <summary>Builds networks that read the observations around a time, as images whose lines are times and whose pixels are components, and estimate the state there.</summary>
public interface IStateEncoder
{
    /// <summary>What the images hold.</summary>
    EncoderInput Input { get; }

    /// <summary>Times on each side that local averages reach over, where the input has them.</summary>
    int Averages { get; }

    /// <summary>Times on each side of a state on which its estimate depends, from those of the method's windows.</summary>
    /// <param name="halfWindow">W of the method.</param>
    /// <exception cref="ArgumentException">The network reads further.</exception>
    int Reach(int halfWindow);

    /// <summary>True where one pass over a series estimates the state at each time of it, with weights that serve any length; false where a pass estimates the one at its window's center.</summary>
    bool EstimatesEveryTime { get; }

    /// <summary>A network from rows [channels × times × width].</summary>
    /// <param name="image">What is read.</param>
    /// <param name="numbers">Numbers written for each component, of which the first is its mean.</param>
    /// <param name="dropout">Probability that a value between trunk and head is dropped in training.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the configuration.</exception>
    EncoderLayers Build(Calculus.ImageShape image, int numbers, double dropout);
}

/// <summary>A network in two parts, of which only the second draws random numbers: [numbers × width] or, at every time, [numbers × times × width].</summary>
/// <param name="Trunk">Reads images.</param>
/// <param name="Head">Reads what the trunk writes.</param>
public sealed record EncoderLayers(ILayer<float> Trunk, ILayer<float> Head)
{
    /// <summary>Both, with the weights of the trunk first.</summary>
    public ILayer<float> Network { get; } = new Chain<float>(Trunk, Head);
}

/// <summary>What the images of a window hold.</summary>
public enum EncoderInput
{
    /// <summary>Values as they were read, 0 where none was; where one was, 1; times from the center; and values times those. As released by the authors of CODA.</summary>
    Raw,

    /// <summary>Values in standard deviations from their mean; where there are any; and local averages of them with the logarithm of how many they average.</summary>
    Standardized,
}
