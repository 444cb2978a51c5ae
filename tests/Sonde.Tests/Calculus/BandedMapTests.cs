using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Calculus;

/// <summary>
/// The mean of a Gaussian posterior, x = μ + (c cᵀ + r⁻²)⁻¹ r⁻² (y − μ) at observed places, composed of banded operations on a tape: against full
/// matrices, and its gradient against the closed form.
/// </summary>
public sealed class BandedMapTests
{
    private const int Size = 12, HalfWidth = 3;
    private readonly Matrix<double> c = Bands.Lower(new RandomSource(1), Size, HalfWidth), precisions = new(1, Size * (HalfWidth + 1)), mean = new(1, Size), departure = new(1, Size);

    public BandedMapTests()
    {
        for (var i = 0; i < HalfWidth; i++)
            c[i][..(HalfWidth - i)].Clear();                                    // the corner is on the tape, though nobody reads it
        var random = new RandomSource(2);
        random.FillNormal(mean.Values);
        foreach (var (place, precision) in new[] { (1, 4.0), (5, 100.0), (6, 1.0), (11, 25.0) })
        {
            precisions.Values[place * (HalfWidth + 1) + HalfWidth] = precision;
            departure.Values[place] = precision * random.NextNormal();          // r⁻² (y − μ)
        }
    }

    [Fact]
    public void The_mean_is_that_of_full_matrices()
    {
        var tape = new Tape<double>();
        var (_, x) = Record(tape);
        Matrix<double> full = Hessian(), expected = departure.Copy();
        Cholesky.Factor<double>(full);
        Cholesky.Solve<double>(full, expected);
        for (var i = 0; i < Size; i++)
            Assert.Equal(mean.Values[i] + expected.Values[i], x.Value[0, i], 1e-10);
    }

    [Fact]
    public void The_gradient_is_the_closed_form_of_two_outer_products_times_the_factor()
    {
        var tape = new Tape<double>();
        var (input, x) = Record(tape);
        tape.Differentiate(0.5 * x.SumOfSquares());
        Matrix<double> full = Hessian(), w = new(1, Size), e = new(1, Size), alpha = new(1, Size), beta = new(1, Size);
        Cholesky.Factor<double>(full);
        x.Value.CopyTo(w);
        Cholesky.Solve<double>(full, w);                                        // M⁻¹ ∂L/∂x
        for (var i = 0; i < Size; i++)
            e.Values[i] = mean.Values[i] - x.Value[0, i];
        Banded.AddLowerTransposedProduct<double>(1, c, e, alpha);
        Banded.AddLowerTransposedProduct<double>(1, c, w, beta);
        var gradient = tape.Adjoint(input);
        for (var i = 0; i < Size; i++)
            for (var j = i - HalfWidth; j <= i; j++)
            {
                var expected = j < 0 ? 0 : w.Values[i] * alpha.Values[j] + e.Values[i] * beta.Values[j];
                Assert.Equal(expected, gradient.Values[i * (HalfWidth + 1) + HalfWidth - (i - j)], 1e-11);
            }
    }

    [Fact]
    public void The_marginal_likelihood_is_that_of_full_matrices()
    {
        var tape = new Tape<double>();
        var factor = tape.Input(Flat(c));
        var precision = tape.Apply(new BandedGram<double>(HalfWidth), factor);
        var posterior = precision + tape.Constant(precisions);
        var determinant = new BandedLogDeterminant<double>(HalfWidth);
        var actual = (tape.Apply(determinant, posterior) - tape.Apply(determinant, precision)).Number;
        Matrix<double> prior = Bands.Triangle(c), full = Hessian();
        Cholesky.Factor<double>(full);
        Assert.Equal(Cholesky.LogDeterminant<double>(full) - Cholesky.LogDeterminant<double>(prior), actual, 1e-10);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_gives_no_number()
    {
        var tape = new Tape<double>();
        var band = tape.Constant(new ReadOnlyBatch<double>([0, 1, 2, 1]));      // [[1, 2], [2, 1]]
        var right = tape.Constant(new ReadOnlyBatch<double>([1, 1]));
        Assert.All(tape.Apply(new BandedSolve<double>(1), band, right).Value.Values.ToArray(), value => Assert.Equal(double.NaN, value));
        Assert.Equal(double.NaN, tape.Apply(new BandedLogDeterminant<double>(1), band).Number);
    }

    [Fact]
    public void Bands_that_do_not_fit_are_refused_with_both_sizes()
    {
        var tape = new Tape<double>();
        var (band, right) = (tape.Constant(new Matrix<double>(2, 12)), tape.Constant(new Matrix<double>(2, 5)));
        var error = Assert.Throws<ArgumentException>(() => tape.Apply(new BandedSolve<double>(2), band, right));
        Assert.Contains("2 × 15", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 × 12", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.Apply(new BandedLogDeterminant<double>(4), band));
    }

    private (Variable<double> Factor, Variable<double> Mean) Record(Tape<double> tape)
    {
        var factor = tape.Input(Flat(c));
        var posterior = tape.Apply(new BandedGram<double>(HalfWidth), factor) + tape.Constant(precisions);
        return (factor, tape.Constant(mean) + tape.Apply(new BandedSolve<double>(HalfWidth), posterior, tape.Constant(departure)));
    }

    private Matrix<double> Hessian()
    {
        Matrix<double> triangle = Bands.Triangle(c), full = new(Size, Size);
        Dense.Gram<double>(triangle, full);
        for (var i = 0; i < Size; i++)
            full[i, i] += precisions.Values[i * (HalfWidth + 1) + HalfWidth];
        return full;
    }

    private static ReadOnlyBatch<double> Flat(Matrix<double> band) => new(band.Values);
}
