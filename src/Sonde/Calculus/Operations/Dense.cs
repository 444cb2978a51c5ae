using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// A layer y = f(x Wᵀ + b), row by row, in one pass. Operands: x [rows, inputs], W [outputs, inputs] and, where there is one, b [1, outputs].
/// f′ follows from y, so that the sum before f is not kept.
/// </summary>
public sealed class Dense<T, TActivation> : IOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T> where TActivation : struct, IActivation<T>
{
    /// <summary>A layer.</summary>
    /// <exception cref="NotSupportedException">The activation's slope needs its argument.</exception>
    public Dense()
    {
        if (!TActivation.SlopeFromValue)
            throw new NotSupportedException($"The slope of {typeof(TActivation).Name} does not follow from its value: apply it after a layer without activation.");
    }

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (rows, weights) = (x.Size(0), x.Size(1));
        if (rows.Width != weights.Width)
            throw new ArgumentException($"A layer reads {weights.Width} values but was given rows of {rows.Width}.");
        if (x.Count > 2 && x.Size(2) != new Size(1, weights.Rows))
            throw new ArgumentException($"A layer with {weights.Rows} outputs needs a bias of 1 × {weights.Rows}, not of {x.Size(2)}.");
        return new(rows.Rows, weights.Rows);
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        var bias = x.Count > 2 ? x[2].Values : default;
        if (y.Rows == 1)
        {
            bias.CopyTo(y.Values);
            Numerics.Dense.Multiply(T.One, x[1], x[0].Values, bias.IsEmpty ? T.Zero : T.One, y.Values);
            if (typeof(TActivation) != typeof(KernelActivation<T, IdentityFunction>))
                VectorMath.Apply<T, TActivation>(y.Values, y.Values);
        }
        else if (x.Packed(1, true) is { } packed)
            Numerics.Dense.Affine<T, TActivation>(x[0], packed, bias, y);
        else
            Numerics.Dense.Affine<T, TActivation>(x[0], x.Transposed(1), bias, y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var dz = frame.RentCleared<T>(dy.Rows, dy.Width);               // tangent of the sum before f
        if (dx.Has(0))
            AddProduct(dx[0], x, 1, dz);
        if (dx.Has(1))
            Numerics.Dense.MultiplyTransposedRight(T.One, x[0], dx[1], T.One, dz);
        if (x.Count > 2 && dx.Has(2))
            Broadcast.Add(dx[2], dz);
        Slopes.Multiply<T, TActivation>(y.Values, dz.Values, dy.Values);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var zBar = frame.Rent<T>(y.Rows, y.Width);                      // adjoint of the sum before f
        Slopes.Multiply<T, TActivation>(y.Values, yBar.Values, zBar.Values);
        if (xBar.Wants(0) && y.Rows == 1)
            Numerics.Dense.MultiplyTransposed(T.One, x[1], zBar.Values, xBar.Beta(0), xBar[0].Values);
        else if (xBar.Wants(0) && x.Packed(1, false) is { } packed)
            Numerics.Dense.Multiply(T.One, zBar, packed, xBar.Beta(0), xBar[0]);
        else if (xBar.Wants(0))
            Numerics.Dense.Multiply(T.One, zBar, x[1], xBar.Beta(0), xBar[0]);
        if (xBar.Wants(1))
            Numerics.Dense.MultiplyTransposedLeft(T.One, zBar, x[0], T.One, xBar[1]);
        if (x.Count > 2 && xBar.Wants(2))
            Broadcast.AddReduced(zBar, xBar[2]);
    }

    private static void AddProduct(ReadOnlyBatch<T> dx, Operands<T> x, int weights, Batch<T> dz)
    {
        if (dx.Rows == 1)
            Numerics.Dense.Multiply(T.One, x[weights], dx.Values, T.One, dz.Values);
        else if (x.Packed(weights, true) is { } packed)
            Numerics.Dense.Multiply(T.One, dx, packed, T.One, dz);
        else
            Numerics.Dense.Multiply(T.One, dx, x.Transposed(weights), T.One, dz);
    }
}
