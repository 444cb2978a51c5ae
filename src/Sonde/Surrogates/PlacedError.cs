using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>A surrogate's own error at fixed places, in the fields' units, where its factors of time and parameters are 1.</summary>
public sealed class PlacedError
{
    private readonly double[] rest;                     // standard deviations of what lies in no pattern
    private readonly Matrix<double> patterns;

    /// <summary>Variances are taken over, not copied.</summary>
    internal PlacedError(SurrogateError source, double[] variances, Matrix<double> patterns)
    {
        (Source, this.patterns, Variances, rest) = (source, patterns, variances, [.. variances]);
        for (var k = 0; k < patterns.Rows; k++)
            for (var i = 0; i < rest.Length; i++)
                rest[i] -= patterns[k, i] * patterns[k, i];
        for (var i = 0; i < rest.Length; i++)
            rest[i] = Math.Sqrt(Math.Max(0, rest[i]));
    }

    /// <summary>With the factors of time and parameters.</summary>
    public SurrogateError Source { get; }

    /// <summary>v, [places].</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>An error for each member, of mean 0 over them, so that their mean stays; the expectation of their variance is v.</summary>
    /// <param name="draws">[members, places], overwritten.</param>
    /// <param name="weights">Of members, summing to 1; empty where all are equal.</param>
    /// <param name="random">Nothing is drawn from it itself.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">There are other places.</exception>
    public void Draw(Batch<double> draws, ReadOnlySpan<double> weights, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (draws.Width != rest.Length)
            throw new ArgumentException($"Errors at {rest.Length} places are not drawn into rows of {draws.Width}.", nameof(draws));
        using var frame = Scratch.Enter();
        random.Fork("places").FillNormal(draws.Values);
        for (var n = 0; n < draws.Rows; n++)
            TensorPrimitives.Multiply(draws[n], rest, draws[n]);
        if (patterns.Rows > 0)
        {
            var coefficients = frame.Rent(draws.Rows, patterns.Rows);
            random.Fork("patterns").FillNormal(coefficients.Values);
            Dense.Multiply(1, coefficients, patterns, 1, draws, workers);
        }
        var mean = frame.RentCleared(1, draws.Width)[0];
        for (var n = 0; n < draws.Rows; n++)
            TensorPrimitives.MultiplyAdd(draws[n], weights.IsEmpty ? 1.0 / draws.Rows : weights[n], mean, mean);
        for (var n = 0; n < draws.Rows; n++)
            TensorPrimitives.Subtract(draws[n], mean, draws[n]);
    }
}
