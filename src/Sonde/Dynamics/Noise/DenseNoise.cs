using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>Noise of any covariance, factored once: for up to a few thousand components.</summary>
public sealed class DenseNoise : IGaussianNoise
{
    private readonly Matrix<double> covariance;
    private readonly Matrix<double> root;           // Q = root rootᵀ

    /// <summary>Noise of this covariance.</summary>
    /// <param name="covariance">Symmetric and positive semi-definite, [Width, Width]; copied.</param>
    /// <exception cref="ArgumentException">The matrix is not square, not symmetric, or has an eigenvalue clearly below 0.</exception>
    public DenseNoise(ReadOnlyBatch<double> covariance)
    {
        this.covariance = new Matrix<double>(covariance);
        root = Root(this.covariance);
    }

    /// <inheritdoc/>
    public int Width => covariance.Width;

    /// <inheritdoc/>
    public double[] StandardDeviations() => [.. Enumerable.Range(0, Width).Select(i => Math.Sqrt(covariance[i, i]))];

    /// <inheritdoc/>
    public void AddDraw(Span<double> x, double factor, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var draw = frame.Rent(1, Width)[0];
        random.FillNormal(draw);
        for (var i = 0; i < Width; i++)
            x[i] += factor * TensorPrimitives.Dot<double>(root[i], draw);
    }

    /// <inheritdoc/>
    public void AddCovariance(double factor, Batch<double> covariance) => covariance += factor * (ReadOnlyBatch<double>)this.covariance;

    /// <inheritdoc/>
    public void Covariance(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Batch<double> block)
    {
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < columns.Length; j++)
                block[i, j] = covariance[rows[i], columns[j]];
    }

    /// <summary>The Cholesky factor, or where a variance is 0 the eigenvectors times the roots of their eigenvalues.</summary>
    private static Matrix<double> Root(Matrix<double> q)
    {
        if (q.Rows != q.Width)
            throw new ArgumentException($"A covariance is square, not {q.Rows} × {q.Width}.", nameof(q));
        var largest = q.Values.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(q.Values));
        for (var i = 0; i < q.Rows; i++)
            for (var j = 0; j < i; j++)
                if (!(Math.Abs(q[i, j] - q[j, i]) <= 1e-10 * largest))
                    throw new ArgumentException($"A covariance is symmetric but entries ({i}, {j}) and ({j}, {i}) are {q[i, j]} and {q[j, i]}.", nameof(q));
        var root = q.Copy();
        if (Cholesky.Factor<double>(root))
            return root;
        var (vectors, values) = (new Matrix<double>(q.Rows, q.Rows), new double[q.Rows]);
        if (!SymmetricEigen.Decompose(q.Copy().All, values, vectors.All) || values[0] < -1e-10 * largest)
            throw new ArgumentException($"A covariance has no negative eigenvalue but this one has {values[0]}.", nameof(q));
        for (var i = 0; i < q.Rows; i++)
            for (var k = 0; k < q.Rows; k++)
                root[i, k] = vectors[k, i] * Math.Sqrt(Math.Max(0, values[k]));
        return root;
    }
}
