using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>A covariance C by its square root and, where it is regular, the inverse of that.</summary>
internal sealed class WeakCovariance
{
    private const double Singular = 1e-14;              // eigenvalues below this share of the largest count as zero

    /// <summary>Takes rows Z = √λ e of C = Zᵀ Z, with orthonormal e.</summary>
    public WeakCovariance(Matrix<double> root)
    {
        Root = root;
        var whitener = root.Copy();
        var largest = 0.0;
        for (var i = 0; i < root.Rows; i++)
            largest = Math.Max(largest, TensorPrimitives.SumOfSquares<double>(root[i]));
        for (var i = 0; i < root.Rows; i++)
        {
            var value = TensorPrimitives.SumOfSquares<double>(root[i]);
            if (!(value > Singular * largest))
                return;
            TensorPrimitives.Divide(root[i], value, whitener[i]);
        }
        Whitener = whitener;
        Precision = new Matrix<double>(root.Width, root.Width);
        Dense.MultiplyTransposedLeft<double>(1, whitener, whitener, 0, Precision);
    }

    /// <summary>Z, [n, n].</summary>
    public Matrix<double> Root { get; }

    /// <summary>W with W C Wᵀ = I, [n, n]; null where C is singular or not finite.</summary>
    public Matrix<double>? Whitener { get; }

    /// <summary>C⁻¹, [n, n]; null where C is singular or not finite.</summary>
    public Matrix<double>? Precision { get; }
}
