using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>
/// z̄ + v E: the states that members' weights reach, in orthonormal directions U of the weights that reach anything: E = Uᵀ Z′ with
/// Z′ = (N − 1)^−½ (zᵢ − z̄) and |v| = |w|. Weights beyond them have the prior's minimum and move nothing, so r = min(n, N − 1) numbers do the work of N.
/// </summary>
internal sealed class EnsembleSubspace
{
    private const double Least = 1e-12;                 // share of the largest eigenvalue below which a direction carries nothing

    private EnsembleSubspace(double[] mean, Matrix<double> rows, Matrix<double> coordinates) => (Mean, Rows, Coordinates) = (mean, rows, coordinates);

    /// <summary>z̄, [n].</summary>
    public double[] Mean { get; }

    /// <summary>E, [r, n].</summary>
    public Matrix<double> Rows { get; }

    /// <summary>v of each member, [N, r]: (N − 1)^½ U.</summary>
    public Matrix<double> Coordinates { get; }

    /// <summary>That of an ensemble; null where numbers are not finite. Components are compared in units of their spread.</summary>
    /// <param name="members">[N, n]; stays as it is.</param>
    public static EnsembleSubspace? Of(ReadOnlyBatch<double> members)
    {
        var (count, width) = (members.Rows, members.Width);
        using var frame = Scratch.Enter();
        var anomalies = frame.Rent(count, width);
        var scaled = frame.Rent(count, width);
        var mean = new double[width];
        var scales = frame.Rent(1, width)[0];
        members.CopyTo(anomalies);
        Moments.Center(anomalies, mean);
        anomalies *= 1 / Math.Sqrt(count - 1.0);
        scales.Clear();
        for (var n = 0; n < count; n++)
            TensorPrimitives.MultiplyAdd(anomalies[n], anomalies[n], scales, scales);
        for (var i = 0; i < width; i++)
            scales[i] = scales[i] > 0 ? 1 / Math.Sqrt(scales[i]) : 0;
        for (var n = 0; n < count; n++)
            TensorPrimitives.Multiply(anomalies[n], scales, scaled[n]);
        if (Directions(scaled) is not { } u || (u.Rows > 0 && !Qr.OrthonormalizeRows<double>(u)))
            return null;
        var (rows, coordinates) = (new Matrix<double>(u.Rows, width), new Matrix<double>(count, u.Rows));
        Dense.Multiply<double>(u, anomalies, rows);
        Dense.Transpose<double>(u, coordinates);
        TensorPrimitives.Multiply(coordinates.Values, Math.Sqrt(count - 1.0), coordinates.Values);
        return Moments.AllFinite(rows.Values) && Moments.AllFinite(mean) ? new(mean, rows, coordinates) : null;
    }

    /// <summary>Rows that span the columns of anomalies; null where numbers are not finite.</summary>
    private static Matrix<double>? Directions(ReadOnlyBatch<double> anomalies)
    {
        var (count, width) = (anomalies.Rows, anomalies.Width);
        var size = Math.Min(count, width);
        using var frame = Scratch.Enter();
        var gram = frame.Rent(size, size);
        var vectors = frame.Rent(size, size);
        var values = frame.Rent(1, size)[0];
        if (count <= width)
            Dense.Gram(anomalies, gram);
        else
            Dense.GramTransposed(anomalies, gram);
        if (!SymmetricEigen.Decompose(gram, values, vectors))
            return null;
        var (largest, kept) = (TensorPrimitives.Max<double>(values), new List<int>());
        for (var k = 0; k < size; k++)
            if (values[k] > Least * largest)
                kept.Add(k);
        var u = new Matrix<double>(kept.Count, count);
        for (var k = 0; k < kept.Count; k++)
            if (count <= width)
                vectors[kept[k]].CopyTo(u[k]);
            else
                Dense.Multiply(anomalies, vectors[kept[k]], u[k]);
        return u;
    }
}
