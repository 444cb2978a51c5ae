using Sonde.Assimilation;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Quality;

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

    /// <summary>Observations kept from the methods to score them, at the same times; null where none are.</summary>
    public IReadOnlyList<Observation>? Withheld { get; init; }

    /// <summary>Every reading of a file, with what became of it on entry; null in a twin experiment.</summary>
    public ObservationLedger? Ledger { get; init; }

    /// <summary>Compares observations with each method's forecast; null where every one is used as it came.</summary>
    public BackgroundCheck? BackgroundCheck { get; init; }

    /// <summary>The moment at which time is 0, and the unit of time; null where times are plain numbers.</summary>
    public (DateTimeOffset Moment, CsvTimeUnit Unit)? Origin { get; init; }

    /// <summary>Observation times left out of scores.</summary>
    public required int BurnIn { get; init; }

    /// <summary>Randomness of this experiment.</summary>
    public required RandomSource Random { get; init; }
}
