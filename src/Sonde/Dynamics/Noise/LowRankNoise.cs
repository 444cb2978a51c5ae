using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>Noise of low rank, Q = Sᵀ S: a few patterns with independent standard normal amplitudes.</summary>
public sealed class LowRankNoise : IRootedNoise
{
    private readonly Matrix<double> patterns;

    /// <summary>Noise along these patterns.</summary>
    /// <param name="patterns">S, [rank, Width]; copied.</param>
    public LowRankNoise(ReadOnlyBatch<double> patterns) => this.patterns = new Matrix<double>(patterns);

    /// <inheritdoc/>
    public int Width => patterns.Width;

    /// <inheritdoc/>
    public int Modes => patterns.Rows;

    /// <inheritdoc/>
    public void Color(ReadOnlySpan<double> white, Span<double> x) => Dense.MultiplyTransposed(patterns, white, x);

    /// <inheritdoc/>
    public void AddTransposed(ReadOnlySpan<double> x, Span<double> white)
    {
        for (var k = 0; k < patterns.Rows; k++)
            white[k] += TensorPrimitives.Dot(patterns[k], x);
    }

    /// <summary>
    /// Homogeneous noise on a ring of the lowest wavenumbers, equally strong: covariance (s²/m) Σₖ cos(2πkd/n) at d sites, k = 1 … m.
    /// What the random sums of sines of Evensen, Physica D 77, 2004, have in the mean.
    /// </summary>
    /// <param name="size">n.</param>
    /// <param name="wavenumbers">m, below n/2.</param>
    /// <param name="standardDeviation">s.</param>
    /// <exception cref="ArgumentException">The ring does not resolve the wavenumbers.</exception>
    public static LowRankNoise Ring(int size, int wavenumbers, double standardDeviation)
    {
        if (wavenumbers < 1 || 2 * wavenumbers >= size)
            throw new ArgumentException($"A ring of {size} sites resolves wavenumbers 1 to {(size - 1) / 2}, not {wavenumbers}.", nameof(wavenumbers));
        var patterns = new Matrix<double>(2 * wavenumbers, size);
        var amplitude = standardDeviation / Math.Sqrt(wavenumbers);
        for (var k = 0; k < wavenumbers; k++)
            for (var i = 0; i < size; i++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * ((long)(k + 1) * i % size) / size);
                (patterns[2 * k, i], patterns[2 * k + 1, i]) = (amplitude * cos, amplitude * sin);
            }
        return new LowRankNoise(patterns);
    }

    /// <inheritdoc/>
    public double[] StandardDeviations()
    {
        var variances = new double[Width];
        for (var k = 0; k < patterns.Rows; k++)
            TensorPrimitives.MultiplyAdd(patterns[k], patterns[k], variances, variances);
        TensorPrimitives.Sqrt<double>(variances, variances);
        return variances;
    }

    /// <inheritdoc/>
    public void AddDraw(Span<double> x, double factor, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var amplitudes = frame.Rent(1, patterns.Rows)[0];
        random.FillNormal(amplitudes);
        for (var k = 0; k < amplitudes.Length; k++)
            TensorPrimitives.MultiplyAdd(patterns[k], factor * amplitudes[k], x, x);
    }

    /// <inheritdoc/>
    public void AddCovariance(double factor, Batch<double> covariance) =>
        Dense.MultiplyTransposedLeft<double>(factor, patterns, patterns, 1, covariance);

    /// <inheritdoc/>
    public void Covariance(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Batch<double> block)
    {
        block.Clear();
        for (var k = 0; k < patterns.Rows; k++)
            for (var i = 0; i < rows.Length; i++)
                for (var j = 0; j < columns.Length; j++)
                    block[i, j] += patterns[k, rows[i]] * patterns[k, columns[j]];
    }
}
