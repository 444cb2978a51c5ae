using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Assimilation.Smoothers;
using Sonde.Assimilation.Variational;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>LEVDA beside what is known of linear systems, beside other minimizers of the same costs, and beside the iterative ensemble smoother.</summary>
public sealed class LevdaTests
{
    private const int Many = 6000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_mean_is_the_Kalman_smoothers_on_linear_systems(bool modelError)
    {
        var problem = new LinearProblem(modelError: modelError);
        var (recorder, last) = problem.Twin.Run(new Levda(12, problem.Count));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        for (var k = 0; k < problem.Count; k++)
            Assert.InRange(problem.Difference(k, problem.Count - 1, recorder.Smoothed[k]).Mean, 0, 1e-9);
    }

    [Theory]
    [InlineData(false, 8, 8)]
    [InlineData(true, 8, 8)]
    [InlineData(false, 4, 2)]
    [InlineData(true, 4, 2)]
    public void Its_members_tend_to_the_Kalman_smoothers_posterior_as_they_become_many(bool modelError, int window, int stride)
    {
        var problem = new LinearProblem(modelError: modelError);
        var recorder = problem.Twin.Run(new Levda(2000, window, stride)).Recorder;
        for (var k = 0; k < problem.Count; k++)
        {
            var (mean, covariance) = problem.Difference(k, LastUse(problem.Count, window, stride, k), recorder.Smoothed[k]);
            Assert.InRange(mean, 0, 0.08);
            Assert.InRange(covariance, 0, 0.08);
        }
    }

    [Fact]
    public void Spread_is_exact_only_with_members_priors_and_perturbed_observations()
    {
        const double R = 0.5;
        Assert.InRange(ScalarSpread(new Levda(200, Prior: PriorCenter.Mean, PerturbObservations: false), R), 0, 1e-12);
        Assert.Equal(R / (1 + R), ScalarSpread(new Levda(200, PerturbObservations: false), R), 1e-12);
        Assert.Equal(Math.Sqrt(R / (1 + R)), ScalarSpread(new Levda(Many), R), 0.01);
        Assert.InRange(ScalarSpread(new Levda(Many, Prior: PriorCenter.Mean), R), 0.98 * Math.Sqrt(R) / (1 + R), 1.02 * Math.Sqrt(R) / (1 + R));
    }

