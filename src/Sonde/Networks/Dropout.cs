using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// Sets each value to 0 with probability p and divides the others by 1 − p, in passes that draw; in other passes, nothing. Srivastava et al.,
/// JMLR 15, 2014. Passes that draw at inference sample an approximate posterior: Gal and Ghahramani, ICML 2016.
/// </summary>
public sealed class Dropout<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Drops values of rows.</summary>
    /// <param name="width">Values of a row.</param>
    /// <param name="probability">p, 0 or more and below 1.</param>
    /// <exception cref="ArgumentException">p is out of its range.</exception>
    public Dropout(int width, double probability)
    {
        if (!(probability >= 0 && probability < 1))
            throw new ArgumentException($"Values are dropped with a probability of 0 or more and below 1, not {probability}.", nameof(probability));
        (InputWidth, Probability) = (width, probability);
    }

    /// <summary>p.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => InputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        if (pass.Dropout is null || Probability == 0)
            return x;
        using var frame = Scratch.Enter();
        var factors = frame.Rent<T>(x.Rows, x.Width);
        pass.Dropout.Fork("dropout").FillUniform(factors.Values);
        var (p, kept) = (T.CreateChecked(Probability), T.CreateChecked(1 / (1 - Probability)));
        foreach (ref var factor in factors.Values)
            factor = factor < p ? T.Zero : kept;
        return x * x.Tape.Constant(factors);
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
    }
}
