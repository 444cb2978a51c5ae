using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Particles;

/// <summary>Draws indices with probabilities given by weights, in rising order.</summary>
internal static class Resampling
{
    private const double LargestFactor = 1e100;

    /// <summary>Fills <paramref name="indices"/> with draws from weights that sum to 1.</summary>
    public static void Draw(ReadOnlySpan<double> weights, ResamplingScheme scheme, RandomSource random, Span<int> indices)
    {
        using var frame = Scratch.Enter();
        var count = indices.Length;
        var points = frame.Rent(1, count)[0];
        if (scheme == ResamplingScheme.Residual)
        {
            DrawResidual(weights, random, indices);
            return;
        }
        var u = scheme == ResamplingScheme.Systematic ? random.NextDouble() : 0;
        if (scheme != ResamplingScheme.Systematic)
            random.FillUniform(points);
        for (var i = 0; i < count; i++)
            points[i] = scheme switch
            {
                ResamplingScheme.Systematic => (i + u) / count,
                ResamplingScheme.Stratified => (i + points[i]) / count,
                ResamplingScheme.Multinomial => points[i],
                _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Unknown resampling scheme."),
            };
        if (scheme == ResamplingScheme.Multinomial)
            points.Sort();
        Walk(weights, points, indices);
    }

    /// <summary>
    /// Draws with w^(1/root) instead of w, which keeps more particles, and makes up for it in the weights of what was drawn.
    /// Liu, Chen and Logvinenko, "A theoretical framework for sequential importance sampling with resampling", 2001, §3.1.
    /// </summary>
    /// <param name="weights">Sum to 1.</param>
    /// <param name="root">1 for plain resampling.</param>
    /// <param name="scheme">How to draw.</param>
    /// <param name="random">Where from.</param>
    /// <param name="indices">What was drawn, rising.</param>
    /// <returns>The weights of the particles drawn; null where all are equal.</returns>
    public static double[]? Draw(ReadOnlySpan<double> weights, double root, ResamplingScheme scheme, RandomSource random, Span<int> indices)
    {
        if (root == 1)
        {
            Draw(weights, scheme, random, indices);
            return null;
        }
        using var frame = Scratch.Enter();
        var factors = frame.Rent(1, weights.Length)[0];
        var flattened = frame.Rent(1, weights.Length)[0];
        for (var n = 0; n < weights.Length; n++)
            factors[n] = Math.Min(LargestFactor, Math.Pow(weights[n], 1 / root - 1));
        TensorPrimitives.Multiply(weights, factors, flattened);
        TensorPrimitives.Divide(flattened, TensorPrimitives.Sum<double>(flattened), flattened);
        Draw(flattened, scheme, random, indices);
        var drawn = new double[indices.Length];
        for (var i = 0; i < drawn.Length; i++)
            drawn[i] = 1 / factors[indices[i]];
        TensorPrimitives.Divide(drawn, TensorPrimitives.Sum<double>(drawn), drawn);
        return drawn;
    }

    private static void DrawResidual(ReadOnlySpan<double> weights, RandomSource random, Span<int> indices)
    {
        using var frame = Scratch.Enter();
        var rest = frame.Rent(1, weights.Length)[0];
        var drawn = 0;
        for (var n = 0; n < weights.Length; n++)
        {
            var expected = weights[n] * indices.Length;
            var whole = Math.Min((int)expected, indices.Length - drawn);
            indices.Slice(drawn, whole).Fill(n);
            drawn += whole;
            rest[n] = expected - (int)expected;
        }
        var total = TensorPrimitives.Sum<double>(rest);
        if (drawn < indices.Length)
        {
            if (total > 0)
                TensorPrimitives.Divide(rest, total, rest);
            Draw(total > 0 ? rest : weights, ResamplingScheme.Multinomial, random, indices[drawn..]);
        }
        indices.Sort();
    }

    /// <summary>The particle in whose share of the cumulated weights each point lies; points rise.</summary>
    private static void Walk(ReadOnlySpan<double> weights, ReadOnlySpan<double> points, Span<int> indices)
    {
        var last = weights.Length - 1;
        while (last > 0 && weights[last] == 0)
            last--;
        var (n, cumulated) = (0, weights[0]);
        for (var i = 0; i < points.Length; i++)
        {
            while (n < last && !(cumulated > points[i]))
                cumulated += weights[++n];
            indices[i] = n;
        }
    }
}
