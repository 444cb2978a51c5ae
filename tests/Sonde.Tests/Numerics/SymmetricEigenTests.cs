using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Numerics.Kernels;

namespace Sonde.Tests.Numerics;

public sealed unsafe class SymmetricEigenTests
{
    public static readonly TheoryData<RegisterWidth> Widths = [RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512];

    /// <summary>Matrices that are hard for one reason or another.</summary>
    public static readonly TheoryData<string> Hard =
        ["random", "zero", "identity", "repeated", "rank one", "graded up", "graded down", "tiny", "huge", "tridiagonal", "blocks", "clustered", "ensemble"];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Eigenvectors_reproduce_random_matrices_of_every_small_size(RegisterWidth width)
    {
        var random = new RandomSource(3);
        for (var n = 0; n <= 34; n++)
        {
            Check(width, DenseCases.RandomSymmetric<double>(random, n));
            Check(width, DenseCases.RandomSymmetric<float>(random, n));
        }
        Check(width, DenseCases.RandomSymmetric<double>(random, 90));
    }

    [Theory]
    [MemberData(nameof(Hard))]
    public void Eigenvectors_reproduce_hard_matrices(string kind)
    {
        foreach (var n in new[] { 1, 2, 3, 9, 24, 41 })
            foreach (var width in new[] { RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512 })
            {
                Check(width, Make<double>(kind, n));
                if (kind is not ("tiny" or "huge"))
                    Check(width, Make<float>(kind, n));
            }
    }

    [Theory]
    [MemberData(nameof(Hard))]
    public void Many_at_once_reproduce_hard_matrices(string kind)
    {
        foreach (var n in new[] { 1, 2, 3, 9, 24 })
        {
            CheckMany(Make<double>(kind, n));
            if (kind is not ("tiny" or "huge"))
                CheckMany(Make<float>(kind, n));
        }
    }

    [Fact]
    public void Values_are_those_of_a_reference_library()
    {
        var random = new RandomSource(17);
        foreach (var n in new[] { 1, 2, 7, 20, 40, 130 })
        {
            var a = DenseCases.RandomSymmetric<double>(random, n);
            var reference = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(n, n, a.Values.ToArray()).Evd();
            var (values, alone) = (new double[n], new double[n]);
            Assert.True(SymmetricEigen.Decompose<double>(a, values, new Matrix<double>(n, n)));
            Assert.True(SymmetricEigen.Values<double>(a, alone));
            for (var i = 0; i < n; i++)
            {
                Assert.Equal(reference.EigenValues[i].Real, values[i], 1e-12);
                Assert.Equal(values[i], alone[i], 1e-13);
            }
        }
    }

