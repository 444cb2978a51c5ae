using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Learned;

/// <summary>Truths and what is observed of them, as many as are asked for: what a learned method is trained with. Serves several threads at once.</summary>
public interface ITwinSource
{
    /// <summary>The system that carries states forward, and its time grid.</summary>
    AssimilationProblem Problem { get; }

    /// <summary>When the truth is kept, whether or not anything is observed then; in rising order.</summary>
    IReadOnlyList<GridTime> Times { get; }

    /// <summary>Longer truths of the same kind, whose times go on as they are spaced.</summary>
    /// <param name="times">How many, 1 or more.</param>
    /// <exception cref="ArgumentException">The times are not evenly spaced.</exception>
    ITwinSource Over(int times) => times <= Times.Count
        ? this
        : throw new ArgumentException($"Truths have {Times.Count} observation times, fewer than the {times} that are asked for.", nameof(times));

    /// <summary>Components of a truth at one time: another number than the system's where methods run in rows that merely stand for truths.</summary>
    int TruthWidth => Problem.System.Width;

    /// <summary>Draws independent truths.</summary>
    /// <param name="truths">[any, T × TruthWidth]: a truth a row, its states at the first T of the times, one after the other; overwritten.</param>
    /// <param name="random">All their randomness.</param>
    void Simulate(Batch<double> truths, RandomSource random);

    /// <summary>Observes one truth.</summary>
    /// <param name="truth">[T × TruthWidth].</param>
    /// <param name="random">Where and when it is observed, and with which errors.</param>
    /// <returns>One at each of the first T times, some of which may be empty.</returns>
    IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random);

    /// <summary>The same observations, of the same randomness, by operators that read the truth's own states and not the system's rows.</summary>
    /// <param name="truth">[T × TruthWidth].</param>
    /// <param name="random">As in <see cref="Observe"/>.</param>
    IReadOnlyList<Observation> ObserveTruth(ReadOnlySpan<double> truth, RandomSource random) => Observe(truth, random);

    /// <summary>The rows of the system that stand for truths: in a surrogate its own trajectories from the truths' parameters.</summary>
    /// <param name="truths">[any, T × TruthWidth].</param>
    /// <param name="rows">[any, T × width], overwritten.</param>
    void Represent(ReadOnlyBatch<double> truths, Batch<double> rows) => truths.CopyTo(rows);
}
