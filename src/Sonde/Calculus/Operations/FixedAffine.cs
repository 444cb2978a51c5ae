using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>y = x B + c with a matrix and an offset that never vary, such as modes of a field at fixed places: neither is copied to the tape.</summary>
public sealed class FixedAffine<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostPacked = 1 << 24;
    private readonly Matrix<T> b, c;
    private readonly PackedFactor<T>? factor;                       // null where a second copy would be too large
    private readonly Lazy<PackedFactor<T>> transposed;              // for adjoints alone

    /// <summary>Takes the matrix and the offset over; does not copy.</summary>
    /// <param name="b">B, [inputs, outputs].</param>
    /// <param name="c">c, [1, outputs].</param>
    /// <exception cref="ArgumentException">The offset does not fit the matrix.</exception>
    public FixedAffine(Matrix<T> b, Matrix<T> c)
    {
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(c);
        if (c.Rows != 1 || c.Width != b.Width)
            throw new ArgumentException($"A matrix of {b.Width} columns needs an offset of 1 × {b.Width}, not {c.Rows} × {c.Width}.", nameof(c));
        (this.b, this.c) = (b, c);
        factor = b.Values.Length <= MostPacked ? new(b) : null;
        transposed = new(() => PackedFactor<T>.OfTransposed(b));
    }

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0).Width == b.Rows ? new(x.Size(0).Rows, b.Width)
        : throw new ArgumentException($"The matrix takes rows of {b.Rows} but was given rows of {x.Size(0).Width}.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        Multiply(x[0], T.Zero, y);
        for (var row = 0; row < y.Rows; row++)
            TensorPrimitives.Add(y[row], c.Values, y[row]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy) => Multiply(dx[0], T.One, dy);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        var beta = xBar.Beta(0);
        Dense.Multiply(T.One, yBar, transposed.Value, beta, xBar[0]);
    }

    private void Multiply(ReadOnlyBatch<T> x, T beta, Batch<T> y)
    {
        if (factor is null)
            Dense.Multiply(T.One, x, b, beta, y);
        else
            Dense.Multiply(T.One, x, factor, beta, y);
    }
}
