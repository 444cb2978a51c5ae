using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// The method of Lanczos with full reorthogonalisation: takes the steps of <see cref="ConjugateGradient"/>, keeps their directions, so that
/// rounding does not delay it, and finds approximate eigenvectors beside the solution. Lanczos, J. Res. Natl. Bur. Stand. 45, 1950; as the inner
/// loop of incremental 4D-Var: Fisher, Courtier, ECMWF Tech. Memo. 220, 1995. Memory is n numbers an iteration, twice that with a preconditioner.
/// </summary>
/// <param name="Iterations">Most products with A, 0 or more.</param>
/// <param name="Tolerance">Stops when the residual is this fraction of the right-hand side, both in the norm of the preconditioner.</param>
/// <param name="Kept">Most eigenvectors that precondition the next outer loop; 0 for none.</param>
public sealed record Lanczos(int Iterations = 100, double Tolerance = 1e-6, int Kept = 10) : ILinearSolver
{
    /// <summary>Most products with A.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Iterations { get; init => field = Check.AtLeast(0, value, nameof(Iterations)); } = Check.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>Eigenvectors for the next outer loop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Kept { get; init => field = Check.AtLeast(0, value, nameof(Kept)); } = Check.AtLeast(0, Kept, nameof(Kept));

    /// <inheritdoc/>
    public LinearSolution Solve(ISymmetricMap a, ReadOnlySpan<double> b, Span<double> x, ISymmetricMap? preconditioner = null)
    {
        LinearSystem.Fit(a, b, x, preconditioner);
        using var frame = Scratch.Enter();
        var most = Math.Min(Iterations, a.Width);
        var basis = new LanczosBasis(frame, most, a, preconditioner);
        var pivots = frame.RentSpan<double>(most);              // d of T = L D Lᵀ
        var right = frame.RentSpan<double>(most);               // c of L c = |b| e₁
        var log = LinearSystem.Log(Iterations);
        x.Clear();
        var size = basis.Start(b);
        log.Add(new(0, size));
        var stopped = double.IsFinite(size) ? StopReason.IterationLimit : StopReason.NotFinite;
        for (double residual = size, cost = 0; stopped == StopReason.IterationLimit; )
        {
            var j = basis.Count;
            if (residual <= Tolerance * size)
                stopped = StopReason.Converged;
            if (residual <= Tolerance * size || j == most)
                break;
            basis.Extend();
            var ratio = j == 0 ? 0 : basis.Beta[j - 1] / pivots[j - 1];
            pivots[j] = basis.Alpha[j] - (j == 0 ? 0 : ratio * basis.Beta[j - 1]);
            right[j] = j == 0 ? size : -ratio * right[j - 1];
            if (!(pivots[j] > 0) || !double.IsFinite(basis.Beta[j]))
                return new(double.IsFinite(pivots[j]) && double.IsFinite(basis.Beta[j]) ? StopReason.NotPositiveDefinite : StopReason.NotFinite, log);
            residual = basis.Beta[j] * Math.Abs(right[j] / pivots[j]);
            cost -= 0.5 * right[j] * right[j] / pivots[j];
            log.Add(new(cost, residual));
        }
        var k = basis.Count;
        for (var j = k - 1; j >= 0; j--)                        // Lᵀ y = D⁻¹ c
            right[j] = right[j] / pivots[j] - (j == k - 1 ? 0 : basis.Beta[j] / pivots[j] * right[j + 1]);
        Dense.MultiplyTransposed(basis.Z, right[..k], x);
        return new(stopped, log, Ritz(basis));
    }

    /// <summary>
    /// Eigenvalues and eigenvectors of A from random beginnings, exact where the iterations suffice. Where a Krylov space is exhausted another begins
    /// orthogonal to it, so that eigenvalues are found as often as they occur, until all that is left is the eigenvalue 1.
    /// </summary>
    /// <param name="a">A.</param>
    /// <param name="random">Where to begin.</param>
    /// <returns>Null where A is not positive definite or not finite.</returns>
    public RitzPairs? Decompose(ISymmetricMap a, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(random);
        using var frame = Scratch.Enter();
        var most = Math.Min(Iterations, a.Width);
        var basis = new LanczosBasis(frame, most, a, null);
        var noise = frame.Rent(1, a.Width)[0];
        var begun = 0;
        while (basis.Count < most)
        {
            if (basis.Count == 0 || basis.Beta[basis.Count - 1] == 0)
            {
                begun = basis.Count;
                random.FillNormal(noise);
                if (basis.Start(noise) == 0)
                    break;
            }
            basis.Extend();
            var last = basis.Count - 1;
            if (!double.IsFinite(basis.Alpha[last]) || !double.IsFinite(basis.Beta[last]))
                return null;
            if (basis.Beta[last] == 0 && last == begun && Math.Abs(basis.Alpha[last] - 1) < 1e-12)
                break;                                          // a random vector is an eigenvector: so is all that is left
        }
        var pairs = Ritz(basis);
        return pairs.Count == 0 || pairs.Values[^1] > 0 ? pairs : null;
    }

    private static RitzPairs Ritz(LanczosBasis basis)
    {
        using var frame = Scratch.Enter();
        var (k, n) = (basis.Count, basis.Z.Width);
        var t = frame.RentCleared(k, k);
        var rising = frame.RentSpan<double>(k);
        var ordered = frame.Rent(k, k);
        for (var j = 0; j < k; j++)
        {
            t[j, j] = basis.Alpha[j];
            if (j + 1 < k)
                t[j + 1, j] = t[j, j + 1] = basis.Beta[j];
        }
        SymmetricEigen.Decompose(t, rising, t);
        var (values, bounds) = (new double[k], new double[k]);
        for (var i = 0; i < k; i++)
        {
            values[i] = rising[k - 1 - i];
            t[k - 1 - i].CopyTo(ordered[i]);
            bounds[i] = basis.Beta[k - 1] * Math.Abs(ordered[i, k - 1]);
        }
        Matrix<double> vectors = new(k, n), duals = new(k, n);
        Dense.Multiply<double>(ordered, basis.Z, vectors);
        Dense.Multiply<double>(ordered, basis.Q, duals);
        return new(values, vectors, duals, bounds);
    }
}
