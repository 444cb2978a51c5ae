using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>
/// The mean loss of all samples as a function of the weights, for minimizers that see them all at once: polishing a network by L-BFGS.
/// A network in single precision is evaluated in single precision, so that a minimizer ends, at the latest, where its rounding hides any gain.
/// </summary>
public sealed class MeanLoss<T> : IObjective where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LossGradient<T> gradients;
    private readonly Matrix<T> weights;
    private readonly ReadOnlyMemory<int> all;

    /// <summary>Makes the objective.</summary>
    /// <param name="width">How many weights there are.</param>
    /// <param name="samples">How many samples there are, 1 or more.</param>
    /// <param name="loss">The mean loss of some of them.</param>
    /// <param name="random">Its randomness: the same in every evaluation.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public MeanLoss(int width, int samples, SampleLoss<T> loss, RandomSource random, Workers workers)
        : this(width, SampleSplit.All(samples), loss, random, workers)
    {
    }

    /// <summary>Makes the objective of some samples.</summary>
    /// <param name="width">How many weights there are.</param>
    /// <param name="samples">Which samples, 1 or more.</param>
    /// <param name="loss">The mean loss of some of them.</param>
    /// <param name="random">Its randomness: the same in every evaluation.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public MeanLoss(int width, ReadOnlyMemory<int> samples, SampleLoss<T> loss, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(workers);
        all = samples;
        weights = new Matrix<T>(1, width);
        gradients = new LossGradient<T>(width, Check.AtLeast(1, samples.Length, nameof(samples)), loss, random, workers);
    }

    /// <inheritdoc/>
    public int Width => weights.Width;

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        TensorPrimitives.ConvertSaturating(x, weights.Values);
        var value = gradients.Evaluate(weights, all, 0);
        TensorPrimitives.ConvertSaturating<T, double>(gradients.Gradient, gradient);
        return value;
    }

    /// <summary>Moves weights to where the loss is lower.</summary>
    /// <param name="minimizer">How.</param>
    /// <param name="start">[1, n], changed.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights than the loss has.</exception>
    public Minimization Minimize(IMinimizer minimizer, Matrix<T> start)
    {
        ArgumentNullException.ThrowIfNull(minimizer);
        ArgumentNullException.ThrowIfNull(start);
        using var frame = Scratch.Enter();
        var x = frame.Rent(1, start.Values.Length)[0];
        TensorPrimitives.ConvertSaturating<T, double>(start.Values, x);
        var outcome = minimizer.Minimize(this, x);
        TensorPrimitives.ConvertSaturating<double, T>(x, start.Values);
        return outcome;
    }
}
