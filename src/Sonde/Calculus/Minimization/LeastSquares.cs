using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// f(x) = ½ |r(x)|² + ½ β |x|², with r a map: the cost of a variational method whose control x is white under the prior (β = 1) or whose
/// residuals hold the prior themselves (β = 0). Beside value and gradient it gives products with its Gauss-Newton Hessian H = JᵀJ + β I at the
/// point that was evaluated last. It belongs to one thread at a time.
/// </summary>
public sealed class LeastSquares : IObjective
{
    private const int TangentsInOneAdjoint = 4;                                         // of a block, by their time
    private readonly IMap<double> residual;
    private readonly double prior;
    private Linearization<double>? at;
    private Matrix<double>? jacobian;                   // Jᵀ, where it is kept
    private bool keepsJacobian, hasJacobian;

    /// <summary>A sum of squares.</summary>
    /// <param name="residual">r, which reads one row.</param>
    /// <param name="priorPrecision">β, 0 or more.</param>
    /// <exception cref="ArgumentException">The precision is below 0 or not finite.</exception>
    public LeastSquares(IMap<double> residual, double priorPrecision = 0)
    {
        ArgumentNullException.ThrowIfNull(residual);
        this.residual = residual;
        prior = Check.AtLeast(0.0, priorPrecision, nameof(priorPrecision));
    }

    /// <inheritdoc/>
    public int Width => residual.InputWidth;

    /// <summary>r where it was evaluated last.</summary>
    /// <exception cref="InvalidOperationException">Nothing was evaluated yet.</exception>
    public ReadOnlyBatch<double> Residual => Linearized.Value;

    // Pushes many tangents at once, where that takes less than as many adjoints as there are residuals.
    private ITangentBlock<double>? Block => Width <= TangentsInOneAdjoint * Residual.Values.Length ? residual as ITangentBlock<double> : null;

