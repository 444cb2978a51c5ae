using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Coarse to fine: z₀ is what observations make of the trajectories' moments; at each share s the network's Gaussian at z is conditioned on the
/// observations, x = its mean after them, and z moves by (s − s′)(x − z₀). Blanke, Fablet, Lelarge, 2024, algorithm 2, with the decrement of s in the
/// place of s. A second network says how far the result is off: a precision C Cᵀ + a, to which the observations are added exactly. Everything is in
/// normalized units.
/// </summary>
internal sealed class IncrementalModel
{
    private const int FieldsOfContext = 2;              // beside the share, at each component: how well it is observed, and how far z₀ may be off
    private readonly NeuralIncremental method;
    private readonly IncrementalStatistics statistics;
    private readonly NeuralPrior prior;
    private readonly NeuralPrior? spread;
    private readonly int times, width, priorWeights, spreadWeights;

    /// <summary>A model of windows.</summary>
    public IncrementalModel(NeuralIncremental method, IncrementalStatistics statistics)
    {
        (this.method, this.statistics, times, width) = (method, statistics, statistics.Times, statistics.Width);
        IReadOnlyList<int> offsets = method.Offsets ?? [.. Enumerable.Range(1, 2 * width - 1)];
        HalfWidth = offsets.Count > 0 ? offsets[^1] : 0;
        var shape = new WindowShape(width, times, method.Informed ? 1 + FieldsOfContext : 1);
        var network = method.Network ?? new WindowConvolutions();
        prior = new NeuralPrior(network, shape, true, LocalForms.Create(method.Prior, shape, shape.Count, offsets, method.Rank, method.Floor));
        spread = method.HasSpread ? new NeuralPrior(network, shape, false, LocalForms.Create(LocalPriorForm.Banded, shape, 0, offsets, method.Rank, method.Floor)) : null;
        Context = shape.Channels - width;
        Network = spread is null ? prior.Network : new Parallel<float>(prior.Network, spread.Network);
        (priorWeights, spreadWeights) = (prior.Network.WeightCount, spread?.Network.WeightCount ?? 0);
    }

    /// <summary>The network of the prior, and beside it that of the spread.</summary>
    public ILayer<float> Network { get; }

    private int Count => times * width;

    private int Context { get; }

    private int HalfWidth { get; }

    /// <summary>The mean square error of all restorations.</summary>
    /// <param name="pool">Trajectories, [any, T n], in physical units.</param>
    /// <param name="twins">What observes them.</param>
    public SampleLoss<float> Square(Matrix<double> pool, ITwinSource twins) => (weights, samples, random) =>
    {
        using var frame = Scratch.Enter();
        var batch = Observe(frame, pool, samples, twins, random.Source());
        var (tape, on) = (weights.Tape, new Windows(weights.Tape, batch));
        var own = weights.View(0, 1, priorWeights);
        var truth = Constant(tape, batch.Truth);
        var (z, total) = (on.Start, default(Variable<float>?));
        for (var level = 0; level < method.Increments; level++)
        {
            var share = Share(level);
            if (!method.Schooling.Unrolled)
                z = share * on.Start + (1 - share) * truth;
            var x = Restore(prior.At(z, Contexts(tape, batch, share), own), on);
            var loss = (x - truth).SumOfSquares();
            total = total is { } sum ? sum + loss : loss;
            if (method.Schooling.Unrolled)
                z = Move(z, x, on.Start, level);
        }
        return 1f / (samples.Length * Count * method.Increments) * total!.Value;
    };

    /// <summary>The negative log likelihood of the truth around the result, a number, up to a constant; it teaches the spread and leaves the result as it is.</summary>
    /// <param name="pool">Trajectories, [any, T n], in physical units.</param>
    /// <param name="twins">What observes them.</param>
    public SampleLoss<float> Likelihood(Matrix<double> pool, ITwinSource twins) => (weights, samples, random) =>
    {
        using var frame = Scratch.Enter();
        var batch = Observe(frame, pool, samples, twins, random.Source());
        using var lent = TapeLoan<float>.Take();
        var found = Descend(new(lent.Tape, batch), batch, lent.Tape.Constant(weights.Value));
        var tape = weights.Tape;
        var x = tape.Constant(found.X.Value);
        var factor = spread!.At(x, Contexts(tape, batch, 0), weights.View(priorWeights, 1, spreadWeights)).Numbers!.Value;
        var density = tape.Apply(new BandedLogDensity<float>(HalfWidth, method.Floor), factor, Constant(tape, batch.Evidence), x - Constant(tape, batch.Truth));
        return -1f / (samples.Length * Count) * density.Sum();
    };

    /// <summary>The estimate of a window and how uncertain each state is.</summary>
    /// <param name="observations">One a time, T or fewer.</param>
    /// <param name="weights">Of the network.</param>
    /// <param name="mean">[T n], overwritten.</param>
    /// <param name="covariances">One a state, one under the other, [T n, n], overwritten; unchanged where nothing says how uncertain the result is.</param>
    /// <param name="draws">Draws about the mean with these covariances, [any, T n], overwritten or unchanged likewise; none to leave them out.</param>
    /// <param name="random">What draws are made of; needed where there are any.</param>
    /// <returns>False where numbers are not finite.</returns>
    public bool Analyze(
        IReadOnlyList<Observation> observations, Matrix<float> weights, Span<double> mean, Batch<double> covariances, Batch<double> draws = default, RandomSource? random = null)
    {
        using var frame = Scratch.Enter();
        using var lent = TapeLoan<float>.Take();
        var tape = lent.Tape;
        var batch = new IncrementalBatch(frame, 1, Count, Context * times, HalfWidth);
        if (!Estimate(observations, batch, 0))
            return false;
        var trained = tape.Constant(weights);
        var (x, numbers) = Descend(new(tape, batch), batch, trained);
        if (spread is not null)
            numbers = spread.At(x, Contexts(tape, batch, 0), trained.View(priorWeights, 1, spreadWeights)).Numbers;
        TensorPrimitives.ConvertTruncating<float, double>(x.Value.Values, mean);
        return Moments.AllFinite(mean) && (numbers is not { } own || Uncertainty((spread ?? prior).Form, own.Value.Values, batch, covariances, draws, random));
    }

