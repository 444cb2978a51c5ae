using System.Numerics;
using System.Runtime.Intrinsics;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Numerics;

public sealed unsafe class DenseTests
{
    public static readonly TheoryData<RegisterWidth, bool, bool> Forms = new()
    {
        { RegisterWidth.Scalar, false, false }, { RegisterWidth.Scalar, true, false }, { RegisterWidth.Scalar, false, true },
        { RegisterWidth.Bits256, false, false }, { RegisterWidth.Bits256, true, false }, { RegisterWidth.Bits256, false, true },
        { RegisterWidth.Bits512, false, false }, { RegisterWidth.Bits512, true, false }, { RegisterWidth.Bits512, false, true },
        { RegisterWidth.Scalar, true, true }, { RegisterWidth.Bits256, true, true }, { RegisterWidth.Bits512, true, true },
    };

    public static readonly TheoryData<RegisterWidth> Widths = [RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_product_is_the_sum_of_products(RegisterWidth width, bool transposeA, bool transposeB)
    {
        Products<double>(width, transposeA, transposeB);
        Products<float>(width, transposeA, transposeB);
    }

    private static void Products<T>(RegisterWidth width, bool transposeA, bool transposeB)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(5);
        for (var trial = 0; trial < 60; trial++)
        {
            var (m, n, k) = (random.NextInt(34), random.NextInt(60), random.NextInt(40));
            var c = Check<T>(width, random, m, n, k, transposeA, transposeB, lower: false);
            Assert.InRange(c, 0, 50 * DenseCases.Precision<T>());
        }
        foreach (var (m, n, k) in new[] { (1, 1, 1), (3, 3, 3), (8, 24, 0), (70, 300, 515), (131, 260, 129), (9, 25, 600) })
        {
            Assert.InRange(Check<T>(width, random, m, n, k, transposeA, transposeB, lower: false), 0, 400 * DenseCases.Precision<T>());
            Assert.InRange(Check<T>(width, random, m, n, k, transposeA, transposeB, lower: true), 0, 400 * DenseCases.Precision<T>());
        }
    }

