using Sonde.Calculus.Minimization;
using Sonde.Numerics;
using Sonde.Tests.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Calculus.Minimization;

/// <summary>Conjugate gradients, Lanczos, and what its eigenvectors are good for.</summary>
public sealed class LinearSolverTests
{
    [Fact]
    public void Conjugate_gradients_end_in_as_many_steps_as_there_are_eigenvalues()
    {
        foreach (var (eigenvalues, steps) in new[] { (new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 10), ([3, 3, 3, 7, 7, 7, 7, 50, 50], 3), ([2], 1) })
        {
            var a = new Spectrum(eigenvalues, 1);
            var (b, x) = (a.RightSide(2), new double[a.Width]);
            var solution = new ConjugateGradient(100, 1e-9).Solve(a, b, x);
            Assert.Equal(StopReason.Converged, solution.Stopped);
            Assert.Equal(steps, solution.Iterations);
            AssertSolves(a, b, x, 1e-8);
        }
    }

    [Fact]
    public void Lanczos_takes_the_steps_of_conjugate_gradients()
    {
        var a = new Spectrum([1, 1.5, 2, 3, 4, 6, 8, 11, 20, 40], 3);
        double[] b = a.RightSide(4), x = new double[10], y = new double[10];
        var (one, other) = (new ConjugateGradient(6, 0).Solve(a, b, x), new Lanczos(6, 0).Solve(a, b, y));
        Assert.Equal((6, 6, StopReason.IterationLimit, StopReason.IterationLimit), (one.Iterations, other.Iterations, one.Stopped, other.Stopped));
        for (var i = 0; i <= 6; i++)
        {
            Assert.Equal(one.Log[i].Cost, other.Log[i].Cost, 1e-11);
            Assert.Equal(one.Log[i].Residual, other.Log[i].Residual, 1e-11);
        }
        for (var i = 0; i < 10; i++)
            Assert.Equal(x[i], y[i], 1e-12);
    }

    [Fact]
    public void The_logged_cost_is_that_of_the_quadratic_function()
    {
        var a = new Spectrum([1, 2, 4, 8, 16, 32], 5);
        double[] b = a.RightSide(6), x = new double[6], product = new double[6];
        foreach (ILinearSolver solver in new ILinearSolver[] { new ConjugateGradient(3, 0), new Lanczos(3, 0) })
        {
            var solution = solver.Solve(a, b, x);
            a.Apply(x, product);
            var (cost, residual) = (0.0, 0.0);
            for (var i = 0; i < 6; i++)
                (cost, residual) = (cost + 0.5 * x[i] * product[i] - b[i] * x[i], residual + (b[i] - product[i]) * (b[i] - product[i]));
            Assert.Equal(cost, solution.Log[^1].Cost, 1e-12);
            Assert.Equal(Math.Sqrt(residual), solution.Log[^1].Residual, 1e-12);
            Assert.Equal(0, solution.Log[0].Cost);
            Assert.Equal(Math.Sqrt(b.Sum(value => value * value)), solution.Log[0].Residual, 1e-14);
        }
    }

    [Fact]
    public void Rounding_delays_conjugate_gradients_and_not_lanczos()
    {
        var a = new Spectrum([.. Enumerable.Range(0, 40).Select(i => Math.Pow(10, 8.0 * i / 39))], 7);
        double[] b = a.RightSide(8), x = new double[40];
        var plain = new ConjugateGradient(1000, 1e-8).Solve(a, b, x);
        var kept = new Lanczos(1000, 1e-8).Solve(a, b, x);
        Assert.Equal((StopReason.Converged, StopReason.Converged), (plain.Stopped, kept.Stopped));
        Assert.InRange(kept.Iterations, 30, 40);
        Assert.InRange(plain.Iterations, 200, 800);
    }

