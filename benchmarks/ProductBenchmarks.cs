using System.Numerics;
using BenchmarkDotNet.Attributes;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>Products of square matrices in every form.</summary>
[Config(typeof(DenseConfig))]
[GenericTypeArguments(typeof(double))]
[GenericTypeArguments(typeof(float))]
public class ProductBenchmarks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Matrix<T> a = null!, b = null!, c = null!;

    [Params(8, 20, 40, 64, 128, 256, 512, 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (a, b, c) = (new Matrix<T>(Size, Size), new Matrix<T>(Size, Size), new Matrix<T>(Size, Size));
        var random = new RandomSource(1);
        for (var i = 0; i < Size * Size; i++)
            (a.Values[i], b.Values[i]) = (T.CreateChecked(random.NextDouble()), T.CreateChecked(random.NextDouble()));
    }

    [Benchmark, Operations(2)]
    public void Multiply() => Dense.Multiply<T>(a, b, c);

    [Benchmark, Operations(2)]
    public void MultiplyTransposedRight() => Dense.MultiplyTransposedRight<T>(T.One, a, b, T.Zero, c);

    [Benchmark, Operations(2)]
    public void MultiplyTransposedLeft() => Dense.MultiplyTransposedLeft<T>(T.One, a, b, T.Zero, c);

    [Benchmark, Operations(1)]
    public void Gram() => Dense.Gram<T>(a, c);

    [Benchmark, Operations(2, 2)]
    public void MultiplyVector() => Dense.Multiply<T>(a, b[0], c[0]);

    [Benchmark, Operations(2, 2)]
    public void MultiplyTransposedVector() => Dense.MultiplyTransposed<T>(a, b[0], c[0]);
}
