using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Filters;

public sealed class FiniteSizeTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(1, 30.0)]
    [InlineData(2, 100.0)]
    public void The_inflation_found_is_where_the_dual_cost_is_least(double certainty, double surprise)
    {
        var (squares, projections) = Spectrum(12, surprise);
        var (e, c) = FiniteSize.Coefficients(squares, 12, certainty);
        var found = FiniteSize.Inflation(squares, projections, 12, certainty);
        Assert.InRange(Math.Abs(FiniteSize.Derivatives(squares, projections, 12, e, c, found).Slope), 0, 1e-8);
        for (var x = 0.05; x < 30; x *= 1.01)
            Assert.True(Cost(squares, projections, 12, e, c, x) >= Cost(squares, projections, 12, e, c, found) - 1e-12, $"{x} is better than {found}");
    }

    [Fact]
    public void Derivatives_are_the_limits_of_differences()
    {
        var (squares, projections) = Spectrum(7, 3);
        const double H = 1e-5;
        var (slope, curvature) = FiniteSize.Derivatives(squares, projections, 7, 1.1, 1.3, 0.8);
        Assert.Equal((Cost(squares, projections, 7, 1.1, 1.3, 0.8 + H) - Cost(squares, projections, 7, 1.1, 1.3, 0.8 - H)) / (2 * H), slope, 1e-7);
        Assert.Equal(
            (FiniteSize.Derivatives(squares, projections, 7, 1.1, 1.3, 0.8 + H).Slope - FiniteSize.Derivatives(squares, projections, 7, 1.1, 1.3, 0.8 - H).Slope) / (2 * H),
            curvature, 1e-6);
    }

    [Fact]
    public void Without_information_nothing_is_inflated()
    {
        double[] none = new double[9];
        Assert.Equal(1, FiniteSize.Inflation(none, none, 9, 1), 1e-9);
        Assert.Equal(1, FiniteSize.Inflation([], [], 9, 3), 1e-9);
    }

    [Fact]
    public void Larger_innovations_ask_for_more_inflation_and_certainty_for_less()
    {
        var (squares, small) = Spectrum(12, 1);
        var (_, large) = Spectrum(12, 100);
        Assert.True(FiniteSize.Inflation(squares, large, 12, 1) > FiniteSize.Inflation(squares, small, 12, 1));
        Assert.True(FiniteSize.Inflation(squares, large, 12, 5) < FiniteSize.Inflation(squares, large, 12, 1));
        Assert.True(FiniteSize.Inflation(squares, large, 12, 1e6) is > 0.999 and < 1.01);
    }

    [Theory]
    [InlineData(10, 6, 14)]
    [InlineData(20, 6, 4)]
    public void The_finite_size_filter_is_the_transform_filter_of_the_inflated_ensemble(int members, int width, int observed)
    {
        var problem = new GaussianUpdate(members, width, observed);
        var expected = problem.Apply(new EnkfN());
        var inflation = problem.Recorder.Diagnostics[(0, Diagnostic.Inflation)];
        Assert.True(Math.Abs(inflation - 1) > 1e-3);
        EnsembleTransform.Scale(problem.Forecast, inflation, Workers.One);
        Assert.InRange(GaussianUpdate.Difference(expected, problem.Apply(new Etkf())), 0, 1e-10);
        var local = new GaussianUpdate(members, width, observed).Apply(new Letkf(new Sonde.Assimilation.Localization(1e6, Sonde.Assimilation.TaperShape.Step), 1));
        Assert.InRange(GaussianUpdate.Difference(expected, local), 0, 1e-10);
    }

    private static double Cost(double[] squares, double[] projections, int size, double e, double c, double x)
    {
        var cost = e / (x * x) + c * Math.Log(x * x);
        for (var i = 0; i < squares.Length; i++)
            if (squares[i] > 0)
                cost += projections[i] / squares[i] / (x * x * squares[i] + size - 1);
        return cost;
    }

    private static (double[] Squares, double[] Projections) Spectrum(int size, double surprise)
    {
        var random = new RandomSource(5);
        var (squares, projections) = (new double[size], new double[size]);
        for (var i = 1; i < size; i++)
        {
            squares[i] = 20.0 / i;
            projections[i] = squares[i] * surprise * Math.Pow(random.NextNormal(), 2);
        }
        return (squares, projections);
    }
}
