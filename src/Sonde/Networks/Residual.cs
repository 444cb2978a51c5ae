using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>x + f(x). He et al., CVPR 2016.</summary>
public sealed class Residual<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T> branch;

    /// <summary>Adds what a branch makes of its input to that input.</summary>
    /// <exception cref="ArgumentException">The branch writes rows of another width than it reads.</exception>
    public Residual(ILayer<T> branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        if (branch.InputWidth != branch.OutputWidth)
            throw new ArgumentException($"A residual branch writes as many values as it reads, not {branch.OutputWidth} from {branch.InputWidth}.", nameof(branch));
        this.branch = branch;
    }

    /// <inheritdoc/>
    public int InputWidth => branch.InputWidth;

    /// <inheritdoc/>
    public int OutputWidth => branch.OutputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => branch.Weights;

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => x + branch.Apply(x, weights, pass);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random) => branch.Initialize(weights, random);
}
