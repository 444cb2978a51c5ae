using System.Numerics.Tensors;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// What <see cref="EnsembleIncrement"/> does, with a field of weights for each member, found by products with the Hessian alone. The symmetric square
/// root's weights f(Y Yᵀ) Y d are taken in the Krylov space of Y d.
/// </summary>
/// <param name="parts">Observations by time.</param>
/// <param name="modes">E with Eᵀ E = C, [K, n].</param>
/// <param name="tangent">X, and the trajectories of its last run.</param>
/// <param name="y">What rows of X do, [N + S, m]; those of the static root are whitened here.</param>
/// <param name="right">d, then what the anomalies predict, [1 + N, m]; whitened here.</param>
/// <param name="share">β, the static covariance's share.</param>
/// <param name="perturbed">True where noise was added to the latter; false for the symmetric square root.</param>
/// <param name="solver">How weights are found.</param>
internal sealed class ControlIncrement(
    IReadOnlyList<Observation> parts, Matrix<double> modes, EnsembleTangent tangent, Matrix<double> y, Matrix<double> right, double share, bool perturbed,
    Lanczos solver)
{
    /// <summary>Overwrites the mean and the anomalies.</summary>
    /// <param name="x">x_b in, [n].</param>
    /// <param name="anomalies">[N, n]; null to leave them.</param>
    /// <param name="workers">How many threads may work: a weight's search each.</param>
    /// <returns>False where numbers failed; null where a search ended before its tolerance.</returns>
    public bool? Apply(double[] x, Matrix<double>? anomalies, Workers workers)
    {
        Whiten(y.All);
        Whiten(right.All);
        var fixedY = new Matrix<double>(share > 0 ? y.Rows - tangent.EnsembleRows : 0, y.Width);
        for (var j = 0; j < fixedY.Rows; j++)
            y[tangent.EnsembleRows + j].CopyTo(fixedY[j]);
        var mixed = new ControlHessian(modes, parts, tangent.Reached, fixedY, share);
        var plain = share > 0 ? new ControlHessian(modes, parts, tangent.Reached, new(0, y.Width), 0) : mixed;
        var outcomes = new bool?[1 + (anomalies?.Rows ?? 0)];
        workers.ForBlocks(outcomes.Length, 1, (i, _) =>
            outcomes[i] = i == 0 ? Add(mixed, 0, true, 1, x) : Add(plain, i, perturbed, -1, anomalies![i - 1]));
        return Array.Exists(outcomes, one => one == false) ? false : Array.Exists(outcomes, one => one is null) ? null : true;
    }

    /// <summary>row += factor × w X for a right-hand side.</summary>
    private bool? Add(ControlHessian hessian, int side, bool inverse, double factor, Span<double> row)
    {
        using var frame = Scratch.Enter();
        var projected = frame.Rent(1, hessian.Width)[0];
        var w = frame.Rent(1, hessian.Width)[0];
        hessian.Project(right[side], projected);
        var solution = solver.Solve(hessian, projected, w);
        if (!solution.Succeeded)
            return false;
        if (!inverse)
            Shrink(solution.Ritz!, projected, w);
        hessian.AddIncrement(w, tangent.Rows, factor, row);
        return solution.Stopped == StopReason.Converged ? true : null;
    }

    /// <summary>w ← f(Y Yᵀ) Y d, f(λ) = (1 − (1 + λ)^−½) / λ, from the eigenvectors u of I + Y Yᵀ in the Krylov space: Σ u f(θ − 1) (u · Y d).</summary>
    private static void Shrink(RitzPairs ritz, ReadOnlySpan<double> projected, Span<double> w)
    {
        w.Clear();
        for (var k = 0; k < ritz.Count; k++)
        {
            var theta = ritz.Values[k];
            TensorPrimitives.MultiplyAdd<double>(ritz.Vectors[k], TensorPrimitives.Dot<double>(ritz.Vectors[k], projected) / (theta + Math.Sqrt(theta)), w, w);
        }
    }

    private void Whiten(Batch<double> rows)
    {
        using var frame = Scratch.Enter();
        var column = 0;
        foreach (var part in parts)
        {
            var block = frame.Rent(rows.Rows, part.Count);
            for (var row = 0; row < rows.Rows; row++)
                rows[row].Slice(column, part.Count).CopyTo(block[row]);
            part.Error.Whiten(block);
            for (var row = 0; row < rows.Rows; row++)
                block[row].CopyTo(rows[row].Slice(column, part.Count));
            column += part.Count;
        }
    }
}
