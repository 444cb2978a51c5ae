using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>A positive factor that follows from a surrogate's parameters: the exponential of a quadratic function of them. Beyond their ranges it is what it is at the nearest end.</summary>
public sealed class ParameterFactor
{
    private const int LeastPerTerm = 5;                 // trajectories: fewer say nothing about a quadratic function
    private const double LeastExplained = 0.1;
    private readonly ParameterRange[] ranges;
    private readonly double[] coefficients;

    /// <summary>Takes a fit.</summary>
    /// <param name="ranges">The parameters.</param>
    /// <param name="coefficients">Of 1, of each parameter from −1 to 1, and of their products, in that order; or none, for a factor of 1.</param>
    /// <exception cref="ArgumentException">There are more or fewer coefficients, or one is not finite.</exception>
    public ParameterFactor(IReadOnlyList<ParameterRange> ranges, ReadOnlySpan<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        if (coefficients.Length != 0 && coefficients.Length != Terms(ranges.Count))
            throw new ArgumentException($"A quadratic function of {ranges.Count} parameters has {Terms(ranges.Count)} coefficients, not {coefficients.Length}.", nameof(coefficients));
        foreach (var coefficient in coefficients)
            if (!double.IsFinite(coefficient))
                throw new ArgumentException($"A coefficient is {coefficient}; it must be finite.", nameof(coefficients));
        (this.ranges, this.coefficients) = ([.. ranges], coefficients.ToArray());
    }

    /// <summary>The factor.</summary>
    /// <param name="parameters">In their own units, in the order of the ranges.</param>
    public double At(ReadOnlySpan<double> parameters)
    {
        if (coefficients.Length == 0)
            return 1;
        using var frame = Scratch.Enter();
        var scaled = frame.Rent(1, ranges.Length)[0];
        for (var p = 0; p < scaled.Length; p++)
            scaled[p] = (parameters[p] - ranges[p].Center) / ranges[p].HalfWidth;
        return Of(coefficients, scaled);
    }

    /// <summary>
    /// The coefficients that come closest to the logarithms of positive numbers, with a mean factor of 1 over them; none where these are too few, or
    /// where a trajectory that is left out is not foretold by the others.
    /// </summary>
    /// <param name="scaled">Parameters from −1 to 1, a row a number.</param>
    /// <param name="numbers">Above 0.</param>
    public static double[] Fit(Matrix<double> scaled, ReadOnlySpan<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(scaled);
        var (count, terms) = (scaled.Rows, Terms(scaled.Width));
        if (count < LeastPerTerm * terms)
            return [];
        var (features, normal, fitted, logs) = (new Matrix<double>(count, terms), new Matrix<double>(terms, terms), new Matrix<double>(1, terms), new double[count]);
        for (var i = 0; i < count; i++)
            Features(scaled[i], features[i]);
        TensorPrimitives.Log(numbers, logs);
        Dense.MultiplyTransposedLeft<double>(1, features, features, 0, normal);
        for (var term = 0; term < terms; term++)
            normal[term, term] += 1e-9 * count;         // a parameter that never varied has no slope
        if (!Cholesky.Factor(normal.All))
            return [];
        Dense.MultiplyTransposed<double>(features, logs, fitted[0]);
        Cholesky.Solve(normal, fitted.All);
        var (mean, left, all) = (logs.Average(), 0.0, 0.0);
        using var frame = Scratch.Enter();
        var z = frame.Rent(1, terms);
        for (var i = 0; i < count; i++)
        {
            features[i].CopyTo(z[0]);
            Cholesky.SolveLower<double>(normal, z);
            var error = (logs[i] - TensorPrimitives.Dot<double>(features[i], fitted[0])) / (1 - TensorPrimitives.SumOfSquares<double>(z[0]));    // of a fit without it
            (left, all) = (left + error * error, all + (logs[i] - mean) * (logs[i] - mean));
        }
        if (!(left < (1 - LeastExplained) * all))
            return [];
        var average = 0.0;
        for (var i = 0; i < count; i++)
            average += Of(fitted[0], scaled[i]) / count;
        fitted[0, 0] -= Math.Log(average);
        return [.. fitted.Values];
    }

    /// <summary>The factor of parameters from −1 to 1.</summary>
    /// <param name="coefficients">As fitted; none for a factor of 1.</param>
    /// <param name="scaled">Parameters.</param>
    public static double Of(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> scaled)
    {
        if (coefficients.IsEmpty)
            return 1;
        using var frame = Scratch.Enter();
        var features = frame.Rent(1, coefficients.Length)[0];
        Features(scaled, features);
        return Math.Exp(TensorPrimitives.Dot(coefficients, features));
    }

    private static int Terms(int parameters) => (parameters + 1) * (parameters + 2) / 2;

    private static void Features(ReadOnlySpan<double> scaled, Span<double> features)
    {
        features[0] = 1;
        var (n, at) = (scaled.Length, 1 + scaled.Length);
        for (var p = 0; p < n; p++)
            features[1 + p] = Math.Clamp(scaled[p], -1, 1);
        for (var p = 0; p < n; p++)
            for (var q = 0; q <= p; q++)
                features[at++] = features[1 + p] * features[1 + q];
    }
}