    [Fact]
    public void All_steps_of_lanczos_give_the_eigenvalues_and_eigenvectors()
    {
        double[] eigenvalues = [0.5, 1, 2, 3, 5, 8, 13, 21, 34];
        var a = new Spectrum(eigenvalues, 9);
        var (b, x) = (a.RightSide(10), new double[9]);
        var ritz = new Lanczos(9, 0).Solve(a, b, x).Ritz!;
        Assert.Equal(9, ritz.Count);
        var product = new double[9];
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(eigenvalues[8 - i], ritz.Values[i], 1e-10);
            Assert.InRange(ritz.Bounds[i], 0, 1e-10);
            a.Apply(ritz.Vectors[i], product);
            for (var j = 0; j < 9; j++)
                Assert.Equal(ritz.Values[i] * ritz.Vectors[i][j], product[j], 1e-10);
        }
    }

    [Fact]
    public void An_eigenvalue_lies_within_the_bound_of_each_ritz_value()
    {
        double[] eigenvalues = [.. Enumerable.Range(0, 50).Select(i => Math.Exp(0.1 * i))];
        var a = new Spectrum(eigenvalues, 11);
        var ritz = new Lanczos(12, 0).Solve(a, a.RightSide(12), new double[50]).Ritz!;
        Assert.Equal(12, ritz.Count);
        for (var i = 0; i < 12; i++)
            Assert.InRange(eigenvalues.Min(value => Math.Abs(value - ritz.Values[i])), 0, ritz.Bounds[i] + 1e-10);
        Assert.InRange(ritz.Leading(12, 1e-3).Count, 1, 6);
    }

    [Fact]
    public void The_inverse_as_preconditioner_leaves_one_step()
    {
        double[] eigenvalues = [1, 4, 9, 16, 25, 100];
        var (a, inverse) = (new Spectrum(eigenvalues, 13), new Spectrum([.. eigenvalues.Select(value => 1 / value)], 13));
        double[] b = a.RightSide(14), x = new double[6];
        foreach (ILinearSolver solver in new ILinearSolver[] { new ConjugateGradient(), new Lanczos() })
        {
            Assert.Equal(1, solver.Solve(a, b, x, inverse).Iterations);
            AssertSolves(a, b, x, 1e-12);
        }
    }

    [Fact]
    public void Eigenvectors_of_one_solve_shorten_the_next()
    {
        var a = new Spectrum(Hessian(200, 20), 15);
        double[] b = a.RightSide(16), c = a.RightSide(17), x = new double[200];
        var first = new Lanczos(60, 1e-8).Solve(a, b, x);
        var preconditioner = new SpectralPreconditioner(first.Ritz!.Leading(15, 1e-3));
        Assert.Equal(15, preconditioner.Count);
        var (plain, helped) = (new ConjugateGradient(500, 1e-8).Solve(a, c, x), new ConjugateGradient(500, 1e-8).Solve(a, c, x, preconditioner));
        AssertSolves(a, c, x, 1e-5);
        Assert.InRange(plain.Iterations, 50, 65);
        Assert.InRange(helped.Iterations, 9, 13);
        var again = new Lanczos(60, 1e-8).Solve(a, c, x, preconditioner);
        Assert.Equal(helped.Iterations, again.Iterations);
        AssertSolves(a, c, x, 1e-5);
        var cautious = new SpectralPreconditioner(first.Ritz!.Leading(15, 1e-3), target: first.Ritz.Values[14]);
        Assert.InRange(new ConjugateGradient(500, 1e-8).Solve(a, c, x, cautious).Iterations, 9, 15);
        var both = new SpectralPreconditioner(again.Ritz!.Leading(15, 1e-3), preconditioner);
        Assert.InRange(new ConjugateGradient(500, 1e-8).Solve(a, b, x, both).Iterations, 1, helped.Iterations - 2);
    }

    [Fact]
    public void Ritz_pairs_of_a_preconditioned_matrix_complete_the_inverse()
    {
        var a = new Spectrum(Hessian(30, 6), 18);
        var x = new double[30];
        var inner = new SpectralPreconditioner(new Lanczos(30, 0).Solve(a, a.RightSide(19), x).Ritz!.Leading(3, 1e-6));
        Assert.Equal(3, inner.Count);
        var rest = new Lanczos(30, 0).Solve(a, a.RightSide(20), x, inner).Ritz!;
        AssertInverse(a, new SpectralPreconditioner(rest, inner), 1e-9);
    }

    [Fact]
    public void Eigenvalues_are_found_as_often_as_they_occur()
    {
        double[] eigenvalues = [1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 10, 10, 25];
        var a = new Spectrum(eigenvalues, 21);
        var pairs = new Lanczos(100).Decompose(a, new RandomSource(22))!;
        Assert.Equal([25, 10, 10, 3, 3, 3], pairs.Values.Where(value => value > 1 + 1e-9).Select(value => Math.Round(value, 10)));
        AssertInverse(a, new SpectralPreconditioner(pairs), 1e-11);
    }

    [Fact]
    public void An_identity_needs_one_product_and_an_empty_matrix_none()
    {
        Assert.Equal(1, new Lanczos().Decompose(new Spectrum([1, 1, 1, 1], 23), new RandomSource(1))!.Count);
        Assert.Equal(0, new Lanczos().Decompose(new Spectrum([], 23), new RandomSource(1))!.Count);
        Assert.Equal(0, new Lanczos(0).Decompose(new Spectrum([1, 2], 23), new RandomSource(1))!.Count);
    }

    [Fact]
    public void A_right_side_of_zero_is_solved_at_once()
    {
        foreach (ILinearSolver solver in new ILinearSolver[] { new ConjugateGradient(), new Lanczos() })
        {
            double[] x = [1, 2, 3];
            var solution = solver.Solve(new Spectrum([1, 2, 3], 24), new double[3], x);
            Assert.Equal((StopReason.Converged, 0), (solution.Stopped, solution.Iterations));
            Assert.Equal(new double[3], x);
        }
    }

    [Fact]
    public void Matrices_that_are_not_positive_definite_and_numbers_that_are_not_finite_are_reported()
    {
        var indefinite = new Spectrum([-1, 2, 3], 25);
        foreach (ILinearSolver solver in new ILinearSolver[] { new ConjugateGradient(), new Lanczos() })
        {
            Assert.Equal(StopReason.NotPositiveDefinite, solver.Solve(indefinite, indefinite.RightSide(26), new double[3]).Stopped);
            Assert.Equal(StopReason.NotFinite, solver.Solve(new Spectrum([1, 2, 3], 27), [1, double.NaN, 0], new double[3]).Stopped);
            Assert.Equal(StopReason.NotFinite, solver.Solve(new Spectrum([1, double.NaN, 3], 28), [1, 2, 3], new double[3]).Stopped);
        }
        Assert.Null(new Lanczos().Decompose(indefinite, new RandomSource(1)));
        Assert.Null(new Lanczos().Decompose(new Spectrum([1, double.NaN, 3], 28), new RandomSource(1)));
    }

    [Fact]
    public void Widths_that_differ_are_refused_with_both_numbers()
    {
        var error = Assert.Throws<ArgumentException>(() => new ConjugateGradient().Solve(new Spectrum([1, 2, 3], 29), new double[2], new double[3]));
        Assert.Contains("3 equations", error.Message, StringComparison.Ordinal);
        Assert.Contains("not of 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Lanczos().Solve(new Spectrum([1, 2, 3], 29), new double[3], new double[3], new Spectrum([1, 2], 29)));
    }

    [Fact]
    public void Iterations_allocate_nothing()
    {
        var a = new Spectrum([.. Enumerable.Range(1, 40).Select(i => (double)i)], 30);
        var (b, x) = (a.RightSide(31), new double[40]);
        long Bytes(double tolerance) => Allocated.Bytes(() => new ConjugateGradient(40, tolerance).Solve(a, b, x));
        Assert.Equal(Bytes(0.9), Bytes(1e-8));
    }

    /// <summary>Eigenvalues of I + JᵀJ: some large and far apart, many a little above 1, the rest 1.</summary>
    private static double[] Hessian(int n, int large) =>
        [.. Enumerable.Range(0, n).Select(i => i < large ? 1 + Math.Pow(10, 4 - 4.0 * i / large) : i < n / 2 ? 1 + 0.5 * i / n : 1)];

    private static void AssertSolves(Spectrum a, double[] b, double[] x, double tolerance)
    {
        var product = new double[b.Length];
        a.Apply(x, product);
        for (var i = 0; i < b.Length; i++)
            Assert.Equal(b[i], product[i], tolerance);
    }

    /// <summary>The products, variances and draws of an inverse are those of the full one.</summary>
    private static void AssertInverse(Spectrum a, SpectralPreconditioner inverse, double tolerance)
    {
        var n = a.Width;
        Matrix<double> full = a.Matrix.Copy(), expected = new(n, n), actual = new(n, n), roots = Matrix<double>.Identity(n), colored = new(n, n);
        Cholesky.Factor<double>(full);
        Cholesky.Inverse<double>(full, expected);
        var variances = new double[n];
        inverse.Variances(variances);
        for (var i = 0; i < n; i++)
        {
            inverse.Apply(Matrix<double>.Identity(n)[i], actual[i]);
            inverse.Color(roots[i]);
            Assert.Equal(expected[i, i], variances[i], tolerance);
        }
        Dense.GramTransposed<double>(roots, colored);                       // a row is what became of one number of noise
        Assert.InRange(DenseCases.Difference(actual, expected), 0, tolerance);
        Assert.InRange(DenseCases.Difference(colored, expected), 0, tolerance);
    }

    /// <summary>A symmetric matrix with given eigenvalues and random eigenvectors.</summary>
    private sealed class Spectrum : ISymmetricMap
    {
        public Spectrum(double[] eigenvalues, int seed)
        {
            var n = eigenvalues.Length;
            Matrix<double> vectors = new(n, n), scaled = new(n, n);
            new RandomSource(seed).FillNormal(vectors.Values);
            Qr.OrthonormalizeRows<double>(vectors);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    scaled[i, j] = eigenvalues[i] * vectors[i, j];
            Matrix = new(n, n);
            Dense.MultiplyTransposedLeft<double>(1, vectors, scaled, 0, Matrix);
        }

        public Matrix<double> Matrix { get; }

        public int Width => Matrix.Rows;

        public void Apply(ReadOnlySpan<double> x, Span<double> y) => Dense.Multiply(Matrix, x, y);

        public double[] RightSide(int seed)
        {
            var b = new double[Width];
            new RandomSource(seed).FillNormal(b);
            return b;
        }
    }
}
