using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>4D-Var where neither B nor the Hessian can be a matrix.</summary>
public sealed class LargeFourDVarTests
{
    [Fact]
    public void Leading_eigenvectors_give_the_dense_posterior_where_there_are_enough()
    {
        var linear = new LinearProblem(modelError: false).Twin;
        var moments = linear.Prior.Moments();
        var root = new DenseRoot(VariationalBackground.RootOf(moments.Covariance!));
        var map = new ControlMap(moments.MeanState, root, new WindowMap((IDifferentiableSystem)linear.System, linear.Grid, default, linear.Observations));
        var (problem, random) = (new LeastSquares(map, 1), new RandomSource(4));
        var found = (SpectralPreconditioner)InverseHessian.At(problem, new double[5], new Lanczos(5), random)!;
        var exact = InverseHessian.At(problem, new double[5], new DenseNormal(), random)!;
        var controls = Matrix<double>.Identity(5);
        for (var i = 0; i < 5; i++)
            exact.Color(controls[i]);
        var rows = new Matrix<double>(5, 5);
        root.Place(controls, rows);
        var (dense, reduced) = (new RowsCovariance(rows), new ReducedCovariance(root, found.Pairs));
        AssertClose(dense.Variances(), reduced.Variances());
        var sums = new Matrix<double>(7, 5);
        random.FillNormal(sums.Values);
        var (expected, actual) = (new double[7], new double[7]);
        dense.VariancesOf(sums, expected);
        reduced.VariancesOf(sums, actual);
        AssertClose(expected, actual);

        static void AssertClose(double[] expected, double[] actual)
        {
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-10);
        }
    }

    [Theory]
    [InlineData("lanczos")]
    [InlineData("conjugate-gradient")]
    [InlineData("l-bfgs")]
    public void Error_bars_of_a_large_state_are_those_of_its_observations(string minimizer)
    {
        const int Sites = 600;
        const double Prior = 0.5, Noise = 0.8;
        int[] observed = [.. Enumerable.Range(0, 30).Select(i => 20 * i)];
        var twin = TwinProblem.Of(
            new LinearAdvection(Sites), 1, new GaussianPrior(new double[Sites], [.. Enumerable.Repeat(Prior, Sites)]), 1, 4,
            _ => new ComponentOperator(Sites, observed), _ => new DiagonalError(observed.Length, Noise), 7);
        var method = new FourDVar(StaticBackground.Prior, Window: 4, Minimizer: Minimizers.Named(minimizer), Posterior: new Lanczos(300));
        var (recorder, last) = twin.Run(method);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        var updated = Prior * Prior * Noise * Noise / (Prior * Prior + Noise * Noise);
        for (var k = 0; k < 4; k++)
        {
            var variance = new double[Sites];
            recorder.Smoothed[k].Variance(variance);
            var (seen, unseen) = (0.0, 0.0);
            for (var i = 0; i < Sites; i++)
            {
                var start = ((i - k - 1) % 20 + 20) % 20;                // where what is here was at the start, from a site that is read
                var isSeen = start is >= 16 and <= 19;                   // it passes a reading in one of four steps
                _ = isSeen ? seen += variance[i] : unseen += variance[i];
                if (isSeen)
                    continue;
                Assert.Equal(0, recorder.Smoothed[k].MeanState[i], 1e-8);
            }
            Assert.Equal(updated, seen / 120, 0.03 * updated);
            Assert.Equal(Prior * Prior, unseen / 480, 0.03 * Prior * Prior);
        }
    }

    [Fact]
    public void Two_thousand_variables_are_analysed()
    {
        const int Sites = 2000;
        var system = new RungeKuttaSystem(new Lorenz96(Sites));
        var start = new Matrix<double>(1, Sites);
        new RandomSource(5).FillNormal(start[0]);
        system.Advance(start, 0, 0.05, 200, 0, new RandomSource(0));
        var twin = TwinProblem.Of(
            system, 0.05, new GaussianPrior(start[0].ToArray(), [.. Enumerable.Repeat(0.5, Sites)]), 4, 3,
            _ => new IdentityOperator(Sites), _ => new DiagonalError(Sites, 1), 7);
        var (recorder, last) = twin.Run(new FourDVar(StaticBackground.Identity, 0.06, Window: 2, Stride: 1, Iterations: 20));
        Assert.True(last.Status == AnalysisStatus.Sound, last.Reason);
        var error = twin.Error(recorder.Analyses);
        var variance = new double[Sites];
        recorder.Analyses[2].Variance(variance);
        var spread = Math.Sqrt(TensorPrimitives.Average<double>(variance));
        Assert.InRange(error, 0.3, 0.55);
        Assert.InRange(spread / error, 0.8, 1.4);
    }
}
