using Sonde.Numerics;

namespace Sonde.Assimilation.Learned;

/// <summary>A method whose network must be trained before it can assimilate: its parameters are the configuration of both.</summary>
public interface ILearnedMethod : IAssimilationMethod
{
    /// <summary>False where nothing is to be learned after all, as by a method that starts from another which learns nothing.</summary>
    bool Learns => true;

    /// <summary>Whether the training tells what the model leaves out, as <see cref="Amortized.TendencyNetwork.Saved"/> among its statistics.</summary>
    bool LearnsTerm => false;

    /// <summary>Parameters of the model that were learned, by name; empty before the training and where there are none.</summary>
    IReadOnlyDictionary<string, double> LearnedParameters => System.Collections.ObjectModel.ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Sets the training up: draws what it needs for statistics, and lays out network and stages.</summary>
    /// <param name="twins">Truths and observations of the kind that the method will meet.</param>
    /// <param name="random">All randomness of the training.</param>
    /// <param name="workers">How many threads may work; nothing depends on it.</param>
    /// <exception cref="ArgumentException">The configuration does not fit the twins.</exception>
    ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers);

    /// <summary>The method with what it has learned, ready to assimilate.</summary>
    /// <exception cref="ArgumentException">The numbers do not fit the configuration.</exception>
    IAssimilationMethod With(LearnedState state);
}
