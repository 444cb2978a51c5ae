using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>Independent noise of each component.</summary>
public sealed class DiagonalNoise : IRootedNoise
{
    private readonly double[] standardDeviations;

    /// <summary>Noise of these standard deviations.</summary>
    /// <param name="standardDeviations">0 or more each, [Width].</param>
    /// <exception cref="ArgumentException">One is negative or not finite.</exception>
    public DiagonalNoise(IReadOnlyList<double> standardDeviations)
    {
        this.standardDeviations = [.. standardDeviations];
        for (var i = 0; i < Width; i++)
            if (!(standardDeviations[i] >= 0) || !double.IsFinite(standardDeviations[i]))
                throw new ArgumentException($"Standard deviation {i} is {standardDeviations[i]} but must be finite and 0 or more.", nameof(standardDeviations));
    }

    /// <summary>Noise of one standard deviation.</summary>
    public DiagonalNoise(int width, double standardDeviation) : this([.. Enumerable.Repeat(standardDeviation, width)])
    {
    }

    /// <inheritdoc/>
    public int Width => standardDeviations.Length;

    /// <inheritdoc/>
    public int Modes => Width;

    /// <inheritdoc/>
    public void Color(ReadOnlySpan<double> white, Span<double> x) => TensorPrimitives.Multiply(white, standardDeviations, x);

    /// <inheritdoc/>
    public void AddTransposed(ReadOnlySpan<double> x, Span<double> white) => TensorPrimitives.MultiplyAdd(x, standardDeviations, white, white);

    /// <inheritdoc/>
    public double[] StandardDeviations() => [.. standardDeviations];

    /// <inheritdoc/>
    public void AddDraw(Span<double> x, double factor, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var draw = frame.Rent(1, Width)[0];
        random.FillNormal(draw);
        TensorPrimitives.Multiply(draw, standardDeviations, draw);
        TensorPrimitives.MultiplyAdd(draw, factor, x, x);
    }

    /// <inheritdoc/>
    public void AddCovariance(double factor, Batch<double> covariance)
    {
        for (var i = 0; i < Width; i++)
            covariance[i, i] += factor * standardDeviations[i] * standardDeviations[i];
    }

    /// <inheritdoc/>
    public void Covariance(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Batch<double> block)
    {
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < columns.Length; j++)
                block[i, j] = rows[i] == columns[j] ? standardDeviations[rows[i]] * standardDeviations[rows[i]] : 0;
    }
}
