using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>The mean loss of a few samples, as a function of the weights.</summary>
/// <param name="weights">[1, n], an input of its tape.</param>
/// <param name="samples">Which samples.</param>
/// <param name="random">Randomness of this step and these samples: noise on data, dropout.</param>
/// <returns>[1, 1].</returns>
public delegate Variable<T> SampleLoss<T>(Variable<T> weights, ReadOnlySpan<int> samples, RandomSource random) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>How weights are trained.</summary>
/// <param name="Optimizer">The rule; null for Adam.</param>
/// <param name="Schedule">The learning rate; null for a constant 10⁻³.</param>
/// <param name="Epochs">How often each sample is seen.</param>
/// <param name="BatchSize">Samples a step.</param>
/// <param name="ClipNorm">A longer gradient is shortened to this norm; null for none.</param>
/// <param name="Average">Share of the moving average that is kept at a step; null for no average. Polyak and Juditsky, SIAM J. Control Optim. 30, 1992.</param>
public sealed record Trainer(
    IOptimizer? Optimizer = null, ISchedule? Schedule = null, int Epochs = 100, int BatchSize = 32, double? ClipNorm = null, double? Average = null)
{
    private const int RowsOfPart = 16;          // samples of one tape: parts, and so the bits of a sum, do not depend on threads

    /// <summary>The rule that moves the weights.</summary>
    public IOptimizer Rule => Optimizer ?? new Adam();

    /// <summary>Steps of one pass over all samples; the last may be shorter.</summary>
    public long StepsOfEpoch(int samples) => (samples + BatchSize - 1) / BatchSize;

    /// <summary>Trains from a state to the end, or until told to stop.</summary>
    /// <param name="state">Where training stands; its arrays are changed.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="random">All randomness of the training.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <param name="progress">Called after every step; false stops.</param>
    /// <returns>The state reached.</returns>
    public TrainingState<T> Run<T>(
        TrainingState<T> state, int samples, SampleLoss<T> loss, RandomSource random, Workers workers, Func<TrainingStep, bool>? progress = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var (rule, schedule) = (Rule, Schedule ?? new ConstantRate());
        var (epochSteps, n) = (StepsOfEpoch(samples), state.Weights.Width);
        var steps = epochSteps * Epochs;
        var parts = (Math.Min(BatchSize, samples) + RowsOfPart - 1) / RowsOfPart;
        var gradients = new Matrix<T>(parts, n);
        var losses = new double[parts];
        var tapes = Enumerable.Range(0, parts).Select(_ => new Tape<T>()).ToArray();
        var order = new int[samples];
        var (ordered, started) = (-1L, Stopwatch.GetTimestamp());
        for (var step = state.Step; step < steps; step++)
        {
            var epoch = step / epochSteps;
            if (ordered != epoch)
                Shuffle(order, random.Fork("order").Fork((int)epoch));
            ordered = epoch;
            var first = (int)(step % epochSteps) * BatchSize;
            var count = Math.Min(BatchSize, samples - first);
            var used = (count + RowsOfPart - 1) / RowsOfPart;
            var noise = random.Fork("step").Fork(step);
            workers.ForBlocks(count, RowsOfPart, (from, size) =>
            {
                var part = from / RowsOfPart;
                var tape = tapes[part];
                tape.Reset();
                var weights = tape.Input(state.Weights);
                var value = loss(weights, order.AsSpan(first + from, size), noise.Fork(part));
                tape.Differentiate(value);
                losses[part] = double.CreateChecked(value.Number) * size / count;
                TensorPrimitives.Multiply(tape.Adjoint(weights).Values, T.CreateChecked((double)size / count), gradients[part]);
            });
            for (var part = 1; part < used; part++)
                TensorPrimitives.Add(gradients[0], gradients[part], gradients[0]);
            var norm = double.CreateChecked(TensorPrimitives.Norm<T>(gradients[0]));
            var reached = losses.AsSpan(0, used);
            var total = TensorPrimitives.Sum<double>(reached);
            if (!double.IsFinite(norm) || !double.IsFinite(total))
            {
                progress?.Invoke(new(step, steps, total, norm, 0, Stopwatch.GetElapsedTime(started), false));
                return state with { Step = step };
            }
            if (ClipNorm is { } bound && norm > bound)
                TensorPrimitives.Multiply(gradients[0], T.CreateChecked(bound / norm), gradients[0]);
            var rate = schedule.At(step, steps);
            rule.Step<T>(state.Weights.Values, gradients[0], state.Memory, step, rate);
            var kept = Average ?? 0;
            TensorPrimitives.Multiply(state.Averaged.Values, T.CreateChecked(kept), state.Averaged.Values);
            TensorPrimitives.MultiplyAdd(state.Weights.Values, T.CreateChecked(1 - kept), state.Averaged.Values, state.Averaged.Values);
            if (progress is not null && !progress(new(step, steps, total, norm, rate, Stopwatch.GetElapsedTime(started), true)))
                return state with { Step = step + 1 };
        }
        return state with { Step = Math.Max(state.Step, steps) };
    }

    private static void Shuffle(int[] order, RandomSource random)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)(random.NextDouble() * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}

/// <summary>One step of a training.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Steps">How many there will be.</param>
/// <param name="Loss">Of this step's samples, before it.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="Elapsed">Since this run began.</param>
/// <param name="IsSound">False where the loss or its gradient is not finite: training stopped before this step.</param>
public readonly record struct TrainingStep(long Step, long Steps, double Loss, double GradientNorm, double LearningRate, TimeSpan Elapsed, bool IsSound);
