using System.Numerics.Tensors;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// P = B − Wᵀ W, where the rows of W are (1 − 1/θ)^½ u Z: what observations took from B = Zᵀ Z along the leading eigenvectors u of the Hessian, whose
/// other eigenvalues count as 1. Fisher, Courtier, ECMWF Tech. Memo. 220, 1995.
/// </summary>
internal sealed class ReducedCovariance : ICovariance
{
    private readonly IBackgroundRoot root;
    private readonly Matrix<double> reduction;          // W

    /// <summary>Takes the eigenvectors to the space of the state.</summary>
    /// <param name="root">Z.</param>
    /// <param name="pairs">θ, 1 or more, and u; null for none.</param>
    public ReducedCovariance(IBackgroundRoot root, RitzPairs? pairs = null)
    {
        this.root = root;
        reduction = new Matrix<double>(pairs?.Count ?? 0, root.Width);
        if (pairs is null)
            return;
        root.Place(pairs.Vectors, reduction);
        for (var i = 0; i < pairs.Count; i++)
            TensorPrimitives.Multiply(reduction[i], Math.Sqrt(Math.Max(0, 1 - 1 / pairs.Values[i])), reduction[i]);
    }

    /// <summary>P's diagonal, [n].</summary>
    public double[] Variances()
    {
        var variances = root.Variances();
        for (var i = 0; i < reduction.Rows; i++)
            for (var j = 0; j < variances.Length; j++)
                variances[j] -= reduction[i, j] * reduction[i, j];
        TensorPrimitives.Max(variances, 0.0, variances);
        return variances;
    }

    /// <inheritdoc/>
    public void VariancesOf(ReadOnlyBatch<double> rows, Span<double> variances)
    {
        using var frame = Scratch.Enter();
        var controls = frame.RentCleared(rows.Rows, root.Modes);
        var product = frame.Rent(rows.Rows, reduction.Rows);
        root.AddTransposed(rows, controls);
        Dense.MultiplyTransposedRight<double>(1, rows, reduction, 0, product);
        for (var i = 0; i < rows.Rows; i++)
            variances[i] = Math.Max(0, TensorPrimitives.SumOfSquares<double>(controls[i]) - TensorPrimitives.SumOfSquares<double>(product[i]));
    }
}
