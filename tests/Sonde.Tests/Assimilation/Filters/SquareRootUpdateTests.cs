using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Filters;

/// <summary>Updates that must give the Kalman filter's mean and covariance, of whatever shape the problem is.</summary>
public sealed class SquareRootUpdateTests
{
    private const double Tolerance = 1e-10;     // of variances up to 10 and values up to 20

    private static readonly Localization Everywhere = new(1e6, TaperShape.Step);

    private static readonly (int Members, int Width, int Observed)[] Shapes =
        [(10, 6, 4), (5, 8, 12), (30, 6, 3), (3, 6, 1), (2, 4, 3), (12, 6, 12), (40, 3, 2), (20, 50, 60)];

    public static TheoryData<int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, bool>();
            for (var shape = 0; shape < Shapes.Length; shape++)
            {
                cases.Add(shape, false);
                cases.Add(shape, true);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_transform_filter_gives_the_Kalman_mean_and_covariance(int shape, bool correlated) => AssertKalman(new Etkf(), shape, correlated);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_local_transform_filter_with_weights_of_one_does_too(int shape, bool correlated) => AssertKalman(new Letkf(Everywhere), shape, correlated);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Serial_assimilation_does_too_in_any_order(int shape, bool correlated)
    {
        foreach (var order in Enum.GetValues<ObservationOrder>())
            AssertKalman(new SerialEnkf(Order: order), shape, correlated);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Local_serial_assimilation_with_weights_of_one_does_too(int shape, bool correlated) =>
        AssertKalman(new SerialEnkf(Everywhere), shape, correlated);

    [Theory]
    [InlineData(8, 6, 4)]
    [InlineData(30, 6, 9)]
    public void Second_order_exact_perturbations_do_too_where_there_is_a_direction_to_spare(int members, int width, int observed)
    {
        var problem = new GaussianUpdate(members, width, observed);
        AssertKalman(problem, new SerialEnkf(Scheme: SerialScheme.SecondOrderExact));
    }

    [Fact]
    public void Local_transforms_with_weights_of_one_are_the_global_transform()
    {
        foreach (var (members, width, observed) in Shapes)
        {
            var problem = new GaussianUpdate(members, width, observed);
            Assert.InRange(GaussianUpdate.Difference(problem.Apply(new Etkf()), problem.Apply(new Letkf(Everywhere))), 0, 1e-12 * 60);
        }
    }

    [Fact]
    public void Serial_assimilation_in_two_phases_is_that_in_ensemble_space()
    {
        foreach (var (members, width, observed) in Shapes)
        {
            var problem = new GaussianUpdate(members, width, observed);
            var global = problem.Apply(new SerialEnkf(Order: ObservationOrder.AsGiven));
            var local = problem.Apply(new SerialEnkf(Everywhere, Order: ObservationOrder.AsGiven));
            Assert.InRange(GaussianUpdate.Difference(global, local), 0, 1e-12 * 60);
        }
    }

    [Fact]
    public void Every_update_reports_the_same_degrees_of_freedom()
    {
        foreach (var correlated in new[] { false, true })
            foreach (var (members, width, observed) in Shapes)
            {
                var problem = new GaussianUpdate(members, width, observed, correlated);
                var expected = (problem.H * problem.Gain).Trace();
                foreach (IEnsembleUpdate update in new IEnsembleUpdate[]
                    { new Etkf(), new Denkf(), new StochasticEnkf(), new SerialEnkf(), new SerialEnkf(Everywhere), new Letkf(Everywhere) })
                {
                    problem.Apply(update);
                    Assert.Equal(expected, problem.Recorder.Diagnostics[(0, Diagnostic.DegreesOfFreedom)], 1e-10);
                }
            }
    }

    [Fact]
    public void An_ensemble_without_spread_stays_as_it_is()
    {
        var problem = new GaussianUpdate(6, 5, 7);
        for (var n = 1; n < 6; n++)
            problem.Forecast[0].CopyTo(problem.Forecast[n]);
        foreach (IEnsembleUpdate update in new IEnsembleUpdate[]
            { new Etkf(), new EnkfN(), new Denkf(), new StochasticEnkf(), new SerialEnkf(), new SerialEnkf(new Localization(1)), new Letkf(new Localization(1)), new Letkf(new Localization(1), 1) })
            Assert.InRange(GaussianUpdate.Difference(problem.Forecast, problem.Apply(update)), 0, 1e-12);
    }

    private static void AssertKalman(IEnsembleUpdate update, int shape, bool correlated) =>
        AssertKalman(new GaussianUpdate(Shapes[shape].Members, Shapes[shape].Width, Shapes[shape].Observed, correlated, 100 + shape), update);

    private static void AssertKalman(GaussianUpdate problem, IEnsembleUpdate update)
    {
        var (mean, covariance) = GaussianUpdate.Moments(problem.Apply(update));
        Assert.InRange((mean - problem.Mean).AbsoluteMaximum(), 0, Tolerance);
        Assert.InRange(GaussianUpdate.Difference(covariance, problem.Covariance), 0, Tolerance * problem.ForecastCovariance.Enumerate().Max());
    }
}