    /// <summary>Compares max(−0.7 (a b + bias) + 0.5 c, 0) inside a wider matrix, whose other numbers must not change.</summary>
    private static double Check<T>(RegisterWidth width, RandomSource random, int m, int n, int k, bool transposeA, bool transposeB, bool lower)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = DenseCases.Random<T>(random, transposeA ? k : m, transposeA ? m : k);
        var b = DenseCases.Random<T>(random, transposeB ? n : k, transposeB ? k : n);
        var bias = DenseCases.Random<T>(random, 1, n);
        var before = DenseCases.Random<T>(random, m + 1, n + 3);
        var c = before.Copy();
        DenseCases.Run(width, new ProductCase<T>(a, transposeA, b, transposeB, bias, c, m, n, k, lower));
        var expected = DenseCases.Product(a, transposeA, b, transposeB);
        var worst = 0.0;
        for (var i = 0; i < c.Rows; i++)
            for (var j = 0; j < c.Width; j++)
            {
                if (i >= m || j >= n)
                {
                    Assert.Equal(before[i, j], c[i, j]);
                    continue;
                }
                if (lower && j > i)
                    continue;
                var value = -0.7 * (expected[i, j] + double.CreateChecked(bias[0, j])) + 0.5 * double.CreateChecked(before[i, j]);
                worst = Math.Max(worst, Math.Abs(Math.Max(value, 0) - double.CreateChecked(c[i, j])));
            }
        return worst;
    }

    private sealed record ProductCase<T>(
        Matrix<T> A, bool TransposeA, Matrix<T> B, bool TransposeB, Matrix<T> Bias, Matrix<T> C, int M, int N, int K, bool Lower)
        : IKernelCase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values, b = B.Values, bias = Bias.Values, c = C.Values)
            {
                var left = new Strided<T>(a, TransposeA ? 1 : A.Width, TransposeA ? A.Width : 1);
                var right = new Strided<T>(b, TransposeB ? 1 : B.Width, TransposeB ? B.Width : 1);
                Product<T, V, L>.Multiply<Rectifier<T>>(
                    M, N, K, T.CreateChecked(-0.7), left, right, T.CreateChecked(0.5), c, C.Width, bias, Lower);
            }
        }
    }

    [Fact]
    public void Every_public_form_agrees_with_the_plain_sum()
    {
        var random = new RandomSource(11);
        foreach (var (m, n, k) in new[] { (0, 3, 2), (1, 1, 1), (5, 7, 3), (40, 40, 40), (33, 65, 300), (200, 150, 100) })
        {
            var (a, aT) = (DenseCases.Random<double>(random, m, k), DenseCases.Random<double>(random, k, m));
            var (b, bT) = (DenseCases.Random<double>(random, k, n), DenseCases.Random<double>(random, n, k));
            var c = new Matrix<double>(m, n);
            c.Values.Fill(double.NaN);                                  // overwritten when β = 0
            Dense.Multiply<double>(a, b, c);
            Assert.InRange(DenseCases.Difference(c, DenseCases.Product(a, false, b, false)), 0, 1e-12);
            Dense.MultiplyTransposedRight<double>(1, a, bT, 0, c);
            Assert.InRange(DenseCases.Difference(c, DenseCases.Product(a, false, bT, true)), 0, 1e-12);
            Dense.MultiplyTransposedLeft<double>(1, aT, b, 0, c);
            Assert.InRange(DenseCases.Difference(c, DenseCases.Product(aT, true, b, false)), 0, 1e-12);
            Dense.MultiplyTransposedBoth<double>(1, aT, bT, 0, c);
            Assert.InRange(DenseCases.Difference(c, DenseCases.Product(aT, true, bT, true)), 0, 1e-12);

            var gram = new Matrix<double>(m, m);
            Dense.Gram<double>(a, gram);
            Assert.InRange(DenseCases.Difference(gram, DenseCases.Product(a, false, a, true)), 0, 1e-12);
            Dense.GramTransposed<double>(aT, gram);
            Assert.InRange(DenseCases.Difference(gram, DenseCases.Product(aT, true, aT, false)), 0, 1e-12);
            for (var i = 0; i < m; i++)
                for (var j = 0; j < i; j++)
                    Assert.Equal(gram[i, j], gram[j, i]);

            var transposed = new Matrix<double>(k, m);
            Dense.Transpose<double>(a, transposed);
            for (var i = 0; i < m; i++)
                for (var j = 0; j < k; j++)
                    Assert.Equal(a[i, j], transposed[j, i]);
        }
    }

    [Fact]
    public void A_transpose_of_any_size_of_number_is_exact()
    {
        Transposes<float>();
        Transposes<double>();
        Transposes<Half>();
    }

    private static void Transposes<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(2);
        for (var trial = 0; trial < 30; trial++)
        {
            var a = DenseCases.Random<T>(random, random.NextInt(90), random.NextInt(90));
            var b = new Matrix<T>(a.Width, a.Rows);
            Dense.Transpose<T>(a, b);
            for (var i = 0; i < a.Rows; i++)
                for (var j = 0; j < a.Width; j++)
                    Assert.Equal(a[i, j], b[j, i]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_matrix_times_a_vector_is_a_product_of_one_column(RegisterWidth width)
    {
        Vectors<double>(width);
        Vectors<float>(width);
    }

    private static void Vectors<T>(RegisterWidth width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(8);
        for (var trial = 0; trial < 60; trial++)
        {
            var a = DenseCases.Random<T>(random, random.NextInt(13), random.NextInt(50));
            var (x, xT) = (DenseCases.Random<T>(random, a.Width, 1), DenseCases.Random<T>(random, a.Rows, 1));
            var (y, yT) = (DenseCases.Random<T>(random, a.Rows, 1), DenseCases.Random<T>(random, a.Width, 1));
            var (expected, expectedT) = (DenseCases.Product(a, false, x, false), DenseCases.Product(a, true, xT, false));
            for (var i = 0; i < y.Rows; i++)
                expected[i, 0] = -0.7 * expected[i, 0] + 0.5 * double.CreateChecked(y[i, 0]);
            for (var i = 0; i < yT.Rows; i++)
                expectedT[i, 0] = -0.7 * expectedT[i, 0] + 0.5 * double.CreateChecked(yT[i, 0]);
            DenseCases.Run(width, new VectorCase<T>(a, x, y, xT, yT));
            Assert.InRange(DenseCases.Difference(y, expected), 0, 20 * DenseCases.Precision<T>());
            Assert.InRange(DenseCases.Difference(yT, expectedT), 0, 20 * DenseCases.Precision<T>());
        }
    }

    private sealed record VectorCase<T>(Matrix<T> A, Matrix<T> X, Matrix<T> Y, Matrix<T> Xt, Matrix<T> Yt) : IKernelCase<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            var (alpha, beta) = (T.CreateChecked(-0.7), T.CreateChecked(0.5));
            fixed (T* a = A.Values, x = X.Values, y = Y.Values, xT = Xt.Values, yT = Yt.Values)
            {
                Gemv<T, V, L>.Multiply(A.Rows, A.Width, alpha, a, A.Width, x, beta, y);
                Gemv<T, V, L>.MultiplyTransposed(A.Rows, A.Width, alpha, a, A.Width, xT, beta, yT);
            }
        }
    }

    [Fact]
    public void A_product_has_the_same_bits_on_any_number_of_threads_and_beside_any_rows()
    {
        var random = new RandomSource(9);
        var (a, b) = (DenseCases.Random<double>(random, 500, 300), DenseCases.Random<double>(random, 300, 490));
        var (one, many) = (new Matrix<double>(500, 490), new Matrix<double>(500, 490));
        Dense.Multiply<double>(1, a, b, 0, one);
        Dense.Multiply<double>(1, a, b, 0, many, new Workers(3));
        Assert.Equal(one.Values.ToArray(), many.Values.ToArray());
        var row = new Matrix<double>(1, 490);
        Dense.Multiply<double>(new ReadOnlyBatch<double>(a[77]), b, row);
        Assert.Equal(one[77].ToArray(), row[0].ToArray());
    }

    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(2, 3, 0)]
    [InlineData(2, 0, 3)]
    [InlineData(20, 300, 512)]
    [InlineData(20, 517, 49)]
    [InlineData(45, 600, 700)]
    public void A_packed_factor_gives_the_bits_of_the_factor_itself(int rows, int inner, int columns)
    {
        var random = new RandomSource(7);
        var (a, b, turned) = (new Matrix<double>(rows, inner), new Matrix<double>(inner, columns), new Matrix<double>(columns, inner));
        random.FillNormal(a.Values);
        random.FillNormal(b.Values);
        Dense.Transpose<double>(b, turned);
        var (plain, packed) = (new Matrix<double>(rows, columns), new Matrix<double>(rows, columns));
        plain.Values.Fill(0.5);
        packed.Values.Fill(0.5);
        Dense.Multiply(2.0, a, b, -1, plain);
        Dense.Multiply(2.0, a, new PackedFactor<double>(b), -1, packed);
        Assert.Equal(plain.Values, packed.Values);
        Dense.Multiply(1.0, a, PackedFactor<double>.OfTransposed(turned), 0, packed);
        Dense.Multiply<double>(a, b, plain);
        Assert.Equal(plain.Values, packed.Values);
    }

    [Fact]
    public void A_layer_adds_its_bias_and_applies_its_function()
    {
        var random = new RandomSource(4);
        var (x, weights, bias) = (DenseCases.Random<float>(random, 5, 300), DenseCases.Random<float>(random, 300, 70), DenseCases.Random<float>(random, 1, 70));
        Matrix<float> y = new(5, 70), plain = new(5, 70);
        Dense.Affine<float, Rectifier<float>>(x, weights, bias[0], y);
        var expected = DenseCases.Product(x, false, weights, false);
        for (var i = 0; i < 5; i++)
            for (var j = 0; j < 70; j++)
                expected[i, j] = Math.Max(0, expected[i, j] + bias[0, j]);
        Assert.InRange(DenseCases.Difference(y, expected), 0, 1e-4);

        Dense.Affine<float, TanhFunction<float>>(x, weights, [], y);
        Dense.Affine<float, IdentityFunction<float>>(x, weights, [], plain);
        VectorMath.Tanh<float>(plain.Values, plain.Values);
        Assert.Equal(plain.Values.ToArray(), y.Values.ToArray());
    }

    /// <summary>max(x, 0).</summary>
    private readonly struct Rectifier<T> : IElementwise<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Invoke(T x) => T.Max(x, T.Zero);

        public static Vector256<T> Invoke(Vector256<T> x) => Vector256.Max(x, Vector256<T>.Zero);

        public static Vector512<T> Invoke(Vector512<T> x) => Vector512.Max(x, Vector512<T>.Zero);
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        const int n = 30, count = 20;
        var random = new RandomSource(14);
        Matrix<double> a = CholeskyTests.Definite<double>(random, n), c = new(n, n), right = new(n, n);
        Matrix<double> big = DenseCases.Random<double>(random, 200, 200), square = new(200, 200);
        Matrix<double> many = new(count, n * n), vectors = new(count, n * n), values = new(count, n);
        var pivots = new int[n];
        for (var i = 0; i < count; i++)
            a.Values.CopyTo(many[i]);
        void Work()
        {
            Dense.Multiply<double>(big, big, square);
            Dense.Gram<double>(a, c);
            SymmetricEigen.Decompose<double>(a, values[0], c);
            SymmetricEigen.DecomposeMany<double>(many, values, vectors);
            SymmetricPower.Apply<double>(a, -0.5, c);
            a.Values.CopyTo(c.Values);
            Cholesky.Factor<double>(c);
            Cholesky.Solve<double>(c, values);
            Lu.Factor<double>(c, pivots);
            Svd.Decompose<double>(a, c, values[0], right);
            Qr.OrthonormalizeRows<double>(c);
        }
        Assert.Equal(0, Allocated.Bytes(Work));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Matrix<double> a = new(3, 4), c = new(3, 3);
        Assert.Throws<ArgumentException>(() => Dense.Multiply<double>(a, a, c));
        Assert.Throws<ArgumentException>(() => Dense.MultiplyTransposedRight<double>(1, a, a, 0, a));
        Assert.Throws<ArgumentException>(() => Dense.Multiply<double>(a, new double[3], new double[3]));
        Assert.Throws<ArgumentException>(() => Dense.Transpose<double>(a, a));
    }
}
