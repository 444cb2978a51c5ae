using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>
/// A number as waves of many lengths: [sin ωₖt, cos ωₖt] with ωₖ = P^(−k/n), k = 0 … n − 1, such as the time of a diffusion. Vaswani et al.,
/// NeurIPS 2017, §3.5, with the sines first.
/// </summary>
public sealed class PositionalEmbedding<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FourierFeatures<T> waves;

    /// <summary>Waves of lengths from 2π to almost 2πP.</summary>
    /// <param name="width">2n, even and 2 or more.</param>
    /// <param name="period">P, above 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public PositionalEmbedding(int width, double period = 10_000)
    {
        if (width < 2 || width % 2 != 0)
            throw new ArgumentException($"An embedding has 2 or more values, and an even number of them, not {width}.", nameof(width));
        if (!(period > 0))
            throw new ArgumentException($"A period is above 0, not {period}.", nameof(period));
        var frequencies = new Matrix<T>(width / 2, 1);
        for (var k = 0; k < width / 2; k++)
            frequencies[k, 0] = T.CreateChecked(Math.Pow(period, -2.0 * k / width) / Math.Tau);
        waves = new(frequencies);
    }

    /// <inheritdoc/>
    public int InputWidth => 1;

    /// <inheritdoc/>
    public int OutputWidth => waves.OutputWidth;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => [];

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => waves.Apply(x, weights, pass);

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
    }
}