    [Fact]
    public void The_second_difference_has_its_known_spectrum()
    {
        const int n = 50;
        var a = new Matrix<double>(n, n);
        for (var i = 0; i < n; i++)
            for (var j = Math.Max(0, i - 1); j <= Math.Min(n - 1, i + 1); j++)
                a[i, j] = i == j ? 2 : -1;
        var values = new double[n];
        Assert.True(SymmetricEigen.Decompose<double>(a, values, a));        // in place
        for (var i = 0; i < n; i++)
            Assert.Equal(2 - 2 * Math.Cos((i + 1) * Math.PI / (n + 1)), values[i], 1e-14);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_ends_in_false(double bad)
    {
        foreach (var n in new[] { 1, 2, 5, 20 })
            for (var place = 0; place < n; place++)
            {
                var a = DenseCases.RandomSymmetric<double>(new RandomSource(1), n);
                a[place, n - 1] = a[n - 1, place] = bad;
                Assert.False(SymmetricEigen.Decompose<double>(a, new double[n], new Matrix<double>(n, n)));
                Assert.False(SymmetricEigen.Values<double>(a, new double[n]));
            }
    }

    [Fact]
    public void A_bad_matrix_spoils_no_other_of_its_batch()
    {
        const int n = 6, count = 11;
        var random = new RandomSource(6);
        var matrices = new Matrix<double>(count, n * n);
        for (var i = 0; i < count; i++)
            DenseCases.RandomSymmetric<double>(random, n).Values.CopyTo(matrices[i]);
        var (values, vectors) = (new Matrix<double>(count, n), new Matrix<double>(count, n * n));
        Assert.True(SymmetricEigen.DecomposeMany<double>(matrices, values, vectors));
        var before = values.Copy();
        matrices[3, 7] = double.NaN;
        matrices[9, 0] = double.NegativeInfinity;
        Assert.False(SymmetricEigen.DecomposeMany<double>(matrices, values, vectors));
        for (var i = 0; i < count; i++)
            if (i is 3 or 9)
                Assert.True(double.IsNaN(values[i, 0]) && double.IsNaN(values[i, n - 1]));
            else
                Assert.Equal(before[i].ToArray(), values[i].ToArray());
    }

    [Fact]
    public void A_matrix_has_the_same_bits_beside_any_others_on_any_threads_and_in_any_register()
    {
        const int n = 13, count = 150;
        var random = new RandomSource(12);
        var matrices = new Matrix<double>(count, n * n);
        string[] kinds = ["random", "zero", "repeated", "graded up", "clustered", "ensemble", "blocks"];
        for (var i = 0; i < count; i++)
            (i % 3 == 0 ? Make<double>(kinds[i % kinds.Length], n) : DenseCases.RandomSymmetric<double>(random, n)).Values.CopyTo(matrices[i]);
        var (values, vectors) = (new Matrix<double>(count, n), new Matrix<double>(count, n * n));
        Assert.True(SymmetricEigen.DecomposeMany<double>(matrices, values, vectors));
        var (values3, vectors3) = (new Matrix<double>(count, n), new Matrix<double>(count, n * n));
        Assert.True(SymmetricEigen.DecomposeMany<double>(matrices, values3, vectors3, new Workers(3)));
        Assert.Equal(Bits(values), Bits(values3));
        Assert.Equal(Bits(vectors), Bits(vectors3));
        foreach (var width in new[] { RegisterWidth.Scalar, RegisterWidth.Bits256, RegisterWidth.Bits512 })
        {
            DenseCases.Run(width, new ManyCase<double>(matrices, values3, vectors3, n));
            Assert.Equal(Bits(values), Bits(values3));
            Assert.Equal(Bits(vectors), Bits(vectors3));
        }
        for (var i = 0; i < count; i++)
        {
            var (one, own) = (new Matrix<double>(1, n), new Matrix<double>(1, n * n));
            Assert.True(SymmetricEigen.DecomposeMany<double>(new ReadOnlyBatch<double>(matrices[i]), one, own));
            Assert.Equal(Bits(values.All.Slice(i, 1)), Bits(one));
            Assert.Equal(Bits(vectors.All.Slice(i, 1)), Bits(own));
        }
    }

    private static long[] Bits(ReadOnlyBatch<double> batch) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(batch.Values).ToArray();

    private static void Check<T>(RegisterWidth width, Matrix<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new SingleCase<T>(a, new Matrix<T>(1, a.Rows), new Matrix<T>(a.Rows, a.Rows));
        DenseCases.Run(width, result);
        Check(a, result.Values, result.Vectors);
    }

    private static void CheckMany<T>(Matrix<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (values, vectors) = (new Matrix<T>(1, a.Rows), new Matrix<T>(a.Rows, a.Rows));
        Assert.True(SymmetricEigen.DecomposeMany<T>(new ReadOnlyBatch<T>(a.Values), values, new Batch<T>(vectors.Values)));
        Check(a, values, vectors);
    }

    /// <summary>v a = λ v, v vᵀ = 1 and λ ascends, to within rounding of the matrix's size.</summary>
    private static void Check<T>(Matrix<T> a, Matrix<T> values, Matrix<T> vectors) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = a.Rows;
        var size = double.CreateChecked(T.BitIncrement(T.Zero));
        for (var i = 0; i < n; i++)
            size = Math.Max(size, double.CreateChecked(TensorPrimitives.SumOfMagnitudes<T>(a[i])));
        var (image, product) = (DenseCases.Product(vectors, false, a, false), DenseCases.Product(vectors, false, vectors, true));
        var tolerance = (10 + 2 * n) * DenseCases.Precision<T>();
        for (var i = 0; i < n; i++)
        {
            Assert.True(i == 0 || values[0, i] >= values[0, i - 1]);
            for (var j = 0; j < n; j++)
            {
                Assert.InRange(Math.Abs(image[i, j] - double.CreateChecked(values[0, i]) * double.CreateChecked(vectors[i, j])) / size, 0, tolerance);
                Assert.InRange(Math.Abs(product[i, j] - (i == j ? 1 : 0)), 0, tolerance);
            }
        }
    }

    private static Matrix<T> Make<T>(string kind, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new RandomSource(n).Fork(kind);
        if (kind == "random")
            return DenseCases.RandomSymmetric<T>(random, n);
        var spectrum = new double[n];
        for (var i = 0; i < n; i++)
            spectrum[i] = kind switch
            {
                "identity" => 1,
                "repeated" => i % 3,
                "rank one" => i == 0 ? 5 : 0,
                "clustered" => 1 + 1e-13 * i,
                "tiny" => 1e-250 * (i + 1),
                "huge" => 1e200 * (i - 1),
                "ensemble" => i < n / 2 ? n - 1 : n + 10.0 * i,
                _ => 0,
            };
        var a = new Matrix<double>(n, n);
        if (kind is "tridiagonal" or "blocks" or "graded up" or "graded down")
        {
            for (var i = 0; i < n; i++)
            {
                var size = kind switch { "graded up" => Math.Pow(10, i - n), "graded down" => Math.Pow(10, -i), _ => 1 };
                a[i, i] = size * (1 + random.NextDouble());
                if (i > 0 && !(kind == "blocks" && i % 4 == 0))
                    a[i, i - 1] = a[i - 1, i] = 0.5 * Math.Min(a[i, i], a[i - 1, i - 1]);
            }
        }
        else
        {
            var q = DenseCases.Random<double>(random, n, n);
            Assert.True(Qr.OrthonormalizeRows<double>(q));
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    for (var k = 0; k < n; k++)
                        a[i, j] += kind == "zero" ? 0 : q[k, Math.Max(i, j)] * spectrum[k] * q[k, Math.Min(i, j)];
        }
        var result = new Matrix<T>(n, n);
        for (var i = 0; i < n * n; i++)
            result.Values[i] = T.CreateChecked(a.Values[i]);
        return result;
    }

    private sealed record SingleCase<T>(Matrix<T> A, Matrix<T> Values, Matrix<T> Vectors) : IKernelCase<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* a = A.Values, values = Values.Values, vectors = Vectors.Values)
                Assert.True(EigenSolver<T, V, L>.Decompose(A.Rows, a, values, vectors));
        }
    }

    private sealed record ManyCase<T>(Matrix<T> Matrices, Matrix<T> Values, Matrix<T> Vectors, int N) : IKernelCase<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V, L>() where V : unmanaged where L : struct, ILanes<T, V>
        {
            fixed (T* matrices = Matrices.Values, values = Values.Values, vectors = Vectors.Values)
                Assert.True(SymmetricEigen.Many<T, V, L>(Matrices.Rows, N, matrices, values, vectors, null));
        }
    }
}
