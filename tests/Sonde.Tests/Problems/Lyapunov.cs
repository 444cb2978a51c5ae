using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>Lyapunov exponents by repeated orthogonalization of tangents. Benettin, Galgani, Giorgilli and Strelcyn, Meccanica 15, 1980.</summary>
internal static class Lyapunov
{
    /// <summary>The largest exponents, descending, from a start that is first carried to the attractor.</summary>
    public static double[] Exponents(IDifferentiableSystem system, double[] start, int count, double dt, int stepsBetween, int spinUp, int times)
    {
        var x = start.ToArray();
        system.AdvanceTangent(x, new Matrix<double>(0, x.Length), 0, dt, spinUp);
        var dx = new Matrix<double>(count, x.Length);
        new RandomSource(1).FillNormal(dx.Values);
        Orthogonalize(dx, new double[count]);
        var sums = new double[count];
        for (var k = 0; k < times; k++)
        {
            system.AdvanceTangent(x, dx, 0, dt, stepsBetween);
            Orthogonalize(dx, sums);
        }
        return [.. sums.Select(sum => sum / (times * stepsBetween * dt))];
    }

    private static void Orthogonalize(Matrix<double> rows, double[] logarithms)
    {
        for (var i = 0; i < rows.Rows; i++)
        {
            for (var j = 0; j < i; j++)
                TensorPrimitives.MultiplyAdd<double>(rows[j], -TensorPrimitives.Dot<double>(rows[i], rows[j]), rows[i], rows[i]);
            var norm = TensorPrimitives.Norm<double>(rows[i]);
            logarithms[i] += Math.Log(norm);
            TensorPrimitives.Divide(rows[i], norm, rows[i]);
        }
    }
}
