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
    private readonly ILayer<T>[] branches;
    private readonly int[] offsets;

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
        this.branches = [.. branches];
        offsets = new int[branches.Count + 1];
        for (var i = 0; i < branches.Count; i++)
            offsets[i + 1] = offsets[i] + branches[i].WeightCount;
        OutputWidth = branches.Sum(branch => branch.OutputWidth);
        Weights = [.. branches.SelectMany((branch, i) => branch.Weights.Select(array => array with { Name = $"{i}.{array.Name}" }))];
    }

    /// <inheritdoc/>
    public int InputWidth => branches[0].InputWidth;

    /// <inheritdoc/>
    public int OutputWidth { get; }

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights { get; }

    /// <summary>[x, f(x)].</summary>
    public static Parallel<T> Skip(ILayer<T> branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        return new(new ActivationLayer<T>(branch.InputWidth), branch);
    }

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        var written = ArrayPool<Variable<T>>.Shared.Rent(branches.Length);
        try
        {
            for (var i = 0; i < branches.Length; i++)
                written[i] = branches[i].Apply(x, weights.View(offsets[i], 1, offsets[i + 1] - offsets[i]), pass.Of(i));
            return x.Tape.Apply(Concatenation<T>.Instance, written.AsSpan(0, branches.Length));
        }
        finally
        {
            ArrayPool<Variable<T>>.Shared.Return(written, true);
        }
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        for (var i = 0; i < branches.Length; i++)
            branches[i].Initialize(weights[offsets[i]..offsets[i + 1]], random.Fork(i));
    }
}
