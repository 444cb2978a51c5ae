using System.Numerics.Tensors;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Representers;

/// <summary>
/// The different linear functionals h of a state that observations read, and their representers C hᵀ under a covariance C: the
/// analysis of a Gaussian is the background plus a sum of representers, so that no state-sized matrix is needed.
/// Bennett, "Inverse methods in physical oceanography", 1992, chapter 5.
/// </summary>
internal sealed class RepresenterSet
{
    private const int MostInBlock = 1 << 22;            // numbers of the dense rows that operators are asked for at once

    private readonly IGaussianNoise noise;
    private readonly double factor;
    private readonly int[] components = [];             // those that any functional reads, rising
    private readonly int[] starts;                      // functional f has the terms starts[f] … starts[f + 1] − 1
    private readonly int[] terms;                       // positions in components
    private readonly double[] weights;
    private readonly Dictionary<Functional, int> known = [];
    private readonly List<int[]> read = [];             // which functional is each value of each observation

    /// <summary>Finds what the observations read, with operators linearized at a mean.</summary>
    /// <param name="noise">Of covariance C / factor.</param>
    /// <param name="factor">Multiplies the covariance.</param>
    /// <param name="mean">[1, width].</param>
    /// <param name="observations">Any number.</param>
    public RepresenterSet(IGaussianNoise noise, double factor, ReadOnlyBatch<double> mean, IReadOnlyList<Observation> observations)
    {
        (this.noise, this.factor) = (noise, factor);
        for (var i = 0; i < observations.Count; i++)
            read.Add(i > 0 && ReferenceEquals(observations[i].Operator, observations[i - 1].Operator) ? read[i - 1] : Number(mean, observations[i]));
        components = [.. known.Keys.SelectMany(functional => functional.Components).Distinct().Order()];
        (starts, terms, weights) = (new int[known.Count + 1], new int[known.Keys.Sum(f => f.Components.Length)], new double[known.Keys.Sum(f => f.Components.Length)]);
        foreach (var (functional, number) in known)                      // in the order of their numbers
        {
            starts[number + 1] = starts[number] + functional.Components.Length;
            functional.Weights.CopyTo(weights, starts[number]);
            for (var t = 0; t < functional.Components.Length; t++)
                terms[starts[number] + t] = Array.BinarySearch(components, functional.Components[t]);
        }
        Gram = new Matrix<double>(Count, Count);
        using var frame = Scratch.Enter();
        var rows = frame.Rent(components.Length, Count);
        At(components, rows);
        for (var f = 0; f < Count; f++)
            for (var t = starts[f]; t < starts[f + 1]; t++)
                TensorPrimitives.MultiplyAdd(rows[terms[t]], weights[t], Gram[f], Gram[f]);
    }

    /// <summary>The number of functionals, p.</summary>
    public int Count => starts.Length - 1;

    /// <summary>h C hᵀ, [p, p].</summary>
    public Matrix<double> Gram { get; }

    /// <summary>Which functional is each value of one of the observations, or of a part of it, [m].</summary>
    /// <param name="mean">Where operators are linearized, as before.</param>
    /// <param name="index">Which observation.</param>
    /// <param name="observation">It, or a part of it.</param>
    public int[] Of(ReadOnlyBatch<double> mean, int index, Observation observation) =>
        observation.Count == read[index].Length ? read[index] : Number(mean, observation);

    /// <summary>representers ← C hᵀ in these rows, [rows, p].</summary>
    public void At(ReadOnlySpan<int> rows, Batch<double> representers)
    {
        using var frame = Scratch.Enter();
        var covariance = frame.Rent(1, components.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            noise.Covariance(rows.Slice(i, 1), components, covariance);
            var from = covariance[0];
            var to = representers[i];
            for (var f = 0; f < to.Length; f++)
            {
                var sum = 0.0;
                for (var t = starts[f]; t < starts[f + 1]; t++)
                    sum += weights[t] * from[terms[t]];
                to[f] = factor * sum;
            }
        }
    }

    /// <summary>row C rowᵀ of a row given by its elements that are not 0.</summary>
    public double VarianceOf(ReadOnlySpan<int> columns, ReadOnlySpan<double> values)
    {
        using var frame = Scratch.Enter();
        var covariance = frame.Rent(columns.Length, columns.Length);
        noise.Covariance(columns, columns, covariance);
        var sum = 0.0;
        for (var i = 0; i < columns.Length; i++)
            sum += values[i] * TensorPrimitives.Dot<double>(covariance[i], values);
        return factor * sum;
    }

    private int[] Number(ReadOnlyBatch<double> mean, Observation observation)
    {
        var (m, n) = (observation.Count, mean.Width);
        var numbers = new int[m];
        var block = Math.Clamp(MostInBlock / Math.Max(1, n), 1, Math.Max(1, m));
        for (var first = 0; first < m; first += block)
        {
            using var frame = Scratch.Enter();
            var count = Math.Min(block, m - first);
            var pick = frame.RentCleared(count, m);
            var rows = frame.RentCleared(count, n);
            for (var i = 0; i < count; i++)
                pick[i, first + i] = 1;
            observation.Operator.AddAdjoint(mean, pick, rows);
            for (var i = 0; i < count; i++)
            {
                var functional = Functional.Of(rows[i]);
                if (!known.TryGetValue(functional, out var number))
                    known[functional] = number = known.Count;
                numbers[first + i] = number;
            }
        }
        return numbers;
    }
}
