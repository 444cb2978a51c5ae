using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Experiments.Running;

/// <summary>Everything that all methods of an experiment share: the system, the observations, what is believed before them, and the truth, which only scores see.</summary>
public sealed class PreparedExperiment
{
    /// <summary>The system, its time grid and its climatology.</summary>
    public required AssimilationProblem Problem { get; init; }

    /// <summary>What is believed at step 0.</summary>
    public required IPrior Prior { get; init; }

    /// <summary>In order of time.</summary>
    public required IReadOnlyList<Observation> Observations { get; init; }

    /// <summary>The true state at each observation time, [times, width]; null where nobody knows it.</summary>
    public Matrix<double>? Truth { get; init; }

    /// <summary>Observations kept from the methods to score them, by observation time; null where none are.</summary>
    public IReadOnlyList<WithheldObservation?>? Withheld { get; init; }

    /// <summary>What happened to observations, by quantity and fate; null where nothing was checked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>? Fates { get; init; }

    /// <summary>Observation times left out of scores.</summary>
    public required int BurnIn { get; init; }

    /// <summary>Randomness of this experiment.</summary>
    public required RandomSource Random { get; init; }
}

/// <summary>Observations of one time that no method sees.</summary>
/// <param name="Observation">Values, operator, errors.</param>
/// <param name="Fields">The name of the field of each value.</param>
public sealed record WithheldObservation(Observation Observation, IReadOnlyList<string> Fields);
