using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Calculus.Operations;
using Sonde.Numerics;
using Sonde.Tests.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Calculus.Minimization;

public sealed class LeastSquaresTests
{
    [Fact]
    public void The_gradient_is_the_limit_of_differences()
    {
        var problem = new LeastSquares(Minimum.Valley.Residual, 0.5);
        double[] x = [0.3, -0.7], gradient = new double[2];
        var cost = problem.Evaluate(x, gradient);
        Assert.Equal(cost, problem.Evaluate(x));
        Assert.Equal(0.5 * (100 * Math.Pow(-0.7 - 0.09, 2) + 0.49) + 0.25 * (0.09 + 0.49), cost, 1e-12);
        for (var i = 0; i < 2; i++)
        {
            double[] up = [.. x], down = [.. x];
            (up[i], down[i]) = (x[i] + 1e-5, x[i] - 1e-5);
            Assert.Equal((problem.Evaluate(up) - problem.Evaluate(down)) / 2e-5, gradient[i], 1e-6);
        }
    }

    [Fact]
    public void The_hessian_is_its_products_whichever_way_it_is_made()
    {
        foreach (var (controls, residuals) in new[] { (3, 8), (8, 3), (5, 5), (1, 1) })
        {
            var weights = DenseCases.Random<double>(new RandomSource(controls), residuals, controls);
            var problem = new LeastSquares(Map.Of<double>(controls, residuals, x => x.Dense(x.Tape.Constant(weights)).Apply(Activation.Tanh)), 0.25);
            double[] x = [.. Enumerable.Range(0, controls).Select(i => 0.1 * i)], gradient = new double[controls], product = new double[controls];
            problem.Evaluate(x, gradient);
            Matrix<double> hessian = new(controls, controls), band = new(controls, controls + 2);
            problem.Hessian(hessian);
            problem.HessianBand(band);
            Assert.InRange(DenseCases.Difference(Bands.Symmetric(band), hessian), 0, 1e-13);
            for (var j = 0; j < controls; j++)
            {
                var unit = Matrix<double>.Identity(controls)[j].ToArray();
                problem.HessianProduct(unit, product);
                Assert.Equal(hessian[j, j], problem.Curvature(unit), 1e-13);
                for (var i = 0; i < controls; i++)
                    Assert.Equal(hessian[i, j], product[i], 1e-13);
            }
        }
    }

    [Fact]
    public void A_band_takes_as_many_products_whatever_the_length()
    {
        var problem = Walk(200);
        problem.Evaluate(new double[200], new double[200]);
        Matrix<double> hessian = new(200, 200), band = new(200, 2);
        problem.Hessian(hessian);
        problem.HessianBand(band);
        Assert.InRange(DenseCases.Difference(Bands.Symmetric(band), hessian), 0, 1e-11);
    }

    [Fact]
    public void Every_solver_gives_the_same_inverse_hessian()
    {
        var (problem, x, n) = (Walk(40), new double[40], 40);
        new GaussNewton().Minimize(problem, x);
        Matrix<double> hessian = new(n, n), expected = new(n, n);
        problem.Evaluate(x, new double[n]);
        problem.Hessian(hessian);
        Cholesky.Factor<double>(hessian);
        Cholesky.Inverse<double>(hessian, expected);
        foreach (INormalSolver solver in new INormalSolver[] { new DenseNormal(), new BandedNormal(1), new BlockTridiagonalNormal(1), new BlockTridiagonalNormal(4), new Lanczos(60) })
        {
            var inverse = InverseHessian.At(problem, x, solver, new RandomSource(3))!;
            var (variances, product, roots, colored) = (new double[n], new double[n], Matrix<double>.Identity(n), new Matrix<double>(n, n));
            inverse.Variances(variances);
            for (var i = 0; i < n; i++)
            {
                inverse.Apply(Matrix<double>.Identity(n)[i], product);
                inverse.Color(roots[i]);
                Assert.Equal(expected[i, i], variances[i], 1e-10);
                for (var j = 0; j < n; j++)
                    Assert.Equal(expected[i, j], product[j], 1e-10);
            }
            Dense.GramTransposed<double>(roots, colored);
            Assert.InRange(DenseCases.Difference(colored, expected), 0, 1e-10);
        }
        Assert.Null(InverseHessian.At(problem, x, new ConjugateGradient(), new RandomSource(3)));
    }

    [Fact]
    public void Outer_loops_inherit_eigenvectors_and_need_fewer_inner_iterations()
    {
        var (plain, helped) = (Outer(0), Outer(20));
        Assert.Equal((StopReason.Converged, StopReason.Converged), (plain.Stopped, helped.Stopped));
        Assert.Equal(plain.Iterations, helped.Iterations);
        Assert.Equal(4, plain.Iterations);
        Assert.InRange(plain.InnerIterations, 185, 200);
        Assert.InRange(helped.InnerIterations, 140, 155);
    }

    [Fact]
    public void Evaluations_and_products_allocate_nothing()
    {
        var (problem, x, gradient, band) = (Walk(50), new double[50], new double[50], new Matrix<double>(50, 2));
        Assert.Equal(0, Allocated.Bytes(() =>
        {
            problem.Evaluate(x, gradient);
            problem.Evaluate(x);
            problem.HessianProduct(gradient, x);
            problem.HessianBand(band);
        }));
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LeastSquares(Minimum.Bowl.Residual, -1));
        Assert.Throws<ArgumentException>(() => Minimum.Bowl.Problem.Evaluate(new double[4]));
        Assert.Throws<InvalidOperationException>(() => Minimum.Bowl.Problem.HessianProduct(new double[5], new double[5]));
        Assert.Throws<ArgumentException>(() => new BandedNormal(-1));
        Assert.Throws<ArgumentException>(() => new BlockTridiagonalNormal(3).For(Minimum.Bowl.Problem));
    }

    private static Sonde.Calculus.Minimization.Minimization Outer(int kept) =>
        new GaussNewton(10, Inner: new Lanczos(100, 1e-4, kept)).Minimize(Walk(120), new double[120]);

    /// <summary>A walk xₜ₊₁ = xₜ + 2 sin xₜ with model error, every state seen with an error of 0.02 to 0.5; white under the prior.</summary>
    private static LeastSquares Walk(int length)
    {
        var observed = new Matrix<double>(1, length);
        var weights = new Matrix<double>(1, length);
        for (var t = 0; t < length; t++)
            (observed.Values[t], weights.Values[t]) = (Math.Sin(0.1 * t), 2 * Math.Pow(25, (t * 7 % length) / (double)length));
        var (earlier, later) = (Gather<double>.Range(0, length - 1), Gather<double>.Range(1, length - 1));
        return new(Map.Of<double>(length, 2 * length - 1, x =>
        {
            var (before, after) = (x.Tape.Apply(earlier, x), x.Tape.Apply(later, x));
            return (after - before - 2.0 * before.Apply(Activation.Sine)).Beside((x - x.Tape.Constant(observed)) * x.Tape.Constant(weights));
        }), 1);
    }
}
