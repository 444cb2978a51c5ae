using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Calculus.Minimization;

/// <summary>Every minimizer on the same bowl, valley, badly scaled quadratic and half line.</summary>
public sealed class MinimizerTests
{
    private static readonly Dictionary<string, ILeastSquaresMinimizer> Minimizers = new()
    {
        ["l-bfgs"] = new Lbfgs(1000),
        ["l-bfgs that searches closely"] = new Lbfgs(1000, Curvature: 0.1),
        ["l-bfgs that remembers one step"] = new Lbfgs(1000, Memory: 1),
        ["gauss-newton, lanczos"] = new GaussNewton(30),
        ["gauss-newton, conjugate gradients"] = new GaussNewton(30, Inner: new ConjugateGradient()),
        ["gauss-newton, dense"] = new GaussNewton(30, Inner: new DenseNormal()),
        ["gauss-newton, banded"] = new GaussNewton(30, Inner: new BandedNormal(4)),
        ["levenberg-marquardt"] = new LevenbergMarquardt(),
        ["levenberg-marquardt, scaled"] = new LevenbergMarquardt(Inner: new DenseNormal(true)),
        ["levenberg-marquardt, conjugate gradients"] = new LevenbergMarquardt(Inner: new ConjugateGradient()),
        ["levenberg-marquardt, lanczos"] = new LevenbergMarquardt(Inner: new Lanczos()),
        ["levenberg-marquardt, banded"] = new LevenbergMarquardt(Inner: new BandedNormal(4, true)),
    };

