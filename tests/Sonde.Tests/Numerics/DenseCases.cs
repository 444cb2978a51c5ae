using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

/// <summary>Registers that a kernel can be forced to use.</summary>
public enum RegisterWidth
{
    Scalar,
    Bits256,
    Bits512,
}

/// <summary>A kernel that is called with every width of register.</summary>
internal interface IKernelCase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>;
}

/// <summary>What tests of dense linear algebra share: random matrices, widths of registers, reference answers.</summary>
internal static class DenseCases
{
    /// <summary>Runs a kernel with one width; emulated where the machine lacks it.</summary>
    public static void Run<T>(RegisterWidth width, IKernelCase<T> kernel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (width)
        {
            case RegisterWidth.Bits512: kernel.Run<Vector512<T>, Lanes512<T>>(); break;
            case RegisterWidth.Bits256: kernel.Run<Vector256<T>, Lanes256<T>>(); break;
            default: kernel.Run<T, ScalarLanes<T>>(); break;
        }
    }

    public static Matrix<T> Random<T>(RandomSource random, int rows, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrix = new Matrix<T>(rows, width);
        foreach (ref var value in matrix.Values)
            value = T.CreateChecked(2 * random.NextDouble() - 1);
        return matrix;
    }

    public static Matrix<T> RandomSymmetric<T>(RandomSource random, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = Random<T>(random, n, n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                a[i, j] = a[j, i];
        return a;
    }

    /// <summary>The product, number by number in double.</summary>
    public static Matrix<double> Product<T>(Matrix<T> a, bool transposeA, Matrix<T> b, bool transposeB)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (m, inner) = transposeA ? (a.Width, a.Rows) : (a.Rows, a.Width);
        var c = new Matrix<double>(m, transposeB ? b.Rows : b.Width);
        for (var i = 0; i < c.Rows; i++)
            for (var j = 0; j < c.Width; j++)
                for (var k = 0; k < inner; k++)
                    c[i, j] += double.CreateChecked(transposeA ? a[k, i] : a[i, k]) * double.CreateChecked(transposeB ? b[j, k] : b[k, j]);
        return c;
    }

    /// <summary>The largest difference of two matrices.</summary>
    public static double Difference<T, U>(Matrix<T> a, Matrix<U> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where U : unmanaged, IBinaryFloatingPointIeee754<U>
    {
        Assert.Equal((a.Rows, a.Width), (b.Rows, b.Width));
        var largest = 0.0;
        for (var i = 0; i < a.Values.Length; i++)
        {
            var difference = Math.Abs(double.CreateChecked(a.Values[i]) - double.CreateChecked(b.Values[i]));
            largest = difference <= largest ? largest : difference;         // a NaN stays
        }
        return largest;
    }

    /// <summary>The distance from one to the next number of type T.</summary>
    public static double Precision<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        double.CreateChecked(T.BitIncrement(T.One) - T.One);
}
