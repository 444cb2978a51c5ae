using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>
/// One network with several vectors of weights, trained alike from different beginnings and in different orders: where they disagree, none of them
/// knows. Lakshminarayanan et al., NeurIPS 2017.
/// </summary>
/// <param name="Layer">The network.</param>
/// <param name="Weights">A vector [1, n] a member.</param>
public sealed record NetworkEnsemble<T>(ILayer<T> Layer, IReadOnlyList<Matrix<T>> Weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Trains the members, several at once where workers allow it.</summary>
    /// <param name="layer">The network.</param>
    /// <param name="members">How many, 1 or more.</param>
    /// <param name="trainer">How each is trained.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="random">Of which each member has a part of its own.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <returns>The members' averaged weights; and why the training of each ended.</returns>
    /// <exception cref="ArgumentException">There is no member or no sample.</exception>
    public static (NetworkEnsemble<T> Ensemble, IReadOnlyList<TrainingEnd> Ended) Train(
        ILayer<T> layer, int members, Trainer trainer, int samples, SampleLoss<T> loss, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(workers);
        var weights = new Matrix<T>[Check.AtLeast(1, members, nameof(members))];
        var ended = new TrainingEnd[members];
        workers.ForBlocks(members, 1, (member, _) =>
        {
            var own = random.Fork(member);
            var state = TrainingState<T>.Begin(layer, trainer.Rule, own.Fork("start"));
            ended[member] = trainer.Run(state, samples, loss, own.Fork("training"), Workers.One);
            weights[member] = state.Averaged;
        });
        return (new(layer, weights), ended);
    }

    /// <summary>Mean and standard deviation of what the members say.</summary>
    /// <param name="x">[rows, InputWidth].</param>
    /// <param name="mean">[rows, OutputWidth], overwritten.</param>
    /// <param name="deviation">[rows, OutputWidth], overwritten; over K − 1, and 0 with one member.</param>
    public void Evaluate(ReadOnlyBatch<T> x, Batch<T> mean, Batch<T> deviation)
    {
        using var frame = Scratch.Enter();
        var y = frame.Rent<T>(mean.Rows, mean.Width);
        mean.Clear();
        deviation.Clear();
        for (var member = 0; member < Weights.Count; member++)
        {
            Layer.With(Weights[member]).Evaluate(x, y);
            for (var i = 0; i < y.Values.Length; i++)
            {
                var departure = y.Values[i] - mean.Values[i];                       // Welford, Technometrics 4, 1962
                mean.Values[i] += departure / T.CreateChecked(member + 1);
                deviation.Values[i] += departure * (y.Values[i] - mean.Values[i]);
            }
        }
        foreach (ref var value in deviation.Values)
            value = T.Sqrt(value / T.CreateChecked(Math.Max(1, Weights.Count - 1)));
    }
}
