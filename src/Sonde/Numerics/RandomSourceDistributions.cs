namespace Sonde.Numerics;

/// <content>Draws that need a varying number of random bits, or none made beforehand.</content>
public sealed partial class RandomSource
{
    /// <summary>
    /// One number of density x^(α−1) e⁻ˣ / Γ(α), of mean and variance α: Marsaglia and Tsang, ACM TOMS 26, 2000, where α ≥ 1; below,
    /// a draw for α + 1 times u^(1/α).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shape"/> is not above 0 or not finite.</exception>
    public double NextGamma(double shape)
    {
        if (!(shape > 0) || !double.IsFinite(shape))
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "The shape of a gamma distribution must be above 0.");
        if (shape < 1)
        {
            var power = RandomSourceKernel.Log(1 - NextDouble()) / shape;
            return NextGamma(shape + 1) * RandomSourceKernel.Exp(power);
        }
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var (x, _) = RandomSourceKernel.NormalPair(NextUInt64(), NextUInt64());
            var v = 1 + c * x;
            var u = 1 - NextDouble();
            if (v <= 0)
                continue;
            v = v * v * v;
            if (u < 1 - 0.0331 * x * x * x * x || RandomSourceKernel.Log(u) < 0.5 * x * x + d * (1 - v + RandomSourceKernel.Log(v)))
                return d * v;
        }
    }

    /// <summary>Fills with independent numbers of <see cref="NextGamma"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shape"/> is not above 0 or not finite.</exception>
    public void FillGamma(double shape, Span<double> values)
    {
        foreach (ref var value in values)
            value = NextGamma(shape);
    }

    /// <summary>An index with probability proportional to its weight.</summary>
    /// <param name="weights">0 or above, with a positive, finite sum.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public int Choose(ReadOnlySpan<double> weights)
    {
        Span<int> one = stackalloc int[1];
        Choose(weights, one);
        return one[0];
    }

    /// <summary>Independent indices, each with probability proportional to its weight.</summary>
    /// <param name="weights">0 or above, with a positive, finite sum.</param>
    /// <param name="indices">Where the indices go.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public void Choose(ReadOnlySpan<double> weights, Span<int> indices)
    {
        using var frame = Scratch.Enter();
        var sums = frame.Rent(1, weights.Length)[0];
        var (sum, last) = (0.0, -1);
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0))
                throw new ArgumentException($"A weight must be 0 or above, but number {i} is {weights[i]}.", nameof(weights));
            if (weights[i] > 0)
                last = i;
            sums[i] = sum += weights[i];
        }
        if (last < 0 || !double.IsFinite(sum))
            throw new ArgumentException($"The sum of {weights.Length} weights must be positive and finite, but it is {sum}.", nameof(weights));
        foreach (ref var index in indices)
        {
            var target = NextDouble() * sum;
            var (low, high) = (0, last);                            // the first whose sum exceeds the target: never a weight of 0
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (sums[middle] > target)
                    high = middle;
                else
                    low = middle + 1;
            }
            index = low;
        }
    }
}
