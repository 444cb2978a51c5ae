using System.Numerics.Tensors;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Observing;

/// <summary>Every error obeys the same laws; one missing from the list fails the first test.</summary>
public sealed class ErrorLaws
{
    private static readonly Dictionary<string, IObservationError> Errors = List();

    public static TheoryData<string> Names => [.. Errors.Keys];

    [Fact]
    public void Every_error_of_the_library_is_in_the_list()
    {
        var listed = Errors.Values.Select(error => error.GetType()).ToHashSet();
        var missing = typeof(IObservationError).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsVisible: true } && type.IsAssignableTo(typeof(IObservationError)) && !listed.Contains(type));
        Assert.Equal([], missing);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whitened_samples_have_mean_0_and_covariance_I(string name)
    {
        var error = Errors[name];
        const int Samples = 40_000;
        var rows = new Matrix<double>(Samples, error.Width);
        error.Sample(rows, new RandomSource(7).Fork(name));
        error.Whiten(rows);
        var covariance = new Matrix<double>(error.Width, error.Width);
        Dense.MultiplyTransposedLeft(1.0 / Samples, rows, rows, 0, covariance.All);
        for (var i = 0; i < error.Width; i++)
        {
            var mean = 0.0;
            for (var row = 0; row < Samples; row++)
                mean += rows[row, i] / Samples;
            Assert.Equal(0, mean, 4.5 / Math.Sqrt(Samples));
            for (var j = 0; j < error.Width; j++)
                Assert.Equal(i == j ? 1 : 0, covariance[i, j], i == j ? 0.05 : 4.5 / Math.Sqrt(Samples));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whitening_has_its_transpose(string name)
    {
        var error = Errors[name];
        var (a, b) = (Rows(1, error.Width), new Matrix<double>(1, error.Width));
        new RandomSource(5).FillNormal(b.Values);
        var (whitened, transposed) = (a.Copy(), b.Copy());
        error.Whiten(whitened);
        error.WhitenTransposed(transposed);
        var (left, right) = (TensorPrimitives.Dot<double>(whitened.Values, b.Values), TensorPrimitives.Dot<double>(a.Values, transposed.Values));
        Assert.Equal(left, right, 1e-12 * (1 + Math.Abs(left)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Coloring_inverts_whitening(string name)
    {
        var error = Errors[name];
        var rows = Rows(5, error.Width);
        var back = rows.Copy();
        error.Whiten(back);
        Assert.NotEqual(rows.Values.ToArray(), back.Values.ToArray());
        error.Color(back);
        for (var i = 0; i < rows.Values.Length; i++)
            Assert.Equal(rows.Values[i], back.Values[i], 1e-13);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_covariance_is_what_coloring_makes_of_I(string name)
    {
        var error = Errors[name];
        var colored = Matrix<double>.Identity(error.Width);
        error.Color(colored);
        var product = new Matrix<double>(error.Width, error.Width);
        Dense.MultiplyTransposedLeft(1, colored, colored, 0, product.All);
        var covariance = Covariance(error);
        for (var i = 0; i < error.Width; i++)
        {
            Assert.Equal(error.StandardDeviations[i], Math.Sqrt(covariance[i, i]), 1e-14);
            for (var j = 0; j < error.Width; j++)
            {
                Assert.Equal(product[i, j], covariance[i, j], 1e-13);
                Assert.True(i == j || !error.IsDiagonal || covariance[i, j] == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_covariance_is_added_to_what_is_there(string name)
    {
        var error = Errors[name];
        var twice = Covariance(error);
        error.AddCovariance(twice.All);
        Assert.Equal(Covariance(error).Values.ToArray().Select(value => 2 * value), twice.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_selection_is_the_marginal(string name)
    {
        var error = Errors[name];
        int[] chosen = [4, 0, 2, 5];
        var few = error.Select(chosen);
        var (all, some) = (Covariance(error), Covariance(few));
        for (var i = 0; i < chosen.Length; i++)
        {
            Assert.Equal(error.StandardDeviations[chosen[i]], few.StandardDeviations[i], 1e-15);
            for (var j = 0; j < chosen.Length; j++)
                Assert.Equal(all[chosen[i], chosen[j]], some[i, j], 1e-15);
        }
        Assert.Equal(0, error.Select([]).Width);
    }

    /// <summary>By trapezoids over the marginal of one value.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_density_of_one_value_integrates_to_1_and_has_its_variance(string name)
    {
        var one = Errors[name].Select([2]);
        const int Points = 400_001;
        const double Reach = 400;
        var grid = new Matrix<double>(Points, 1);
        var step = 2 * Reach / (Points - 1);
        for (var i = 0; i < Points; i++)
            grid[i, 0] = (i - Points / 2) * step;
        var log = new double[Points];
        one.LogDensity(grid, log);
        var (total, square) = (0.0, 0.0);
        for (var i = 0; i < Points; i++)
        {
            total += step * Math.Exp(log[i]);
            square += step * Math.Exp(log[i]) * grid[i, 0] * grid[i, 0];
        }
        Assert.Equal(1, total, 1e-6);
        Assert.Equal(one.StandardDeviations[0] * one.StandardDeviations[0], square, name.Contains("Student", StringComparison.Ordinal) ? 1e-3 : 1e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_density_of_independent_values_is_the_product(string name)
    {
        var error = Errors[name];
        if (!error.IsDiagonal)
            return;
        var rows = Rows(3, error.Width);
        var (log, one) = (new double[3], new double[3]);
        error.LogDensity(rows, log);
        for (var i = 0; i < error.Width; i++)
        {
            var column = new Matrix<double>(3, 1);
            for (var row = 0; row < 3; row++)
                column[row, 0] = rows[row, i];
            error.Select([i]).LogDensity(column, one);
            for (var row = 0; row < 3; row++)
                log[row] -= one[row];
        }
        Assert.All(log, value => Assert.Equal(0, value, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_depend_on_the_source_alone(string name)
    {
        var error = Errors[name];
        var (a, b) = (new Matrix<double>(4, error.Width), new Matrix<double>(4, error.Width));
        error.Sample(a, new RandomSource(3));
        error.Sample(b, new RandomSource(3));
        Assert.Equal(a.Values, b.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Once_warm_nothing_is_allocated(string name)
    {
        var error = Errors[name];
        var (rows, covariance, log) = (Rows(4, error.Width), new Matrix<double>(error.Width, error.Width), new double[4]);
        Assert.Equal(0, Allocated.Bytes(Once));

        void Once()
        {
            error.Whiten(rows);
            error.Color(rows);
            error.AddCovariance(covariance.All);
            error.LogDensity(rows, log);
        }
    }

    internal static Matrix<double> Covariance(IObservationError error)
    {
        var covariance = new Matrix<double>(error.Width, error.Width);
        error.AddCovariance(covariance.All);
        return covariance;
    }

    private static Matrix<double> Rows(int rows, int width)
    {
        var matrix = new Matrix<double>(rows, width);
        new RandomSource(2).FillNormal(matrix.Values);
        return matrix;
    }

    private static Dictionary<string, IObservationError> List()
    {
        double[] deviations = [0.5, 1, 2, 0.1, 3, 1.5];
        var correlated = CorrelatedError.From(deviations, (i, j) => 0.95 * new SpatialCorrelation(2).At(i - j));
        var diagonal = new DiagonalError(deviations);
        return new Dictionary<string, IObservationError>
        {
            ["diagonal"] = diagonal,
            ["correlated"] = correlated,
            ["autoregressive"] = CorrelatedError.From(deviations, (i, j) => Math.Pow(0.8, Math.Abs(i - j))),
            ["Laplace"] = new LaplaceError(deviations),
            ["Student"] = new StudentError(deviations, 7),
            ["stacked"] = new StackedError([diagonal.Select([0, 1]), correlated.Select([2, 3, 4, 5])]),
            ["stacked independent"] = new StackedError([new LaplaceError([1, 2, 3]), new DiagonalError([0.1, 0.2, 0.3])]),
            ["scaled"] = new ScaledError(correlated, [1, 2, 3, 0.5, 1, 7]),
        };
    }
}
