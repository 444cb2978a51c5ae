using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>How well a map's tangent and adjoint agree with the map, and with each other, at one point.</summary>
/// <param name="TangentError">
/// Least of |f(x + h v) − f(x) − h M v| / |h M v| and |f(x + h v) − f(x − h v) − 2 h M v| / |2 h M v| over step lengths h: small where M is the limit of
/// differences. The first serves maps with a kink at x, the second strongly curved ones.
/// </param>
/// <param name="TangentOrder">The power of h with which the remainder f(x + h v) − f(x) − h M v falls: 2 for a smooth map; infinite for a linear one.</param>
/// <param name="AdjointError">|⟨M v, w⟩ − ⟨v, Mᵀ w⟩| / (|M v| |w|).</param>
/// <param name="GradientError">Relative difference of the gradient of ½ |f(x)|² along v and its central difference, at the best h.</param>
public readonly record struct DerivativeTest(double TangentError, double TangentOrder, double AdjointError, double GradientError)
{
    private const int Steps = 9;                        // h = 10⁻¹ … 10⁻⁹
    private const double Rounding = 1e-13;              // remainders below this share of f are rounding

    /// <summary>Whether a tangent and an adjoint of a smooth map can look like this: errors at most 10⁻⁶, 10⁻¹⁰ and 10⁻⁶.</summary>
    public bool Passed => TangentError <= 1e-6 && AdjointError <= 1e-10 && GradientError <= 1e-6;

    /// <summary>Tests a map.</summary>
    /// <param name="map">f.</param>
    /// <param name="x">Where, [rows, map.InputWidth].</param>
    /// <param name="v">A direction of about the size of what x varies by, of the same shape.</param>
    /// <param name="random">Draws w.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static DerivativeTest Of(IMap<double> map, ReadOnlyBatch<double> x, ReadOnlyBatch<double> v, RandomSource random)
    {
        var at = new Linearization<double>(map, x);
        var (value, pushed) = (new Matrix<double>(at.Value), new Matrix<double>(at.Value.Rows, at.Value.Width));
        var (w, pulled, gradient) = (new Matrix<double>(pushed.Rows, pushed.Width), new Matrix<double>(x.Rows, x.Width), new Matrix<double>(x.Rows, x.Width));
        random.FillNormal(w.Values);
        at.Tangent(v, pushed);
        at.Adjoint(w, pulled);
        at.Adjoint(value, gradient);
        var size = TensorPrimitives.Norm<double>(pushed.Values);
        var adjoint = Math.Abs(TensorPrimitives.Dot<double>(pushed.Values, w.Values) - TensorPrimitives.Dot<double>(v.Values, pulled.Values))
            / Math.Max(double.Epsilon, size * TensorPrimitives.Norm<double>(w.Values));
        var slope = TensorPrimitives.Dot<double>(gradient.Values, v.Values);

        var (moved, ahead, behind) = (new Matrix<double>(x.Rows, x.Width), new Matrix<double>(value.Rows, value.Width), new Matrix<double>(value.Rows, value.Width));
        var remainders = new double[Steps];
        var (tangentError, gradientError) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var k = 0; k < Steps; k++)
        {
            var h = Math.Pow(10, -k - 1);
            TensorPrimitives.MultiplyAdd(v.Values, h, x.Values, moved.Values);
            map.Evaluate(moved, ahead);
            TensorPrimitives.MultiplyAdd(v.Values, -h, x.Values, moved.Values);
            map.Evaluate(moved, behind);
            var difference = 0.25 * (TensorPrimitives.SumOfSquares<double>(ahead.Values) - TensorPrimitives.SumOfSquares<double>(behind.Values)) / h;
            gradientError = Math.Min(gradientError, Math.Abs(difference - slope) / Math.Max(Math.Abs(slope), double.Epsilon));
            TensorPrimitives.Subtract<double>(ahead.Values, behind.Values, behind.Values);
            TensorPrimitives.MultiplyAdd<double>(pushed.Values, -2 * h, behind.Values, behind.Values);
            tangentError = Math.Min(tangentError, TensorPrimitives.Norm<double>(behind.Values) / Math.Max(2 * h * size, double.Epsilon));
            TensorPrimitives.Subtract<double>(ahead.Values, value.Values, ahead.Values);
            TensorPrimitives.MultiplyAdd<double>(pushed.Values, -h, ahead.Values, ahead.Values);
            remainders[k] = TensorPrimitives.Norm<double>(ahead.Values);
            tangentError = Math.Min(tangentError, remainders[k] / Math.Max(h * size, double.Epsilon));
        }
        return new(tangentError, OrderOf(remainders, Rounding * TensorPrimitives.Norm<double>(value.Values)), adjoint, gradientError);
    }

    /// <summary>The steepest fall between two neighbors that are both above rounding.</summary>
    private static double OrderOf(double[] remainders, double rounding)
    {
        var order = double.NegativeInfinity;
        for (var k = 1; k < remainders.Length; k++)
            if (remainders[k] > rounding && remainders[k - 1] > rounding)
                order = Math.Max(order, Math.Log10(remainders[k - 1] / remainders[k]));
        return double.IsNegativeInfinity(order) ? double.PositiveInfinity : order;
    }
}
