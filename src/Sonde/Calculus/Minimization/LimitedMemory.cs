using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// The last few steps s and changes of gradient y, and the inverse Hessian that they imply: the two-loop recursion of Nocedal, Math. Comp. 35,
/// 1980, with H₀ = sᵀy / yᵀy.
/// </summary>
internal ref struct LimitedMemory
{
    private const double LeastCosine = 1e-12;           // between s and y: below, rounding
    private readonly Batch<double> s, y;
    private readonly Span<double> rho, alpha;
    private int newest;

    public LimitedMemory(ScratchFrame frame, int most, int width)
    {
        s = frame.Rent(most, width);
        y = frame.Rent(most, width);
        rho = frame.RentSpan<double>(most);
        alpha = frame.RentSpan<double>(most);
        newest = -1;
    }

    /// <summary>How many pairs are held.</summary>
    public int Count { get; private set; }

    public void Clear() => (Count, newest) = (0, -1);

    /// <summary>Keeps a pair in place of the oldest one, unless the cost curves down along it.</summary>
    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> xBefore, ReadOnlySpan<double> gradient, ReadOnlySpan<double> gradientBefore)
    {
        var place = (newest + 1) % s.Rows;
        var ds = s[place];
        var dy = y[place];
        TensorPrimitives.Subtract(x, xBefore, ds);
        TensorPrimitives.Subtract(gradient, gradientBefore, dy);
        var product = TensorPrimitives.Dot<double>(ds, dy);
        if (!(product > LeastCosine * TensorPrimitives.Norm<double>(ds) * TensorPrimitives.Norm<double>(dy)))
        {
            if (Count == s.Rows)
                Count--;                                // the oldest was overwritten
            return;
        }
        rho[place] = 1 / product;
        newest = place;
        Count = Math.Min(Count + 1, s.Rows);
    }

    /// <summary>direction = −H gradient.</summary>
    public readonly void Direction(ReadOnlySpan<double> gradient, Span<double> direction)
    {
        TensorPrimitives.Negate(gradient, direction);
        for (var back = 0; back < Count; back++)
        {
            var i = Place(back);
            alpha[i] = rho[i] * TensorPrimitives.Dot<double>(s[i], direction);
            TensorPrimitives.MultiplyAdd(y[i], -alpha[i], direction, direction);
        }
        if (Count > 0)
            TensorPrimitives.Multiply(direction, 1 / (rho[newest] * TensorPrimitives.SumOfSquares<double>(y[newest])), direction);
        for (var back = Count - 1; back >= 0; back--)
        {
            var i = Place(back);
            var beta = rho[i] * TensorPrimitives.Dot<double>(y[i], direction);
            TensorPrimitives.MultiplyAdd(s[i], alpha[i] - beta, direction, direction);
        }
    }

    private readonly int Place(int back) => (newest - back + s.Rows) % s.Rows;
}
