using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>Rows e with Σ e eᵀ ≈ ρ, the matrix of localization weights between components: the leading eigenvectors, scaled so that ρᵢᵢ = 1.</summary>
internal static class LocalizationModes
{
    private const double Rounding = 1e-14;              // eigenvalues below this share of the largest count as zero

    /// <summary>Modes that hold a share of the trace, all with positive eigenvalues for 1; not a number where weights are not finite.</summary>
    /// <param name="localization">Weight by distance; 1 from and to components without a place.</param>
    /// <param name="domain">Where components lie.</param>
    /// <param name="share">Above 0, at most 1.</param>
    public static Matrix<double> Of(Localization localization, Domain domain, double share)
    {
        var n = domain.Width;
        var weights = new Matrix<double>(n, n);
        var vectors = new Matrix<double>(n, n);
        var values = new double[n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                weights[i, j] = weights[j, i] = domain.PointOf(i) is { } a && domain.PointOf(j) is { } b ? localization.Weight(domain.Space.Distance(a, b)) : 1;
        if (!SymmetricEigen.Decompose<double>(weights, values, vectors))
        {
            weights.Values.Fill(double.NaN);
            return weights;
        }
        var order = Enumerable.Range(0, n).Where(k => values[k] > Rounding * values[^1]).OrderByDescending(k => values[k]).ToArray();
        var (sum, total, count) = (0.0, order.Sum(k => values[k]), 0);
        while (count < order.Length && (share == 1 || sum < share * total))
            sum += values[order[count++]];
        var modes = new Matrix<double>(count, n);
        for (var k = 0; k < count; k++)
            TensorPrimitives.Multiply<double>(vectors[order[k]], Math.Sqrt(values[order[k]]), modes[k]);
        for (var i = 0; i < n; i++)
        {
            var square = 0.0;
            for (var k = 0; k < count; k++)
                square += modes[k, i] * modes[k, i];
            for (var k = 0; k < count; k++)
                modes[k, i] /= Math.Sqrt(square);
        }
        return modes;
    }
}
