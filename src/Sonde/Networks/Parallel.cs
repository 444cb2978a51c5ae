using System.Buffers;
using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// Branches that read the same rows and write theirs side by side: [f₀(x), f₁(x), …]; images stack their channels. With an identity among
/// them, the skip of a U-Net (Ronneberger et al., MICCAI 2015). The arrays of branch i are named "i.…".
/// </summary>
public sealed class Parallel<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parts<T> parts;

    /// <summary>Puts branches side by side.</summary>
    /// <exception cref="ArgumentException">There is none, or one does not read what the first reads.</exception>
    public Parallel(params IReadOnlyList<ILayer<T>> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        if (branches.Count == 0)
            throw new ArgumentException("Parallel branches are 1 or more, not 0.", nameof(branches));
        for (var i = 1; i < branches.Count; i++)
            if (branches[i].InputWidth != branches[0].InputWidth)
                throw new ArgumentException($"Branch {i} reads {branches[i].InputWidth} values but branch 0 reads {branches[0].InputWidth}.", nameof(branches));
        (InputWidth, OutputWidth) = (branches[0].InputWidth, branches.Sum(branch => branch.OutputWidth));
        parts = new(branches);
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth { get; }

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => parts.Weights;

    /// <summary>[x, f(x)].</summary>
    public static Parallel<T> Skip(ILayer<T> branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        return new(new ActivationLayer<T>(branch.InputWidth), branch);
    }

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        var written = ArrayPool<Variable<T>>.Shared.Rent(parts.Count);
        try
        {
            for (var i = 0; i < parts.Count; i++)
                written[i] = parts.Apply(i, x, weights, pass);
            return x.Tape.Apply(Concatenation<T>.Instance, written.AsSpan(0, parts.Count));
        }
        finally
        {
            ArrayPool<Variable<T>>.Shared.Return(written, true);
        }
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => parts.Initialize(weights, random);
}
