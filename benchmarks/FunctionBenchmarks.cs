using BenchmarkDotNet.Attributes;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>Elementary functions and random numbers of a span; divide by its length.</summary>
[GenericTypeArguments(typeof(double))]
[GenericTypeArguments(typeof(float))]
public class FunctionBenchmarks<T> where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    private readonly RandomSource random = new(1);
    private T[] x = [];
    private T[] y = [];

    [Params(40, 1000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (x, y) = (new T[Length], new T[Length]);
        random.FillUniform<T>(x);
    }

    [Benchmark]
    public void Exp() => VectorMath.Exp<T>(x, y);

    [Benchmark]
    public void Log() => VectorMath.Log<T>(x, y);

    [Benchmark]
    public void Tanh() => VectorMath.Tanh<T>(x, y);

    [Benchmark]
    public void Sigmoid() => VectorMath.Sigmoid<T>(x, y);

    [Benchmark]
    public void Sin() => VectorMath.Sin<T>(x, y);

    [Benchmark]
    public void Uniform() => random.FillUniform<T>(y);

    [Benchmark]
    public void Normal() => random.FillNormal<T>(y);
}
