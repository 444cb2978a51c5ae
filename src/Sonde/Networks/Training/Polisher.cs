using System.Diagnostics;
using System.Numerics;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>
/// L-BFGS over all samples at once, in rounds that each begin anew along the gradient: between two rounds the state is all there is, so that it
/// may be saved, judged and continued to the same bits.
/// </summary>
/// <param name="Iterations">Steps of all rounds, 0 or more.</param>
/// <param name="Round">Steps of a round, 1 or more.</param>
/// <param name="Memory">Steps that shape the next direction, 1 or more.</param>
/// <param name="Patience">Rounds without a lower held-out loss that are borne; the next one ends it. Null for all.</param>
public sealed record Polisher(int Iterations, int Round = 50, int Memory = 20, int? Patience = null)
{
    /// <summary>Steps of all rounds.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Iterations { get; init => field = Check.AtLeast(0, value, nameof(Iterations)); } = Check.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>Steps of a round.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Round { get; init => field = Check.AtLeast(1, value, nameof(Round)); } = Check.AtLeast(1, Round, nameof(Round));

    /// <summary>Steps remembered.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Memory { get; init => field = Check.AtLeast(1, value, nameof(Memory)); } = Check.AtLeast(1, Memory, nameof(Memory));

    /// <summary>Rounds without a lower held-out loss that are borne.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Patience { get; init => field = Check.AtLeast(0, value, nameof(Patience)); } = Check.AtLeast(0, Patience, nameof(Patience));

    /// <summary>How many rounds there are.</summary>
    public int Rounds => (int)(((long)Iterations + Round - 1) / Round);

    /// <summary>A beginning from weights that are there already.</summary>
    /// <param name="weights">[1, n]; copied.</param>
    public static TrainingState<T> Begin<T>(Matrix<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new(weights.Copy(), weights.Copy(), new Matrix<T>(0, weights.Width), [], 0);
    }

    /// <summary>Polishes to the end, or until told to stop; a step of the state and of the progress is a round.</summary>
    /// <param name="state">Where it stands; moved on.</param>
    /// <param name="data">What is learned, and what it is judged by after each round.</param>
    /// <param name="random">The randomness of the loss: the same in every evaluation.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <param name="progress">Called after every round, when the state may be saved; false stops.</param>
    /// <returns>Why it ended: finished also where no lower loss was found.</returns>
    public TrainingEnd Run<T>(TrainingState<T> state, TrainingData<T> data, RandomSource random, Workers workers, Func<TrainingStep, bool>? progress = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(random);
        var loss = new MeanLoss<T>(state.Weights.Width, data.Samples, data.HeldOutLoss ?? data.Loss, random.Fork("step"), workers);
        var heldOut = data.HeldOut.IsEmpty ? null : new HeldOutLoss<T>(data.HeldOut, data.HeldOutLoss ?? data.Loss, random.Fork("held out"), workers);
        var (start, started) = (state.Step, Stopwatch.GetTimestamp());
        if (heldOut is not null && start == 0)
            state.Judge(heldOut.Evaluate(state.Weights));               // what it begins from may be the best
        for (var round = start; state.Step < Rounds; round++)
        {
            if (state.HeldOutLosses.Count - 1 - state.BestEpoch > Patience)
                return TrainingEnd.OutOfPatience;
            var steps = Math.Min(Round, Iterations - (int)round * Round);
            var outcome = loss.Minimize(new Lbfgs(steps, Memory: Memory), state.Weights);
            if (outcome.Stopped == StopReason.NotFinite)
                return TrainingEnd.NotFinite;
            state.Weights.Values.CopyTo(state.Averaged.Values);
            state.Advance((int)round, outcome.Cost);
            if (outcome.Iterations < steps)
                state.SkipTo(Rounds);                                   // no lower loss was found, nor will be
            if (heldOut is not null)
                state.Judge(heldOut.Evaluate(state.Weights));
            var elapsed = Stopwatch.GetElapsedTime(started);
            var left = elapsed * ((double)(Rounds - round - 1) / (round + 1 - start));
            var judged = state.HeldOutLosses is [.., var last] ? last : double.NaN;
            if (progress?.Invoke(new(round, Rounds, outcome.Cost, outcome.GradientNorm, 1, elapsed, left, judged)) == false)
                return TrainingEnd.Stopped;
        }
        return TrainingEnd.Finished;
    }
}
