using System.Numerics;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>Everything a training has come to, moved on by each step. Saved between two steps and read back, it goes on to the same bits.</summary>
public sealed class TrainingState<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<double> losses, heldOutLosses;
    private Matrix<T>? best;

    /// <summary>A training as it was left.</summary>
    /// <param name="weights">[1, n].</param>
    /// <param name="averaged">[1, n].</param>
    /// <param name="memory">[what the optimizer remembers, n].</param>
    /// <param name="losses">Of each epoch begun.</param>
    /// <param name="step">How many steps were made, 0 or more.</param>
    /// <param name="best">[1, n]: the average when the held-out loss was least; null where there was none.</param>
    /// <param name="heldOutLosses">After each epoch.</param>
    /// <exception cref="ArgumentException">The arrays do not fit one another.</exception>
    public TrainingState(
        Matrix<T> weights, Matrix<T> averaged, Matrix<T> memory, ReadOnlySpan<double> losses, long step, Matrix<T>? best = null,
        ReadOnlySpan<double> heldOutLosses = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(averaged);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (weights.Rows != 1 || averaged.Rows != 1)
            throw new ArgumentException($"Weights are 1 row, not {weights.Rows}, and so is their average, not {averaged.Rows}.", nameof(weights));
        if (averaged.Width != weights.Width || memory.Width != weights.Width)
            throw new ArgumentException($"There are {weights.Width} weights, but {averaged.Width} averages and memories of {memory.Width}.", nameof(weights));
        if (best is not null && (best.Rows != 1 || best.Width != weights.Width))
            throw new ArgumentException($"There are {weights.Width} weights, but the best are {best.Rows} × {best.Width}.", nameof(best));
        (Weights, Averaged, Memory, Step, this.best) = (weights, averaged, memory, step, best);
        (this.losses, this.heldOutLosses) = ([.. losses], [.. heldOutLosses]);
        for (var epoch = 0; epoch < heldOutLosses.Length; epoch++)
            if (BestEpoch < 0 || heldOutLosses[epoch] < heldOutLosses[BestEpoch])
                BestEpoch = epoch;
        if (BestEpoch >= 0 && best is null)
            throw new ArgumentException($"There are {heldOutLosses.Length} held-out losses but no best weights.", nameof(best));
    }

    /// <summary>[1, n].</summary>
    public Matrix<T> Weights { get; }

    /// <summary>Exponential moving average of the weights from the first ones on, [1, n]; the weights themselves where none is kept.</summary>
    public Matrix<T> Averaged { get; }

    /// <summary>What the optimizer remembers, [Memories, n].</summary>
    public Matrix<T> Memory { get; }

    /// <summary>Mean loss of each epoch begun; of an epoch not yet complete, the part that its steps so far add to it.</summary>
    public IReadOnlyList<double> Losses => losses;

    /// <summary>The weights to use, [1, n]: the average when the held-out loss was least, or as it is where nothing was held out.</summary>
    public Matrix<T> Best => best ?? Averaged;

    /// <summary>Loss of the held-out samples after each epoch, by the averaged weights.</summary>
    public IReadOnlyList<double> HeldOutLosses => heldOutLosses;

    /// <summary>The epoch after which the held-out loss was least, from 0; −1 where there was none.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>How many steps were made.</summary>
    public long Step { get; private set; }

    /// <summary>A training's beginning.</summary>
    public static TrainingState<T> Begin(ILayer<T> layer, IOptimizer optimizer, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var weights = new Matrix<T>(1, layer.WeightCount);
        layer.Initialize(weights.Values, random);
        return Begin(weights, optimizer);
    }

    /// <summary>A training's beginning from weights that are there already.</summary>
    /// <param name="weights">[1, n]; not copied.</param>
    /// <param name="optimizer">What they will be trained with.</param>
    public static TrainingState<T> Begin(Matrix<T> weights, IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(optimizer);
        return new(weights, weights.Copy(), new Matrix<T>(optimizer.Memories, weights.Width), [], 0);
    }

    /// <summary>The losses of the epochs before one: held-out ones where there are any.</summary>
    internal ReadOnlySpan<double> LossesBefore(int epoch)
    {
        var of = CollectionsMarshal.AsSpan(heldOutLosses.Count > 0 ? heldOutLosses : losses);
        return of[..Math.Min(epoch, of.Length)];
    }

    /// <summary>Counts a step that was made.</summary>
    internal void Advance(int epoch, double shareOfLoss)
    {
        while (losses.Count <= epoch)
            losses.Add(0);
        losses[epoch] += shareOfLoss;
        Step++;
    }

    /// <summary>Notes the held-out loss after an epoch, and the weights where it is the least so far.</summary>
    internal void Judge(double heldOutLoss)
    {
        if (BestEpoch < 0 || heldOutLoss < heldOutLosses[BestEpoch])
        {
            BestEpoch = heldOutLosses.Count;
            best ??= new Matrix<T>(1, Averaged.Width);
            Averaged.Values.CopyTo(best.Values);
        }
        heldOutLosses.Add(heldOutLoss);
    }

    /// <summary>Leaves out the steps before one.</summary>
    internal void SkipTo(long step) => Step = step;

    internal void ExpectEpochs(int epochs)
    {
        losses.EnsureCapacity(epochs);
        heldOutLosses.EnsureCapacity(epochs);
    }
}
