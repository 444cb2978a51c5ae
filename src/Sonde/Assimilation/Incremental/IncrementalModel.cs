using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Coarse to fine: z₀ is what observations make of the trajectories' moments; at each share s the network's Gaussian at z is conditioned on the
/// observations, x = its mean after them, and z moves by (s − s′)(x − z₀). Blanke, Fablet, Lelarge, 2024, algorithm 2, with the decrement of s in the
/// place of s. Everything is in normalized units.
/// </summary>
internal sealed class IncrementalModel
{
    private const int FieldsOfContext = 2;              // beside the share, at each component: how well it is observed, and how far z₀ may be off
    private readonly NeuralIncremental method;
    private readonly NormalizedColumns<double> scale;
    private readonly TrajectoryMoments moments;
    private readonly BandedAnalysis<float> analysis;
    private readonly int times, width;

    /// <summary>A model of windows.</summary>
    public IncrementalModel(NeuralIncremental method, int times, NormalizedColumns<double> scale, TrajectoryMoments moments)
    {
        (this.method, this.times, width, this.scale, this.moments) = (method, times, scale.Width, scale, moments);
        IReadOnlyList<int> offsets = method.Offsets ?? [.. Enumerable.Range(1, 2 * width - 1)];
        Prior = new NeuralPrior(method.Network ?? new WindowConvolutions(), Context, times, width, method.Prior, offsets);
        analysis = new(Prior.HalfWidth);
    }

    /// <summary>Numbers of a trajectory.</summary>
    public int Count => times * width;

    /// <summary>The network and its layout.</summary>
    public NeuralPrior Prior { get; }

    private int Context => 1 + (method.Informed ? FieldsOfContext * width : 0);

    /// <summary>The mean square error of all restorations, or half their negative log likelihood a number.</summary>
    /// <param name="pool">Trajectories, [any, T n], in physical units.</param>
    /// <param name="twins">What observes them.</param>
    /// <param name="likelihood">Which loss.</param>
    public SampleLoss<float> Loss(Matrix<double> pool, ITwinSource twins, bool likelihood) => (weights, samples, random) =>
    {
        using var frame = Scratch.Enter();
        var source = random.Source();
        var levels = method.Increments;
        var batch = new IncrementalBatch(frame, samples.Length, Count, Context * times, Prior.HalfWidth);
        for (var i = 0; i < samples.Length; i++)
        {
            pool[samples[i]].CopyTo(batch.Truth[i]);
            Estimate(twins.Observe(pool[samples[i]], source.Fork(i)), batch, i);
        }
        for (var i = 0; i < samples.Length; i++)
            scale.Normalize(new Batch<double>(batch.Truth[i], times, width));
        var tape = weights.Tape;
        var (truth, start, evidence, right) = (Constant(tape, batch.Truth), Constant(tape, batch.Start), Constant(tape, batch.Evidence), Constant(tape, batch.Right));
        var (z, total) = (start, default(Variable<float>?));
        for (var level = 0; level < levels; level++)
        {
            var share = Share(level);
            if (!method.Unrolled)
                z = share * start + (1 - share) * truth;
            var local = Prior.At(z, Contexts(tape, batch, share), weights);
            var x = Restore(local, evidence, right);
            var loss = likelihood ? NegativeLogLikelihood(local, x, truth, evidence) : (x - truth).SumOfSquares();
            total = total is { } sum ? sum + loss : loss;
            if (method.Unrolled)
                z = Move(z, x, start, level);
        }
        return 1f / (samples.Length * Count * levels) * total!.Value;
    };

    /// <summary>The estimate of a window and how uncertain each state is.</summary>
    /// <param name="observations">One a time, T or fewer.</param>
    /// <param name="weights">Of the network.</param>
    /// <param name="mean">[T n], overwritten.</param>
    /// <param name="covariances">One a state, one under the other, [T n, n], overwritten with the last restoration's; unchanged without a prior precision.</param>
    /// <returns>False where numbers are not finite.</returns>
    public bool Analyze(IReadOnlyList<Observation> observations, Matrix<float> weights, Span<double> mean, Batch<double> covariances)
    {
        using var frame = Scratch.Enter();
        using var lent = TapeLoan<float>.Take();
        var tape = lent.Tape;
        var batch = new IncrementalBatch(frame, 1, Count, Context * times, Prior.HalfWidth);
        if (!Estimate(observations, batch, 0))
            return false;
        var (start, evidence, right, trained) = (Constant(tape, batch.Start), Constant(tape, batch.Evidence), Constant(tape, batch.Right), tape.Constant(weights));
        var (z, x, local) = (start, start, default(LocalGaussian));
        for (var level = 0; level < method.Increments; level++)
        {
            local = Prior.At(z, Contexts(tape, batch, Share(level)), trained);
            x = Restore(local, evidence, right);
            z = Move(z, x, start, level);
        }
        TensorPrimitives.ConvertTruncating<float, double>((method.Output == IncrementalOutput.Mean ? z : x).Value.Values, mean);
        return Moments.AllFinite(mean) && (local.Factor is not { } factor || Covariances(factor, batch, covariances));
    }