    public static TheoryData<string> Names => [.. Minimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bottom_of_a_bowl_is_found(string name)
    {
        var x = Minimum.Bowl.Start.ToArray();
        var outcome = WithTolerance(Minimizers[name], 1e-9).Minimize(Minimum.Bowl.Problem, x);
        Assert.Equal(StopReason.Converged, outcome.Stopped);
        Assert.InRange(Distance(x, Minimum.Bowl), 0, 1e-7);
        Assert.Equal(Minimum.Bowl.LeastCost, outcome.Cost, 1e-12);
        Assert.InRange(outcome.GradientNorm, 0, 1e-9 * outcome.GradientNormAtStart);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_end_of_a_curved_valley_is_found(string name)
    {
        var (outcome, x) = Run(name, Minimum.Valley);
        Assert.Equal(StopReason.Converged, outcome.Stopped);
        Assert.InRange(Distance(x, Minimum.Valley), 0, 1e-3);
        Assert.InRange(outcome.Cost, 0, 1e-7);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Curvatures_a_million_times_apart_are_no_hindrance(string name)
    {
        var (outcome, x) = Run(name, Minimum.BadlyScaled);
        Assert.Equal(StopReason.Converged, outcome.Stopped);
        Assert.InRange(outcome.Cost / outcome.Log[0].Cost, 0, 1e-6);
        Assert.InRange(Distance(x, Minimum.BadlyScaled), 0, 7);              // along the flattest axes the gradient is small from the start
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_region_without_a_cost_is_avoided(string name)
    {
        var (outcome, x) = Run(name, Minimum.HalfLine);
        Assert.Equal(StopReason.Converged, outcome.Stopped);
        Assert.Equal(Math.E, x[0], 1e-4);
        Assert.All(outcome.Log, step => Assert.True(double.IsFinite(step.Cost)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_start_without_a_cost_is_reported_and_left_where_it_is(string name)
    {
        double[] x = [-1];
        var outcome = Minimizers[name].Minimize(Minimum.HalfLine.Problem, x);
        Assert.Equal(StopReason.NotFinite, outcome.Stopped);
        Assert.Equal(0, outcome.Iterations);
        Assert.Equal(-1, x[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_start_at_the_minimum_is_left_where_it_is(string name)
    {
        double[] x = [1, 1];
        var outcome = Minimizers[name].Minimize(Minimum.Valley.Problem, x);
        Assert.Equal((StopReason.Converged, 0, 1), (outcome.Stopped, outcome.Iterations, outcome.Evaluations));
        Assert.Equal([1, 1], x);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_cost_falls_from_step_to_step_and_the_log_says_how(string name)
    {
        var outcome = Run(name, Minimum.Valley).Outcome;
        Assert.Equal(12.1, outcome.Log[0].Cost, 1e-12);
        Assert.Equal(0, outcome.Log[0].StepLength);
        for (var i = 1; i < outcome.Log.Count; i++)
        {
            Assert.True(outcome.Log[i].Cost < outcome.Log[i - 1].Cost);
            Assert.True(outcome.Log[i].StepLength > 0);
            Assert.True(outcome.Log[i].Evaluations > outcome.Log[i - 1].Evaluations);
        }
        Assert.Equal(outcome.Evaluations, outcome.Log[^1].Evaluations);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_start_gives_the_same_bits(string name) =>
        Assert.Equal(Run(name, Minimum.Valley).X, Run(name, Minimum.Valley).X);

    [Theory]
    [InlineData("l-bfgs")]
    [InlineData("gauss-newton, dense")]
    [InlineData("gauss-newton, banded")]
    [InlineData("levenberg-marquardt")]
    [InlineData("levenberg-marquardt, banded")]
    public void Steps_allocate_nothing(string name)
    {
        var (problem, x) = (Minimum.Valley.Problem, new double[2]);
        (long Bytes, int Iterations) Cost(double tolerance)
        {
            var (minimizer, iterations) = (WithTolerance(Minimizers[name], tolerance), 0);
            var bytes = Allocated.Bytes(() =>
            {
                Minimum.Valley.Start.CopyTo(x.AsSpan());
                iterations = minimizer.Minimize(problem, x).Iterations;
            });
            return (bytes, iterations);
        }

        var (few, many) = (Cost(0.5), Cost(1e-9));
        Assert.True(many.Iterations > few.Iterations);
        Assert.Equal(few.Bytes, many.Bytes);
    }

    [Fact]
    public void Curvatures_that_lie_far_apart_reward_a_close_line_search()
    {
        var (loose, close) = (Run("l-bfgs", Minimum.BadlyScaled).Outcome, Run("l-bfgs that searches closely", Minimum.BadlyScaled).Outcome);
        Assert.InRange(loose.Evaluations, 300, 900);
        Assert.InRange(close.Evaluations, 30, 80);
    }

    [Fact]
    public void Iterations_that_do_not_suffice_are_reported()
    {
        foreach (ILeastSquaresMinimizer minimizer in new ILeastSquaresMinimizer[] { new Lbfgs(3), new GaussNewton(1), new LevenbergMarquardt(3) })
            Assert.Equal(StopReason.IterationLimit, minimizer.Minimize(Minimum.Valley.Problem, Minimum.Valley.Start.ToArray()).Stopped);
    }

    [Fact]
    public void A_tolerance_below_rounding_ends_in_a_stall_at_the_minimum()
    {
        foreach (ILeastSquaresMinimizer minimizer in new ILeastSquaresMinimizer[] { new Lbfgs(500, 0, 0), new GaussNewton(50, 0, 0), new LevenbergMarquardt(500, 0, 0) })
        {
            var x = Minimum.Bowl.Start.ToArray();
            Assert.Equal(StopReason.Stalled, minimizer.Minimize(Minimum.Bowl.Problem, x).Stopped);
            Assert.InRange(Distance(x, Minimum.Bowl), 0, 1e-7);
        }
    }

    [Fact]
    public void A_gradient_that_points_the_wrong_way_fails_the_line_search()
    {
        double[] x = [3, 4];
        var outcome = new Lbfgs().Minimize(new WrongGradient(), x);
        Assert.Equal(StopReason.LineSearchFailed, outcome.Stopped);
        Assert.Equal([3, 4], x);
    }

    [Fact]
    public void A_point_with_no_cost_around_it_is_reported()
    {
        double[] x = [2];
        Assert.Equal(StopReason.NotFinite, new Lbfgs().Minimize(new Island(), x).Stopped);
        Assert.Equal(2, x[0]);
    }

    [Fact]
    public void A_whole_gauss_newton_step_into_nowhere_is_reported_and_not_taken()
    {
        double[] x = [10];
        var outcome = new GaussNewton(Halvings: 0).Minimize(Minimum.HalfLine.Problem, x);
        Assert.Equal(StopReason.NotFinite, outcome.Stopped);
        Assert.Equal(10, x[0]);
    }

    [Fact]
    public void Undetermined_controls_are_reported_where_they_cannot_be_solved_for()
    {
        var residual = Map.Of<double>(2, 1, x => x.Tape.Apply(Sonde.Calculus.Operations.RowSums<double>.Instance, x));
        double[] x = [1, 2];
        Assert.Equal(StopReason.NotPositiveDefinite, new GaussNewton(Inner: new DenseNormal()).Minimize(new(residual), x).Stopped);
        Assert.Equal(StopReason.Converged, new GaussNewton().Minimize(new(residual), x).Stopped);
        Assert.Equal(-1, x[0] - x[1], 1e-12);                                // only what is seen was changed
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Lbfgs(Memory: 0));
        Assert.Throws<ArgumentException>(() => new Lbfgs(SufficientDecrease: 0.95));
        Assert.Throws<ArgumentException>(() => new GaussNewton(-1));
        Assert.Throws<ArgumentException>(() => new LevenbergMarquardt(Damping: 0));
        Assert.Throws<ArgumentException>(() => new Lbfgs().Minimize(Minimum.Bowl.Problem, new double[3]));
        Assert.Throws<ArgumentException>(() => new GaussNewton().Minimize(Minimum.Bowl.Problem, new double[3]));
        Assert.Throws<ArgumentException>(() => new LevenbergMarquardt().Minimize(Minimum.Bowl.Problem, new double[3]));
    }

    private static (Sonde.Calculus.Minimization.Minimization Outcome, double[] X) Run(string name, Minimum minimum)
    {
        var x = minimum.Start.ToArray();
        return (Minimizers[name].Minimize(minimum.Problem, x), x);
    }

    private static ILeastSquaresMinimizer WithTolerance(ILeastSquaresMinimizer minimizer, double tolerance) => minimizer switch
    {
        Lbfgs one => one with { Tolerance = tolerance },
        GaussNewton one => one with { Tolerance = tolerance },
        LevenbergMarquardt one => one with { Tolerance = tolerance },
        _ => throw new NotSupportedException(),
    };

    private static double Distance(double[] x, Minimum minimum) => Math.Sqrt(x.Zip(minimum.At, (a, b) => (a - b) * (a - b)).Sum());

    private sealed class WrongGradient : IObjective
    {
        public int Width => 2;

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            (gradient[0], gradient[1]) = (-x[0], -x[1]);
            return 0.5 * (x[0] * x[0] + x[1] * x[1]);
        }
    }

    private sealed class Island : IObjective
    {
        public int Width => 1;

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = 1;
            return x[0] == 2 ? 0 : double.NaN;
        }
    }
}
