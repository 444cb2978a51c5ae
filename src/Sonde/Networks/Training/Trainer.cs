using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>How weights are trained.</summary>
/// <param name="Optimizer">The rule; null for Adam.</param>
/// <param name="Schedule">The learning rate; null for a constant 10⁻³.</param>
/// <param name="Epochs">How often each sample is seen, 0 or more.</param>
/// <param name="BatchSize">Samples a step, 1 or more; the last step of an epoch takes what is left.</param>
/// <param name="ClipNorm">A longer gradient is shortened to this norm; null for none. Pascanu et al., ICML 2013.</param>
/// <param name="Average">Share of the moving average that is kept at a step; null for no average. Polyak and Juditsky, SIAM J. Control Optim. 30, 1992.</param>
/// <param name="Patience">Epochs without a lower held-out loss that are borne; the next one ends the training. Null for all.</param>
/// <param name="Steps">Most steps, 1 or more, so that the last epoch may be a part of one; null for whole epochs.</param>
public sealed record Trainer(
    IOptimizer? Optimizer = null, ISchedule? Schedule = null, int Epochs = 100, int BatchSize = 32, double? ClipNorm = null, double? Average = null,
    int? Patience = null, long? Steps = null)
{
    /// <summary>How often each sample is seen.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Epochs { get; init => field = Check.AtLeast(0, value, nameof(Epochs)); } = Check.AtLeast(0, Epochs, nameof(Epochs));

    /// <summary>Samples a step.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int BatchSize { get; init => field = Check.AtLeast(1, value, nameof(BatchSize)); } = Check.AtLeast(1, BatchSize, nameof(BatchSize));

    /// <summary>The longest gradient.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? ClipNorm { get; init => field = Check.Positive(value, nameof(ClipNorm)); } = Check.Positive(ClipNorm, nameof(ClipNorm));

    /// <summary>Share of the moving average that is kept.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double? Average { get; init => field = CheckAverage(value); } = CheckAverage(Average);

    /// <summary>Epochs without a lower held-out loss that are borne.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Patience { get; init => field = Check.AtLeast(0, value, nameof(Patience)); } = Check.AtLeast(0, Patience, nameof(Patience));

    /// <summary>Most steps.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public long? Steps { get; init => field = CheckSteps(value, nameof(Steps)); } = CheckSteps(Steps, nameof(Steps));

    /// <summary>The rule that moves the weights.</summary>
    public IOptimizer Rule => Optimizer ?? new Adam();

    /// <summary>Steps of one pass over all samples.</summary>
    public int StepsOfEpoch(int samples) => (int)(((long)samples + BatchSize - 1) / BatchSize);

    /// <summary>Steps of the whole training.</summary>
    public long StepsOf(int samples) => Math.Min((long)StepsOfEpoch(samples) * Epochs, Steps ?? long.MaxValue);

    /// <summary>As below, with nothing held out.</summary>
    /// <param name="state">Where training stands; moved on.</param>
    /// <param name="samples">How many samples there are, 1 or more.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="random">All randomness of the training.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <param name="progress">Called after every step, when the state may be saved; false stops.</param>
    /// <returns>Why it ended.</returns>
    /// <exception cref="ArgumentException">There is no sample, or the state is of another optimizer.</exception>
    public TrainingEnd Run<T>(
        TrainingState<T> state, int samples, SampleLoss<T> loss, RandomSource random, Workers workers, Func<TrainingStep, bool>? progress = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(state, new TrainingData<T>(SampleSplit.All(Check.AtLeast(1, samples, nameof(samples))), loss), random, workers, progress);

    /// <summary>
    /// Trains from a state to the end, or until told to stop. Once warm, a step on one thread allocates nothing beyond what the losses do, and an
    /// epoch the source of its order.
    /// </summary>
    /// <param name="state">Where training stands; moved on.</param>
    /// <param name="data">What is learned, and what it is judged by after each epoch.</param>
    /// <param name="random">All randomness of the training.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <param name="progress">Called after every step, when the state may be saved; false stops.</param>
    /// <returns>Why it ended.</returns>
    /// <exception cref="ArgumentException">There is no sample, or the state is of another optimizer.</exception>
    public TrainingEnd Run<T>(
        TrainingState<T> state, TrainingData<T> data, RandomSource random, Workers workers, Func<TrainingStep, bool>? progress = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(data.Loss);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(workers);
        var samples = Check.AtLeast(1, data.Samples.Length, nameof(data.Samples));
        var (rule, schedule) = (Rule, Schedule ?? new ConstantRate());
        if (state.Memory.Rows != rule.Memories)
            throw new ArgumentException($"{rule.GetType().Name} remembers {rule.Memories} vectors, but the state holds {state.Memory.Rows}.", nameof(state));
        var epochSteps = StepsOfEpoch(samples);
        var steps = StepsOf(samples);
        var gradients = new LossGradient<T>(state.Weights.Width, Math.Min(BatchSize, samples), data.Loss, random.Fork("step"), workers);
        var heldOut = data.HeldOut.IsEmpty ? null : new HeldOutLoss<T>(data.HeldOut, data.HeldOutLoss ?? data.Loss, random.Fork("held out"), workers);
        var (order, orders, ordered) = (new int[samples], random.Fork("order"), -1);
        var (start, started) = (state.Step, Stopwatch.GetTimestamp());
        state.ExpectEpochs(Epochs);
        for (var step = start; step < steps; step++)
        {
            if (state.HeldOutLosses.Count - 1 - state.BestEpoch > Patience)
                return TrainingEnd.OutOfPatience;
            var epoch = (int)(step / epochSteps);
            if (ordered != epoch)
            {
                data.Samples.Span.CopyTo(order);
                orders.Fork(epoch).Shuffle(order);
            }
            ordered = epoch;
            var first = (int)(step % epochSteps) * BatchSize;
            var count = Math.Min(BatchSize, samples - first);
            var value = gradients.Evaluate(state.Weights, order.AsMemory(first, count), step);
            var norm = double.CreateChecked(TensorPrimitives.Norm<T>(gradients.Gradient));
            var isSound = double.IsFinite(value) && double.IsFinite(norm);
            var rate = isSound ? schedule.At(step, steps, state.LossesBefore(epoch)) : 0;
            if (isSound)
            {
                if (ClipNorm is { } bound && norm > bound)
                    TensorPrimitives.Multiply(gradients.Gradient, T.CreateChecked(bound / norm), gradients.Gradient);
                rule.Step<T>(state.Weights.Values, gradients.Gradient, state.Memory, step, rate);
                KeepAverage<T>(state.Weights.Values, state.Averaged.Values);
                state.Advance(epoch, value * count / samples);
                if (heldOut is not null && ((step + 1) % epochSteps == 0 || step + 1 == steps))
                    state.Judge(heldOut.Evaluate(state.Averaged));
            }
            var elapsed = Stopwatch.GetElapsedTime(started);
            var left = elapsed * ((double)(steps - step - 1) / (step + 1 - start));
            var goesOn = progress?.Invoke(new(step, steps, value, norm, rate, elapsed, left, state.HeldOutLosses is [.., var judged] ? judged : double.NaN)) ?? true;
            if (!isSound)
                return TrainingEnd.NotFinite;
            if (!goesOn)
                return TrainingEnd.Stopped;
        }
        return TrainingEnd.Finished;
    }

    private static long? CheckSteps(long? value, string name) => value is null or >= 1 ? value : throw new ArgumentException($"{name} is {value} but must be 1 or more.", name);

    private static double? CheckAverage(double? value) => value is { } share ? Check.Within(0, 1, share, nameof(Average)) : null;

    // ā ← c ā + (1 − c) w.
    private void KeepAverage<T>(ReadOnlySpan<T> weights, Span<T> averaged) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Average is { } share)
            TensorPrimitives.Lerp(weights, averaged, T.CreateChecked(share), averaged);
        else
            weights.CopyTo(averaged);
    }
}
