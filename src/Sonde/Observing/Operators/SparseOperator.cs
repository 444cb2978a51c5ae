using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>yᵢ = Σⱼ wᵢⱼ x[cᵢⱼ]: a sparse matrix in compressed rows, such as interpolation from a grid.</summary>
public sealed class SparseOperator : IObservationOperator
{
    private readonly int[] starts;
    private readonly int[] components;
    private readonly double[] weights;

    /// <summary>Takes the arrays over; does not copy.</summary>
    /// <param name="inputWidth">Width of the rows read.</param>
    /// <param name="starts">Terms of value i are starts[i] … starts[i + 1] − 1, [m + 1].</param>
    /// <param name="components">c, each in 0 … inputWidth − 1.</param>
    /// <param name="weights">w, as many.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together or a component lies outside the row.</exception>
    public SparseOperator(int inputWidth, int[] starts, int[] components, double[] weights)
    {
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(weights);
        if (components.Length != weights.Length)
            throw new ArgumentException($"{components.Length} components need as many weights, not {weights.Length}.", nameof(weights));
        if (starts.Length == 0 || starts[0] != 0 || starts[^1] != components.Length)
            throw new ArgumentException($"Starts must run from 0 to the number of terms, {components.Length}.", nameof(starts));
        for (var i = 1; i < starts.Length; i++)
            if (starts[i] < starts[i - 1])
                throw new ArgumentException($"Starts must not fall, as from {starts[i - 1]} to {starts[i]}.", nameof(starts));
        foreach (var c in components)
            if ((uint)c >= (uint)inputWidth)
                throw new ArgumentException($"Component {c} lies outside a row of {inputWidth} components.", nameof(components));
        (InputWidth, this.starts, this.components, this.weights) = (inputWidth, starts, components, weights);
    }

    /// <summary>What each value is read from, [m]; empty where nobody said.</summary>
    internal IReadOnlyList<Probe> Probes { get; init; } = [];

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => starts.Length - 1;

    /// <summary>Components that value <paramref name="index"/> reads.</summary>
    public ReadOnlySpan<int> ComponentsOf(int index) => components.AsSpan(starts[index]..starts[index + 1]);

    /// <summary>Weights of the components that value <paramref name="index"/> reads.</summary>
    public ReadOnlySpan<double> WeightsOf(int index) => weights.AsSpan(starts[index]..starts[index + 1]);

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        for (var row = 0; row < x.Rows; row++)
        {
            var from = x[row];
            var to = y[row];
            var term = 0;
            for (var i = 0; i < to.Length; i++)
            {
                var sum = 0.0;
                for (; term < starts[i + 1]; term++)
                    sum += weights[term] * from[components[term]];
                to[i] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        Apply(dx, dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        for (var row = 0; row < yBar.Rows; row++)
        {
            var from = yBar[row];
            var to = xBar[row];
            var term = 0;
            for (var i = 0; i < from.Length; i++)
                for (; term < starts[i + 1]; term++)
                    to[components[term]] += weights[term] * from[i];
        }
    }

    /// <inheritdoc/>
    public IObservationOperator Select(ReadOnlySpan<int> indices)
    {
        var chosen = new int[indices.Length + 1];
        for (var i = 0; i < indices.Length; i++)
            chosen[i + 1] = chosen[i] + ComponentsOf(indices[i]).Length;
        var (c, w) = (new int[chosen[^1]], new double[chosen[^1]]);
        for (var i = 0; i < indices.Length; i++)
        {
            ComponentsOf(indices[i]).CopyTo(c.AsSpan(chosen[i]));
            WeightsOf(indices[i]).CopyTo(w.AsSpan(chosen[i]));
        }
        return new SparseOperator(InputWidth, chosen, c, w) { Probes = Probes.Count == 0 ? [] : Array.ConvertAll(indices.ToArray(), i => Probes[i]) };
    }
}