    [Theory]
    [InlineData(true, "gauss-newton")]
    [InlineData(false, "gauss-newton")]
    [InlineData(true, "levenberg-marquardt")]
    [InlineData(true, "alone")]
    [InlineData(true, "l-bfgs")]
    [InlineData(true, "joint")]
    [InlineData(false, "joint")]
    [InlineData(true, "mean")]
    [InlineData(false, "mean")]
    public void Every_minimizer_ends_at_the_same_members(bool strong, string name)
    {
        const int Count = 2;                            // later the strong constraint leads different searches to different minima
        var twin = TwinProblem.Lorenz63(Count, seed: 3);
        var levda = new Levda(8, Count, ModelError: strong ? null : 0.3);
        var expected = twin.Run(levda with { Minimizer = new GaussNewton(60, 1e-10) }).Recorder;
        var other = twin.Run(name switch
        {
            "gauss-newton" => levda with { Minimizer = new GaussNewton(60, 1e-8), QuasiStatic = 1 },
            "levenberg-marquardt" => levda with { Minimizer = new LevenbergMarquardt(100, 1e-10) },
            "alone" => levda with { Minimizer = new GaussNewton(60, 1e-10, Inner: new DenseNormal(true)) },
            "l-bfgs" => levda with { Minimizer = new Lbfgs(500, 1e-9) },
            "joint" => levda with { Minimizer = new Lbfgs(2000, 1e-9), Joint = true },
            _ => levda with { Minimizer = new GaussNewton(400, 1e-9), Jacobian = JacobianPoint.Mean },
        }).Recorder;
        for (var k = 0; k < Count; k++)
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(expected.Smoothed[k].MeanState[i], other.Smoothed[k].MeanState[i], 1e-6);
            Assert.InRange(TensorPrimitives.Distance<double>(expected.Smoothed[k].Covariance!.Values, other.Smoothed[k].Covariance!.Values), 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Gradients_and_Hessians_are_those_of_differences_and_of_the_adjoint(int errors)
    {
        var (window, controls, targets) = Case(errors);
        var (members, p) = (controls.Rows, window.InputWidth);
        var (costs, gradients, hessians) = (new double[members], new Matrix<double>(members, p), new Matrix<double>(members * p, p));
        window.Linearize(controls, targets, costs, gradients, hessians);
        Assert.True(DerivativeTest.Of(window, controls, Direction(members, p), new RandomSource(2)).Passed);

        var at = new Linearization<double>(window, controls);
        var (departures, pulled) = (new Matrix<double>(at.Value), new Matrix<double>(members, p));
        TensorPrimitives.Subtract(departures.Values, targets.Values, departures.Values);
        at.Adjoint(departures, pulled);
        for (var i = 0; i < members; i++)
        {
            Assert.Equal(0.5 * TensorPrimitives.SumOfSquares<double>(departures[i]), costs[i], 1e-10 * costs[i]);
            Assert.InRange(TensorPrimitives.Distance<double>(pulled[i], gradients[i]) / TensorPrimitives.Norm<double>(pulled[i]), 0, 1e-11);
        }
        var pushed = new Matrix<double>(members, window.OutputWidth);
        var (one, other) = (Direction(members, p), new Matrix<double>(1, p));
        at.Tangent(one, pushed);
        for (var i = 0; i < members; i++)
        {
            Dense.Multiply<double>(one.All.Slice(i, 1), hessians.All.Slice(i * p, p), other);
            var square = TensorPrimitives.SumOfSquares<double>(pushed[i]);
            Assert.Equal(square, TensorPrimitives.Dot<double>(other[0], one[i]), 1e-10 * square);
        }
    }

    [Fact]
    public void It_follows_a_chaotic_system_as_the_iterative_ensemble_smoother_does()
    {
        var twin = TwinProblem.Lorenz63(300, seed: 8);
        var levda = twin.Run(new Levda(20, Inflation: 1.04)).Recorder;
        var iterative = twin.Run(new IterativeEnsembleSmoother(20, Inflation: 1.04, Form: IterativeForm.PerturbedObservations)).Recorder;
        Assert.InRange(twin.Error(levda.Analyses, 20) / twin.Error(iterative.Analyses, 20), 0.8, 1.2);
        Assert.InRange(twin.Error(levda.Analyses, 20), 0, 1);
        Assert.True(twin.Error(levda.Smoothed, 20) < twin.Error(levda.Analyses, 20));
    }

    [Fact]
    public void Members_that_show_one_another_where_costs_are_low_leave_wrong_minima()
    {
        const int Count = 10;                           // two and a half units at once: costs with many minima
        var (together, alone) = (0.0, 0.0);
        for (var seed = 1; seed <= 6; seed++)
        {
            var twin = TwinProblem.Lorenz63(Count, seed: seed);
            var levda = new Levda(16, Count, Iterations: 30);
            together += twin.Error(twin.Run(levda).Recorder.Smoothed, 0) / 6;
            alone += twin.Error(twin.Run(levda with { Exchange = false }).Recorder.Smoothed, 0) / 6;
        }
        Assert.InRange(together / alone, 0, 0.4);
    }

    [Fact]
    public void Members_beyond_the_components_are_the_same_problem_in_fewer_directions()
    {
        var members = new Matrix<double>(30, 4);
        new RandomSource(4).FillNormal(members.Values);
        for (var i = 0; i < 30; i++)
            (members[i, 1], members[i, 2]) = (1e6 * members[i, 1], 7);
        var subspace = EnsembleSubspace.Of(members)!;
        Assert.Equal(3, subspace.Rows.Rows);
        var found = new Matrix<double>(30, 4);
        Dense.Multiply<double>(subspace.Coordinates, subspace.Rows, found);
        Sonde.Assimilation.Moments.Shift(found, subspace.Mean);
        for (var i = 0; i < found.Values.Length; i++)
            Assert.Equal(members.Values[i], found.Values[i], 1e-11 * (1 + Math.Abs(members.Values[i])));
        var gram = new Matrix<double>(3, 3);
        Dense.GramTransposed<double>(subspace.Coordinates, gram);
        for (var i = 0; i < 9; i++)
            Assert.Equal(i % 4 == 0 ? 29 : 0, gram.Values[i], 1e-11);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-8)]
    public void Latent_4DVar_is_4DVar_with_a_factor_for_parameters_of_its_own(double factor)
    {
        var twin = TwinProblem.Lorenz63(2, seed: 3);
        var system = new AugmentedSystem(new Lorenz63(), [new("beta", 0.3, 2.4)]);
        var deviation = Math.Sqrt(2);
        GaussianPrior prior = new([1.5, -1.5, 25.5, 2.4], [deviation, deviation, deviation, 0.3]), known = new([1.5, -1.5, 25.5, 2.4], [deviation, deviation, deviation, 0.3 * Math.Sqrt(factor)]);
        var observations = twin.Observations.Select(one => new Sonde.Observing.Observation
        {
            Index = one.Index, At = one.At, Operator = new ComponentOperator(4, [0, 1, 2]), Values = one.Values, Error = one.Error, Points = one.Points,
        }).ToArray();
        GaussianBelief Found(IAssimilationMethod method, IPrior believed) => new TwinProblem
        {
            System = system, Grid = twin.Grid, Prior = believed, Observations = observations, Truth = twin.Truth,
        }.Run(method).Recorder.Analyses[1];
        var expected = Found(new FourDVar(StaticBackground.Prior, Window: 2, Tolerance: 1e-10, Iterations: 50), known);
        var found = Found(new LatentFourDVar(ParameterFactor: factor, Window: 2, Tolerance: 1e-10, Iterations: 50), prior);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(expected.MeanState[i], found.MeanState[i], 1e-6);
            Assert.Equal(expected.Covariance![i, i], found.Covariance![i, i], 1e-6);
        }
        Assert.Equal(factor < 1, Math.Abs(found.MeanState[3] - 2.4) < 1e-4);
    }

