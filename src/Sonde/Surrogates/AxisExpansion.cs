using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// Fields on a regular grid from coefficients of products of functions of its axes, one field after the other: y = Yᵀ C X + c for each field of a row.
/// For a functions of y and b of x it takes a (b + rows) columns multiplications a field, where a mode takes rows × columns.
/// </summary>
public sealed class AxisExpansion<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Matrix<T> alongY, alongX, offset;
    private readonly int fields;

    /// <summary>Takes the functions and the offset over; does not copy.</summary>
    /// <param name="alongY">Y: a row a function, those of a field one after the other.</param>
    /// <param name="alongX">X: a row a function, those of a field one after the other.</param>
    /// <param name="fields">How many fields there are, 1 or more.</param>
    /// <param name="offset">c, [1, fields × points].</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public AxisExpansion(Matrix<T> alongY, Matrix<T> alongX, int fields, Matrix<T> offset)
    {
        ArgumentNullException.ThrowIfNull(alongY);
        ArgumentNullException.ThrowIfNull(alongX);
        ArgumentNullException.ThrowIfNull(offset);
        Check.AtLeast(1, fields, nameof(fields));
        if (alongY.Rows % fields != 0 || alongX.Rows % fields != 0 || offset.Rows != 1 || offset.Width != fields * alongY.Width * alongX.Width)
            throw new ArgumentException(
                $"{alongY.Rows} and {alongX.Rows} functions of {fields} fields on {alongY.Width} × {alongX.Width} points do not fit {offset.Width} values.", nameof(offset));
        (this.alongY, this.alongX, this.fields, this.offset) = (alongY, alongX, fields, offset);
    }

    /// <summary>How many coefficients a row has.</summary>
    public int InputWidth => fields * OfY * OfX;

    /// <summary>How many values it becomes.</summary>
    public int OutputWidth => offset.Width;

    private int OfY => alongY.Rows / fields;

    private int OfX => alongX.Rows / fields;

    private int Points => alongY.Width * alongX.Width;

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0).Width == InputWidth ? new(x.Size(0).Rows, OutputWidth)
        : throw new ArgumentException($"The fields take rows of {InputWidth} coefficients but were given rows of {x.Size(0).Width}.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        Expand(x[0], T.Zero, y);
        for (var row = 0; row < y.Rows; row++)
            TensorPrimitives.Add(y[row], offset.Values, y[row]);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy) => Expand(dx[0], T.One, dy);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        var beta = xBar.Beta(0);
        var to = xBar[0];
        using var frame = Scratch.Enter();
        var half = frame.Rent<T>(OfY, alongX.Width);
        for (var row = 0; row < yBar.Rows; row++)
            for (var f = 0; f < fields; f++)
            {
                Dense.Multiply(alongY.All.Slice(f * OfY, OfY), new ReadOnlyBatch<T>(yBar[row].Slice(f * Points, Points), alongY.Width, alongX.Width), half);
                Dense.MultiplyTransposedRight(T.One, half, alongX.All.Slice(f * OfX, OfX), beta, new Batch<T>(to[row].Slice(f * OfY * OfX, OfY * OfX), OfY, OfX));
            }
    }

    /// <summary>y ← β y + Yᵀ C X.</summary>
    internal void Expand(ReadOnlyBatch<T> x, T beta, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var half = frame.Rent<T>(OfY, alongX.Width);
        for (var row = 0; row < x.Rows; row++)
            for (var f = 0; f < fields; f++)
            {
                Dense.Multiply(new ReadOnlyBatch<T>(x[row].Slice(f * OfY * OfX, OfY * OfX), OfY, OfX), alongX.All.Slice(f * OfX, OfX), half);
                Dense.MultiplyTransposedLeft(
                    T.One, alongY.All.Slice(f * OfY, OfY), half, beta, new Batch<T>(y[row].Slice(f * Points, Points), alongY.Width, alongX.Width));
            }
    }
}