    /// <summary>The result, and the numbers of the last restoration's prior.</summary>
    private (Variable<float> X, Variable<float>? Numbers) Descend(Windows on, IncrementalBatch batch, Variable<float> weights)
    {
        var own = weights.View(0, 1, priorWeights);
        var (z, x, local) = (on.Start, on.Start, default(LocalGaussian));
        for (var level = 0; level < method.Increments; level++)
        {
            local = prior.At(z, Contexts(z.Tape, batch, Share(level)), own);
            x = Restore(local, on);
            z = Move(z, x, on.Start, level);
        }
        return (method.Output == IncrementalOutput.Mean ? z : x, local.Numbers);
    }

    private IncrementalBatch Observe(ScratchFrame frame, Matrix<double> pool, ReadOnlySpan<int> samples, ITwinSource twins, RandomSource random)
    {
        var batch = new IncrementalBatch(frame, samples.Length, Count, Context * times, HalfWidth);
        for (var i = 0; i < samples.Length; i++)
        {
            Estimate(twins.Observe(pool[samples[i]], random.Fork(i)), batch, i);
            pool[samples[i]].CopyTo(batch.Truth[i]);
            statistics.Scale.Normalize(new Batch<double>(batch.Truth[i], times, width));
        }
        return batch;
    }

    /// <summary>The Gaussian interpolation of the observations, and everything else that the network and the analysis read.</summary>
    private bool Estimate(IReadOnlyList<Observation> observations, IncrementalBatch batch, int row)
    {
        using var frame = Scratch.Enter();
        var variance = frame.Rent(1, Count)[0];
        if (statistics.Estimate(observations, method.Linearizations, batch.Start[row], variance) is not { } evidence)
            return false;
        var band = new Batch<double>(batch.Evidence[row], Count, HalfWidth + 1);
        if (!evidence.AddTo(band, batch.Right[row]))
            return false;
        for (var i = 0; i < Count && method.Informed; i++)
        {
            var place = (1 + i % width) * times + i / width;
            batch.Context[row, place] = 0.25 * Math.Log(1 + band[i, HalfWidth]);
            batch.Context[row, place + width * times] = Math.Sqrt(variance[i]);
        }
        return true;
    }

    private float Share(int level) => 1 - (float)level / method.Increments;

    private Variable<float> Move(Variable<float> z, Variable<float> x, Variable<float> start, int level) =>
        z.PlusScaled(method.Printed ? Share(level) : 1f / method.Increments, x - start);

    private Variable<float> Restore(LocalGaussian local, Windows on) => prior.Form.Condition(local, on.Evidence, on.Right);

    /// <summary>Covariances of the states, and draws; nothing is less certain than without observations.</summary>
    private bool Uncertainty(ILocalForm form, ReadOnlySpan<float> numbers, IncrementalBatch batch, Batch<double> covariances, Batch<double> draws, RandomSource? random)
    {
        var evidence = new ReadOnlyBatch<double>(batch.Evidence[0], Count, HalfWidth + 1);
        if (!form.Covariances(numbers, evidence, covariances) || draws.Rows > 0 && !form.Draw(numbers, evidence, draws, random!))
            return false;
        using var frame = Scratch.Enter();
        var shrink = frame.Rent(1, Count)[0];
        for (var row = 0; row < Count; row++)
            shrink[row] = Math.Min(1, Math.Sqrt(statistics.Moments.Variance(row) / covariances[row, row % width]));
        for (var row = 0; row < Count; row++)
            for (var j = 0; j < width; j++)
                covariances[row, j] *= shrink[row] * shrink[row / width * width + j];
        for (var row = 0; row < draws.Rows; row++)
            TensorPrimitives.Multiply(draws[row], shrink, draws[row]);
        return true;
    }

    private Variable<float> Contexts(Tape<float> tape, IncrementalBatch batch, float share)
    {
        for (var row = 0; row < batch.Context.Rows; row++)
            batch.Context[row][..times].Fill(share);
        return Constant(tape, batch.Context);
    }

    private static Variable<float> Constant(Tape<float> tape, ReadOnlyBatch<double> rows)
    {
        using var frame = Scratch.Enter();
        var converted = frame.Rent<float>(rows.Rows, rows.Width);
        TensorPrimitives.ConvertTruncating<double, float>(rows.Values, converted.Values);
        return tape.Constant(converted);
    }

    /// <summary>What does not change from increment to increment, on a tape.</summary>
    private readonly struct Windows(Tape<float> tape, IncrementalBatch batch)
    {
        public Variable<float> Start { get; } = Constant(tape, batch.Start);

        public Variable<float> Evidence { get; } = Constant(tape, batch.Evidence);

        public Variable<float> Right { get; } = Constant(tape, batch.Right);
    }
}
