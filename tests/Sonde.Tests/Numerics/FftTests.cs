using System.Numerics;
using MathNet.Numerics.IntegralTransforms;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Numerics;

public sealed class FftTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 27, 30, 32, 36, 45, 48, 50, 60, 64, 75, 81, 100, 120, 125, 128, 150, 240, 256, 375, 1000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Complex_transform_is_the_sum_that_defines_it(int n)
    {
        foreach (var rows in new[] { 1, 2, 3, 5, 8, 11 })
        {
            var x = Random(rows, 2 * n, n);
            var spectrum = new Matrix<double>(rows, 2 * n);
            new FftPlan<double>(n).Forward(x, spectrum);
            for (var row = 0; row < rows; row++)
                AssertNear(Direct(Complex(x[row], n), -1), Complex(spectrum[row], n), 1e-15 * n + 1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Single_precision_agrees_with_double_precision(int n)
    {
        foreach (var rows in new[] { 1, 3, 7, 16, 19 })
        {
            var x = Random(rows, 2 * n, n);
            var single = new Matrix<float>(rows, 2 * n);
            for (var i = 0; i < x.Values.Length; i++)
                single.Values[i] = (float)(x.Values[i] = (float)x.Values[i]);
            new FftPlan<double>(n).Forward(x, x);
            new FftPlan<float>(n).Forward(single, single);
            for (var i = 0; i < x.Values.Length; i++)
                Assert.Equal(x.Values[i], single.Values[i], 2e-6 * Math.Sqrt(n) * (1 + Math.Log2(n)));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Inverse_of_forward_is_the_identity(int n)
    {
        foreach (var rows in new[] { 1, 2, 6, 9 })
        {
            var plan = new FftPlan<double>(n);
            var x = Random(rows, 2 * n, 3 * n);
            var y = x.Copy();
            plan.Forward(y, y);
            plan.Inverse(y, y);
            AssertNear(x.Values, y.Values, 1e-14);

            var real = Random(rows, n, 5 * n);
            var half = new Matrix<double>(rows, plan.HalfSpectrumWidth);
            var back = new Matrix<double>(rows, n);
            plan.ForwardReal(real, half);
            plan.InverseReal(half, back);
            AssertNear(real.Values, back.Values, 1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Real_transform_is_half_of_the_complex_one(int n)
    {
        foreach (var rows in new[] { 1, 3, 8, 13 })
        {
            var plan = new FftPlan<double>(n);
            var real = Random(rows, n, 7 * n);
            var half = new Matrix<double>(rows, plan.HalfSpectrumWidth);
            plan.ForwardReal(real, half);
            for (var row = 0; row < rows; row++)
            {
                var full = new double[2 * n];
                real[row].CopyTo(full);
                var expected = Direct(Complex(full, n), -1)[..plan.HalfSize];
                AssertNear(expected, Complex(half[row], plan.HalfSize), 1e-15 * n + 1e-14);
                Assert.Equal(0.0, half[row, plan.HalfSize]);
            }
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(360)]
    [InlineData(1024)]
    public void Transform_agrees_with_MathNet(int n)
    {
        var x = Random(1, 2 * n, 1);
        var expected = Complex(x[0], n);
        Fourier.Forward(expected, FourierOptions.AsymmetricScaling);
        new FftPlan<double>(n).Forward(x, x);
        AssertNear(expected, Complex(x[0], n), 1e-12);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(135)]
    [InlineData(50_000)]
    public void Parseval_holds(int n)
    {
        var x = Random(1, 2 * n, 2);
        var energy = SumOfSquares(x.Values);
        new FftPlan<double>(n).Forward(x, x);
        Assert.Equal(energy, SumOfSquares(x.Values) / n, energy * 1e-13);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(120)]
    [InlineData(75)]
    public void A_row_has_the_same_bits_alone_and_in_company(int n)
    {
        var plan = new FftPlan<double>(n);
        var x = Random(21, n, 4);
        var together = new Matrix<double>(21, plan.HalfSpectrumWidth);
        var back = new Matrix<double>(21, n);
        plan.ForwardReal(x, together);
        plan.InverseReal(together, back);
        foreach (var (first, count) in new[] { (0, 1), (3, 2), (5, 3), (8, 5), (2, 7), (20, 1) })
        {
            var part = new Matrix<double>(count, plan.HalfSpectrumWidth);
            var partBack = new Matrix<double>(count, n);
            plan.ForwardReal(x.All.Slice(first, count), part);
            plan.InverseReal(part, partBack);
            Assert.True(together.All.Slice(first, count).Values.SequenceEqual(part.Values));
            Assert.True(back.All.Slice(first, count).Values.SequenceEqual(partBack.Values));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    [InlineData(6, 1)]
    [InlineData(4, 5)]
    [InlineData(16, 16)]
    [InlineData(15, 12)]
    [InlineData(30, 27)]
    public void Field_transform_is_the_double_sum_that_defines_it(int r, int c)
    {
        var plan = new Fft2DPlan<double>(r, c);
        var x = Random(3, 2 * r * c, r + c);
        var spectrum = new Matrix<double>(3, 2 * r * c);
        plan.Forward(x, spectrum);
        for (var field = 0; field < 3; field++)
            AssertNear(Direct(Complex(x[field], r * c), r, c), Complex(spectrum[field], r * c), 1e-13 * Math.Sqrt(r * c));
        plan.Inverse(spectrum, spectrum);
        AssertNear(x.Values, spectrum.Values, 1e-14);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(4, 6)]
    [InlineData(5, 15)]
    [InlineData(32, 48)]
    public void Real_field_transform_keeps_the_left_half_and_comes_back(int r, int c)
    {
        var plan = new Fft2DPlan<double>(r, c);
        var x = Random(2, r * c, r * c);
        var half = new Matrix<double>(2, plan.HalfSpectrumWidth);
        plan.ForwardReal(x, half);
        var full = new Matrix<double>(2, plan.ComplexWidth);
        for (var field = 0; field < 2; field++)
            x[field].CopyTo(full[field]);
        plan.Forward(full, full);
        var part = r * plan.HalfColumns;
        for (var field = 0; field < 2; field++)
            for (var k = 0; k < r; k++)
                for (var l = 0; l < plan.HalfColumns; l++)
                {
                    Assert.Equal(full[field, k * c + l], half[field, k * plan.HalfColumns + l], 1e-12);
                    Assert.Equal(full[field, r * c + k * c + l], half[field, part + k * plan.HalfColumns + l], 1e-12);
                }
        var back = new Matrix<double>(2, r * c);
        plan.InverseReal(half, back);
        AssertNear(x.Values, back.Values, 1e-14);
    }

    [Fact]
    public void A_pure_wave_has_one_frequency()
    {
        const int n = 60;
        var x = new double[n];
        for (var j = 0; j < n; j++)
            x[j] = 3 * Math.Cos(2 * Math.PI * 7 * j / n) - 4 * Math.Sin(2 * Math.PI * 7 * j / n);
        var plan = new FftPlan<double>(n);
        var half = new double[plan.HalfSpectrumWidth];
        plan.ForwardReal(new ReadOnlyBatch<double>(x), new Batch<double>(half));
        for (var k = 0; k < plan.HalfSize; k++)
        {
            Assert.Equal(k == 7 ? 3 * n / 2.0 : 0, half[k], 1e-12);
            Assert.Equal(k == 7 ? 4 * n / 2.0 : 0, half[plan.HalfSize + k], 1e-12);
        }
    }

    [Fact]
    public void Sizes_with_other_factors_and_wrong_shapes_are_refused()
    {
        Assert.Contains("but 14 has the factor 7", Assert.Throws<ArgumentException>(() => new FftPlan<double>(14)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FftPlan<double>(0));
        Assert.Throws<ArgumentException>(() => new FftPlan<Half>(8));
        Assert.Throws<ArgumentException>(() => new Fft2DPlan<float>(8, 11));
        Assert.Throws<ArgumentException>(() => new FftPlan<double>(8).Forward(new Matrix<double>(1, 8), new Matrix<double>(1, 16)));
        Assert.Throws<ArgumentException>(() => new FftPlan<double>(8).ForwardReal(new Matrix<double>(2, 8), new Matrix<double>(1, 10)));
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        var plan = new FftPlan<double>(128);
        var (x, half) = (Random(9, 128, 3), new Matrix<double>(9, plan.HalfSpectrumWidth));
        Assert.Equal(0, Allocated.Bytes(() =>
        {
            plan.ForwardReal(x, half);
            plan.InverseReal(half, x);
        }));
    }

    private static Matrix<double> Random(int rows, int width, long seed)
    {
        var matrix = new Matrix<double>(rows, width);
        new RandomSource(seed).FillNormal(matrix.Values);
        return matrix;
    }

    private static Complex[] Complex(ReadOnlySpan<double> row, int n)
    {
        var z = new Complex[n];
        for (var k = 0; k < n; k++)
            z[k] = new Complex(row[k], row[n + k]);
        return z;
    }

    private static Complex[] Direct(Complex[] x, int sign)
    {
        var n = x.Length;
        var wave = new Complex[n];
        for (var j = 0; j < n; j++)
            wave[j] = System.Numerics.Complex.FromPolarCoordinates(1, sign * 2 * Math.PI * j / n);
        var result = new Complex[n];
        for (var k = 0; k < n; k++)
            for (var j = 0; j < n; j++)
                result[k] += x[j] * wave[(int)((long)j * k % n)];
        return result;
    }

    private static Complex[] Direct(Complex[] x, int r, int c)
    {
        var rows = Enumerable.Range(0, r).Select(i => Direct(x[(i * c)..((i + 1) * c)], -1)).ToArray();
        var result = new Complex[r * c];
        for (var l = 0; l < c; l++)
        {
            var column = Direct([.. rows.Select(row => row[l])], -1);
            for (var k = 0; k < r; k++)
                result[k * c + l] = column[k];
        }
        return result;
    }

    private static double SumOfSquares(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value * value;
        return sum;
    }

    private static void AssertNear(Complex[] expected, Complex[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Sqrt(expected.Sum(z => z.Magnitude * z.Magnitude) / expected.Length) + 1;
        for (var k = 0; k < expected.Length; k++)
            Assert.True((expected[k] - actual[k]).Magnitude <= tolerance * scale, $"{k} of {expected.Length}: {expected[k]} but {actual[k]}");
    }

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{i} of {expected.Length}: {expected[i]} but {actual[i]}");
    }
}
