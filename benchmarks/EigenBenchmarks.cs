using System.Numerics;
using BenchmarkDotNet.Attributes;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>Symmetric eigenproblems as ensemble filters pose them, (N − 1) I + y yᵀ: one at a time, and many in the lanes of a register.</summary>
[GenericTypeArguments(typeof(double))]
[GenericTypeArguments(typeof(float))]
public class EigenBenchmarks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 64;
    private Matrix<T> matrices = null!, values = null!, vectors = null!;

    [Params(7, 10, 20, 40)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (matrices, values, vectors) = (new Matrix<T>(Count, Size * Size), new Matrix<T>(Count, Size), new Matrix<T>(Count, Size * Size));
        var random = new RandomSource(1);
        var y = new Matrix<T>(Size, 2 * Size);
        for (var i = 0; i < Count; i++)
        {
            foreach (ref var value in y.Values)
                value = T.CreateChecked(random.NextNormal());
            var a = new Batch<T>(matrices[i], Size, Size);
            Dense.Gram(y, a);
            for (var j = 0; j < Size; j++)
                a[j, j] += T.CreateChecked(Size - 1);
        }
    }

    [Benchmark]
    public bool One() => SymmetricEigen.Decompose<T>(new Batch<T>(matrices[0], Size, Size), values[0], new Batch<T>(vectors[0], Size, Size));

    [Benchmark]
    public bool ValuesOfOne() => SymmetricEigen.Values<T>(new Batch<T>(matrices[0], Size, Size), values[0]);

    [Benchmark(OperationsPerInvoke = Count)]
    public bool Many() => SymmetricEigen.DecomposeMany<T>(matrices, values, vectors);
}