    [Fact]
    public void Members_that_have_become_the_same_are_carried_on()
    {
        var twin = TwinProblem.Lorenz63(4, seed: 3);
        var same = new TwinProblem { System = twin.System, Grid = twin.Grid, Prior = new GaussianPrior([1, 2, 25], [0, 0, 0]), Observations = twin.Observations, Truth = twin.Truth };
        var (recorder, last) = same.Run(new Levda(5, 2));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Assert.Equal(0, recorder.Analyses[3].Covariance![0, 0]);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        var twin = TwinProblem.Lorenz63(2, seed: 3);
        var problem = new AssimilationProblem(twin.System, twin.Grid, null, 0.25);
        Assert.Contains("l-bfgs", new Levda(8, Joint: true).Refuses(problem));
        Assert.Contains("gauss-newton", new Levda(8, Jacobian: JacobianPoint.Mean, Minimizer: new Lbfgs()).Refuses(problem));
        Assert.Contains("tangent", new Levda(8).Refuses(problem with { System = new WithoutTangent(twin.System) }));
        Assert.Throws<ArgumentException>(() => new Levda(1));
        Assert.Throws<ArgumentException>(() => new Levda(8, 2, 3));
        Assert.Throws<ArgumentException>(() => new Levda(8, AdditiveInflation: -1));
        Assert.Throws<ArgumentException>(() => new LatentFourDVar(0));
    }

    /// <summary>Which observation is the last one that the window sees in which time k is reported for the last time.</summary>
    private static int LastUse(int count, int window, int stride, int k)
    {
        for (var w = 0; ; w++)
        {
            var end = Math.Min((w + 1) * stride, count);
            var next = Math.Clamp((w + 2) * stride - window, 0, count);
            if (end == count || k < next - 1)
                return end - 1;
        }
    }

    /// <summary>The standard deviation of members that were N(0, 1) after one reading with an error variance.</summary>
    private static double ScalarSpread(Levda levda, double variance)
    {
        var twin = TwinProblem.Of(
            new LinearGaussianSystem(Matrix<double>.Identity(1)), 1, new ExactPrior([0], Matrix<double>.Identity(1)), 1, 1, _ => new IdentityOperator(1),
            _ => new DiagonalError(1, Math.Sqrt(variance)), seed: 6);
        var found = twin.Run(levda).Recorder.Analyses[0];
        Assert.Equal(twin.Observations[0].Values.Span[0] / (1 + variance), found.MeanState[0], 1e-12);
        return Math.Sqrt(found.Covariance![0, 0]);
    }

    private static (EnsembleWindow Window, Matrix<double> Controls, Matrix<double> Targets) Case(int errors)
    {
        var twin = TwinProblem.Lorenz63(3, seed: 9);
        var members = new Matrix<double>(6, 3);
        twin.Prior.Sample(members, new RandomSource(7));
        var subspace = EnsembleSubspace.Of(members)!;
        var roots = Enumerable.Range(0, 3).Select(k => Direction(errors, 3)).ToArray();
        var window = new EnsembleWindow((IDifferentiableSystem)twin.System, twin.Grid, default, twin.Observations, subspace, errors == 0 ? null : roots);
        var (controls, targets) = (new Matrix<double>(6, window.InputWidth), new Matrix<double>(6, window.OutputWidth));
        new RandomSource(8).FillNormal(controls.Values);
        new RandomSource(9).FillNormal(targets.Values);
        return (window, controls, targets);
    }

    private static Matrix<double> Direction(int rows, int width)
    {
        var direction = new Matrix<double>(rows, width);
        new RandomSource(10).FillNormal(direction.Values);
        TensorPrimitives.Multiply(direction.Values, 0.1, direction.Values);
        return direction;
    }
}
