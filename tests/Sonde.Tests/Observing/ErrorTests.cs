using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;

namespace Sonde.Tests.Observing;

public sealed class ErrorTests
{
    [Fact]
    public void A_singular_covariance_is_refused_with_its_pivot()
    {
        var covariance = Matrix(3, 1, 0, 0.5, 0, 1, 0.5, 0.5, 0.5, 0.5);
        Assert.Contains("pivot 2", Assert.Throws<ArgumentException>(() => new CorrelatedError(covariance)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_in_twice_is_refused()
    {
        var error = CorrelatedError.From([1, 2, 3], (i, j) => 0.5);
        Assert.Contains("pivot 3", Assert.Throws<ArgumentException>(() => error.Select([0, 1, 2, 1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pivot 1", 1, 2, 2, 1)]
    [InlineData("pivot 0", -1, 0, 0, 1)]
    [InlineData("symmetric", 1, 0.5, 0.4, 1)]
    [InlineData("finite", 1, double.NaN, double.NaN, 1)]
    public void What_is_no_covariance_is_refused(string word, double a, double b, double c, double d) =>
        Assert.Contains(word, Assert.Throws<ArgumentException>(() => new CorrelatedError(Matrix(2, a, b, c, d))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_standard_deviation_must_be_a_finite_number_above_0(double deviation) =>
        Assert.Contains("Standard deviation 1", Assert.Throws<ArgumentException>(() => new DiagonalError([1, deviation])).Message, StringComparison.Ordinal);

    /// <summary>The bivariate normal density in closed form: ln p = −½ (x² − 2ρxy + y²)/(1 − ρ²) − ½ ln(1 − ρ²) − ln 2π for σ = 1.</summary>
    [Fact]
    public void The_density_of_two_correlated_values_is_the_bivariate_normal_one()
    {
        const double Rho = 0.6;
        var error = CorrelatedError.From([1, 1], (_, _) => Rho);
        var result = new double[1];
        error.LogDensity(new Batch<double>([0.3, -1.2]), result);
        var q = (0.09 + 2 * Rho * 0.36 + 1.44) / (1 - Rho * Rho);
        Assert.Equal(-0.5 * q - 0.5 * Math.Log(1 - Rho * Rho) - Math.Log(2 * Math.PI), result[0], 1e-14);
    }

    /// <summary>t with 3 degrees of freedom: p(t) = 2 / (π √3 (1 + t²/3)²), variance 3.</summary>
    [Fact]
    public void The_density_of_Students_t_is_the_closed_form()
    {
        var error = new StudentError([Math.Sqrt(3)], 3);
        var result = new double[1];
        error.LogDensity(new Batch<double>([0.7]), result);
        Assert.Equal(Math.Log(2 / (Math.PI * Math.Sqrt(3) * Math.Pow(1 + 0.49 / 3, 2))), result[0], 1e-14);
    }

    [Fact]
    public void Laplace_errors_beyond_3_deviations_are_as_many_as_they_should_be()
    {
        var rows = new Matrix<double>(200_000, 1);
        new LaplaceError([2]).Sample(rows, new RandomSource(1));
        var beyond = rows.Values.ToArray().Count(value => Math.Abs(value) > 6);
        Assert.Equal(Math.Exp(-3 * Math.Sqrt(2)), beyond / 200_000.0, 5e-4);         // 0.0144
    }

    [Fact]
    public void Student_errors_need_a_variance() =>
        Assert.Throws<ArgumentException>(() => new StudentError([1], 2));

    [Theory]
    [InlineData(CorrelationShape.Exponential, 0.6065306597126334)]
    [InlineData(CorrelationShape.Matern32, 0.7848876539574506)]
    [InlineData(CorrelationShape.Matern52, 0.8286491424181253)]
    [InlineData(CorrelationShape.Gaussian, 0.8824969025845955)]
    [InlineData(CorrelationShape.GaspariCohn, 0.6848958333333333)]
    public void Correlations_at_half_a_length(CorrelationShape shape, double expected)
    {
        var correlation = new SpatialCorrelation(4, shape);
        Assert.Equal(expected, correlation.At(-2), 1e-14);
        Assert.Equal(1, correlation.At(0));
        var model = new ErrorModel(Correlation: correlation, CorrelatedShare: 0.75);
        var covariance = ErrorLaws.Covariance(model.Resolve([new SpacePoint(0), new SpacePoint(2)], [0, 0], [], [], new Line()));
        Assert.Equal(1, covariance[0, 0]);
        Assert.Equal(0.75 * expected, covariance[0, 1], 1e-14);
    }

    [Fact]
    public void Gaspari_Cohn_at_one_and_a_half_half_widths_is_19_over_1152() =>
        Assert.Equal(19.0 / 1152, new SpatialCorrelation(2, CorrelationShape.GaspariCohn).At(3), 1e-15);

    [Fact]
    public void An_error_relative_to_deviations_is_their_share()
    {
        var error = Resolve(new ErrorModel(Relative: 0.1), 3, [], [5, 5, 7]);
        Assert.Equal([0.5, 0.5, 0.7], error.StandardDeviations.ToArray().Select(d => Math.Round(d, 12)));
    }

    [Fact]
    public void An_error_relative_to_values_has_a_floor()
    {
        var error = Resolve(new ErrorModel(Relative: 0.5, Of: ErrorReference.Value, Floor: 0.2), 3, [-4, 0, 0.1], []);
        Assert.Equal([2.0, 0.2, 0.2], error.StandardDeviations.ToArray());
    }

    [Fact]
    public void Correlations_hold_within_a_quantity_and_not_across()
    {
        var model = new ErrorModel(Sd: 2, Autoregressive: 0.5);
        SpacePoint?[] points = [null, null, null, null];
        var covariance = ErrorLaws.Covariance(model.Resolve(points, [0, 0, 0, 1], [], [], new Line()));
        Assert.Equal([4.0, 2, 1, 0], covariance[0].ToArray().Select(c => Math.Round(c, 12)));
        Assert.Equal([0.0, 0, 0, 4], covariance[3].ToArray().Select(c => Math.Round(c, 12)));
    }

    [Fact]
    public void Correlations_in_space_follow_the_space()
    {
        var model = new ErrorModel(Sd: 1, Correlation: new SpatialCorrelation(2, CorrelationShape.Exponential));
        SpacePoint?[] points = [new SpacePoint(0.5), new SpacePoint(9.5)];
        var covariance = ErrorLaws.Covariance(model.Resolve(points, [0, 0], [], [], new Line(10)));
        Assert.Equal(Math.Exp(-0.5), covariance[0, 1], 1e-15);                       // 1 apart around the ring of 10
    }

    [Fact]
    public void Contradictions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ErrorModel(Sd: 1, Relative: 0.1).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(Sd: 0).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(Relative: -0.1).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(Floor: -1).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(Correlation: new SpatialCorrelation(1), Autoregressive: 0.5).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(Distribution: ErrorFamily.Laplace, Correlation: new SpatialCorrelation(1)).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(Autoregressive: 1).Check());
        Assert.Throws<ArgumentException>(() => new ErrorModel(CorrelatedShare: 0).Check());
        Assert.Throws<ArgumentException>(() => Resolve(new ErrorModel(Relative: 0.1), 1, [], [0]));
        Assert.Throws<ArgumentException>(() => Resolve(new ErrorModel(Correlation: new SpatialCorrelation(1)), 2, [], []));
    }

    private static IObservationError Resolve(ErrorModel model, int count, double[] values, double[] deviations) =>
        model.Resolve(new SpacePoint?[count], new int[count], values, deviations, new Line());

    private static Matrix<double> Matrix(int size, params double[] values)
    {
        var matrix = new Matrix<double>(size, size);
        values.CopyTo(matrix.Values);
        return matrix;
    }
}
