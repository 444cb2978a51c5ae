using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>A method that minimizes a cost over a window, so that it can begin at a guess and take other priors at the window's ends.</summary>
public interface IVariationalMethod : IGaussianMethod
{
    /// <summary>Uses the window's new observations.</summary>
    /// <param name="window">The system and the observations.</param>
    /// <param name="background">The belief at the window's start that an earlier window of this method returned.</param>
    /// <param name="guess">What is known otherwise.</param>
    /// <param name="random">This window's randomness.</param>
    /// <exception cref="ArgumentException">The guess has another width than the system.</exception>
    Analysis Assimilate(AssimilationWindow window, IBelief background, WindowGuess guess, RandomSource random);

    Analysis IAssimilationMethod.Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        Assimilate(window, background, WindowGuess.None, random);
}