    /// <summary>The Gaussian interpolation of the observations, and everything else that the network and the analysis read.</summary>
    private bool Estimate(IReadOnlyList<Observation> observations, IncrementalBatch batch, int row)
    {
        using var frame = Scratch.Enter();
        var along = frame.Rent(1, Count)[0];
        var variance = frame.Rent(1, Count)[0];
        var z = batch.Start[row];
        moments.Mean.CopyTo(along);
        TrajectoryEvidence evidence;
        for (var iteration = 1; ; iteration++)
        {
            evidence = new TrajectoryEvidence(scale, observations, along);
            if (!moments.Interpolate(evidence, z, variance))
                return false;
            if (iteration == method.Linearizations)
                break;
            z.CopyTo(along);
        }
        var band = new Batch<double>(batch.Evidence[row], Count, Prior.HalfWidth + 1);
        if (!evidence.AddTo(band, batch.Right[row]))
            return false;
        if (method.Informed)
            for (var i = 0; i < Count; i++)
            {
                var place = (1 + i % width) * times + i / width;
                batch.Context[row, place] = 0.25 * Math.Log(1 + band[i, Prior.HalfWidth]);
                batch.Context[row, place + width * times] = Math.Sqrt(variance[i]);
            }
        return true;
    }

    private float Share(int level) => 1 - (float)level / method.Increments;

    private Variable<float> Move(Variable<float> z, Variable<float> x, Variable<float> start, int level) =>
        z.PlusScaled(method.Printed ? Share(level) : 1f / method.Increments, x - start);

    private Variable<float> Restore(LocalGaussian local, Variable<float> evidence, Variable<float> right) => local.Factor is { } factor
        ? local.Mean.Tape.Apply(analysis, [local.Mean, factor, evidence, right])
        : local.Mean;

    /// <summary>½ eᵀ (C Cᵀ + a) e − ½ log det (C Cᵀ + a), summed over the rows.</summary>
    private Variable<float> NegativeLogLikelihood(LocalGaussian local, Variable<float> x, Variable<float> truth, Variable<float> evidence)
    {
        var (tape, p, factor) = (x.Tape, Prior.HalfWidth, local.Factor!.Value);
        var e = x - truth;
        var misfit = tape.Apply(new BandedLowerProduct<float>(p, true), factor, e).SumOfSquares() + tape.Apply(new BandedForm<float>(p), evidence, e).Sum();
        var precision = tape.Apply(new BandedGram<float>(p), factor) + evidence;
        return 0.5f * (misfit - tape.Apply(new BandedLogDeterminant<float>(p), precision).Sum());
    }

    /// <summary>Blocks on the diagonal of (C Cᵀ + a)⁻¹.</summary>
    private bool Covariances(Variable<float> factor, IncrementalBatch batch, Batch<double> covariances)
    {
        using var frame = Scratch.Enter();
        var p = Prior.HalfWidth;
        var c = frame.Rent(Count, p + 1);
        var precision = frame.Rent(Count, p + 1);
        TensorPrimitives.ConvertTruncating<float, double>(factor.Value.Values, c.Values);
        Banded.Gram(c, precision);
        precision += new ReadOnlyBatch<double>(batch.Evidence[0], Count, p + 1);
        if (!BandedCholesky.Factor(precision))
            return false;
        BandedCholesky.SelectedInverse(precision, c);
        for (var row = 0; row < Count; row++)
            for (var j = row / width * width; j <= row; j++)
                covariances[row, j % width] = covariances[j, row % width] = row - j <= p ? c[row, p - row + j] : 0;
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
}