    private Linearization<double> Linearized => at ?? throw new InvalidOperationException("The sum of squares must be evaluated before its Hessian is known.");

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        Fit(x.Length);
        Fit(gradient.Length);
        var row = new ReadOnlyBatch<double>(x);
        if (at is null)
            at = new(residual, row);
        else
            at.Relinearize(row);
        hasJacobian = false;
        if (keepsJacobian && Block is { } block)
        {
            jacobian ??= new Matrix<double>(Width, Residual.Values.Length);
            FillJacobian(block, jacobian);
            Dense.Multiply(jacobian, at.Value.Values, gradient);                        // Jᵀ r
            hasJacobian = true;
        }
        else
            at.Adjoint(at.Value, new Batch<double>(gradient));
        TensorPrimitives.MultiplyAdd(x, prior, gradient, gradient);
        return Cost(at.Value.Values, x);
    }

    /// <summary>f(x) alone; the point of linearization stays.</summary>
    public double Evaluate(ReadOnlySpan<double> x)
    {
        Fit(x.Length);
        using var lent = TapeLoan<double>.Take();
        return Cost(Map.Read(residual, lent.Tape.Constant(new ReadOnlyBatch<double>(x))).Value.Values, x);
    }

    /// <summary>y = H v.</summary>
    /// <param name="v">[n].</param>
    /// <param name="y">[n], overwritten.</param>
    public void HessianProduct(ReadOnlySpan<double> v, Span<double> y)
    {
        using var frame = Scratch.Enter();
        var dr = frame.Rent(Residual.Rows, Residual.Width);
        Linearized.Tangent(new ReadOnlyBatch<double>(v), dr);
        Linearized.Adjoint(dr, new Batch<double>(y));
        TensorPrimitives.MultiplyAdd(v, prior, y, y);
    }

    /// <summary>vᵀ H v, by one tangent.</summary>
    public double Curvature(ReadOnlySpan<double> v)
    {
        using var frame = Scratch.Enter();
        var dr = frame.Rent(Residual.Rows, Residual.Width);
        Linearized.Tangent(new ReadOnlyBatch<double>(v), dr);
        return TensorPrimitives.SumOfSquares<double>(dr.Values) + prior * TensorPrimitives.SumOfSquares(v);
    }

    /// <summary>∇fᵀ H ∇f / |∇f|²: the mean of H's eigenvalues as the gradient weighs them.</summary>
    internal double CurvatureAlong(ReadOnlySpan<double> gradient) => Curvature(gradient) / TensorPrimitives.SumOfSquares(gradient);

    /// <summary>
    /// H as a full matrix, by as many tangents as there are controls or as many adjoints as there are residuals, whichever take less: a
    /// <see cref="ITangentBlock{T}"/> pushes several in the time of one.
    /// </summary>
    /// <param name="hessian">[n, n], overwritten.</param>
    /// <exception cref="ArgumentException">The place is of another size.</exception>
    public void Hessian(Batch<double> hessian)
    {
        using var frame = Scratch.Enter();
        var (n, m) = (Width, Residual.Values.Length);
        if (hasJacobian)
            Dense.Gram(jacobian!, hessian);
        else if (n <= m || Block is not null)
        {
            var columns = frame.Rent(n * Residual.Rows, Residual.Width);                // Jᵀ
            FillJacobian(Block, columns);
            Dense.Gram(new ReadOnlyBatch<double>(columns.Values, n, m), hessian);
        }
        else
        {
            var rows = frame.Rent(m, n);                                                // J
            Linearized.Adjoint(Units(frame, m, Residual.Rows, Residual.Width), rows);
            Dense.GramTransposed(rows, hessian);
        }
        for (var i = 0; i < n; i++)
            hessian[i, i] += prior;
    }

    /// <summary>The lower band of H, by 2 p + 1 products: rows further apart than p do not meet. Curtis, Powell, Reid, J. Inst. Math. Appl. 13, 1974.</summary>
    /// <param name="band">[n, p + 1] in the storage of <see cref="Banded"/>, overwritten; its corner becomes zero.</param>
    /// <exception cref="ArgumentException">The place has another number of rows.</exception>
    public void HessianBand(Batch<double> band)
    {
        Fit(band.Rows);
        var p = Banded.HalfWidth(band.Rows, band.Width);
        using var frame = Scratch.Enter();
        var probe = frame.Rent(1, Width)[0];
        var product = frame.Rent(1, Width)[0];
        band.Clear();
        for (var first = 0; first < Math.Min(Width, 2 * p + 1); first++)
        {
            probe.Clear();
            for (var j = first; j < Width; j += 2 * p + 1)
                probe[j] = 1;
            HessianProduct(probe, product);
            for (var j = first; j < Width; j += 2 * p + 1)
                for (var i = j; i <= Math.Min(j + p, Width - 1); i++)
                    band[i, p - (i - j)] = product[i];
        }
    }

    /// <summary>
    /// H's blocks on and below the diagonal: blocks further apart than neighbors do not meet. An <see cref="IBlockTridiagonalMap{T}"/> finds them by
    /// itself, 3 b products otherwise.
    /// </summary>
    /// <param name="diagonal">[n, b] in the storage of <see cref="BlockTridiagonal"/>, overwritten.</param>
    /// <param name="below">[n − b, b], overwritten.</param>
    /// <exception cref="ArgumentException">The place has another number of rows.</exception>
    public void HessianBlocks(Batch<double> diagonal, Batch<double> below)
    {
        const int Colors = 3;
        Fit(diagonal.Rows);
        Fit(below.Rows + diagonal.Width);
        if (residual is IBlockTridiagonalMap<double> tridiagonal)
        {
            tridiagonal.GramBlocks(Linearized.Point[0], diagonal, below);
            for (var i = 0; i < Width; i++)
                diagonal[i, i % diagonal.Width] += prior;
            return;
        }
        var (b, blocks) = (diagonal.Width, Width / diagonal.Width);
        using var frame = Scratch.Enter();
        var probe = frame.Rent(1, Width)[0];
        var product = frame.Rent(1, Width)[0];
        for (var first = 0; first < Math.Min(blocks, Colors); first++)
            for (var j = 0; j < b; j++)
            {
                probe.Clear();
                for (var t = first; t < blocks; t += Colors)
                    probe[t * b + j] = 1;
                HessianProduct(probe, product);
                for (var t = first; t < blocks; t += Colors)
                    for (var i = 0; i < b; i++)
                    {
                        diagonal[t * b + i, j] = product[t * b + i];
                        if (t + 1 < blocks)
                            below[t * b + i, j] = product[(t + 1) * b + i];
                    }
            }
    }

    /// <summary>From now on J is found at each evaluation where that is cheap: it gives the gradient, and H as soon as that is asked for.</summary>
    internal void KeepJacobian() => keepsJacobian = true;

    /// <summary>Whether x is where it was evaluated last.</summary>
    internal bool IsAt(ReadOnlySpan<double> x) => at is not null && at.Point.Values.SequenceEqual(x);

    internal void Fit(int given)
    {
        if (given != Width)
            throw new ArgumentException($"The sum of squares depends on {Width} numbers but {given} were given.");
    }

    private void FillJacobian(ITangentBlock<double>? block, Batch<double> columns)
    {
        using var frame = Scratch.Enter();
        var units = Units(frame, Width, 1, Width);
        if (block is not null)
            block.Tangents(Linearized.Point[0], units, columns);
        else
            Linearized.Tangent(units, columns);
    }

    private double Cost(ReadOnlySpan<double> r, ReadOnlySpan<double> x) =>
        0.5 * TensorPrimitives.SumOfSquares(r) + 0.5 * prior * TensorPrimitives.SumOfSquares(x);

    /// <summary>Blocks of the shape rows × width, count of them, each with a one in another place.</summary>
    private static Batch<double> Units(ScratchFrame frame, int count, int rows, int width)
    {
        var units = frame.RentCleared(count * rows, width);
        for (var i = 0; i < count; i++)
            units.Values[i * rows * width + i] = 1;
        return units;
    }
}
