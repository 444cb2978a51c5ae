using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>Orthogonal-triangular factors.</summary>
public static class Qr
{
    /// <summary>
    /// Makes the rows of <paramref name="a"/> orthonormal, in place, so that each leading set of rows spans what it spanned
    /// before and r has a positive diagonal; returns false where the rows are linearly dependent. Needs Rows ≤ Width.
    /// </summary>
    public static bool OrthonormalizeRows<T>(Batch<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < a.Rows; i++)
        {
            for (var pass = 0; pass < 2; pass++)                        // twice is enough
                for (var j = 0; j < i; j++)
                    TensorPrimitives.MultiplyAdd<T>(a[j], -TensorPrimitives.Dot<T>(a[i], a[j]), a[i], a[i]);
            var norm = TensorPrimitives.Norm<T>(a[i]);
            if (!(norm > T.Zero))
                return false;
            TensorPrimitives.Multiply(a[i], T.One / norm, a[i]);
        }
        return true;
    }
}
