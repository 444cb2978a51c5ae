using BenchmarkDotNet.Attributes;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>Real transforms there and back, of rows as an ensemble has them and of fields.</summary>
public class FftBenchmarks
{
    private FftPlan<double> plan = new(1);
    private Fft2DPlan<double> fieldPlan = new(1, 1);
    private Matrix<double> x = new(0, 0);
    private Matrix<double> spectrum = new(0, 0);
    private Matrix<double> field = new(0, 0);
    private Matrix<double> fieldSpectrum = new(0, 0);

    [Params(64, 128, 1000)]
    public int Size { get; set; }

    [Params(1, 40)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        plan = new FftPlan<double>(Size);
        (x, spectrum) = (new Matrix<double>(Rows, Size), new Matrix<double>(Rows, plan.HalfSpectrumWidth));
        new RandomSource(1).FillNormal(x.Values);
        fieldPlan = new Fft2DPlan<double>(128, 128);
        (field, fieldSpectrum) = (new Matrix<double>(1, 128 * 128), new Matrix<double>(1, fieldPlan.HalfSpectrumWidth));
        new RandomSource(2).FillNormal(field.Values);
    }

    [Benchmark]
    public void Forward() => plan.ForwardReal(x, spectrum);

    [Benchmark]
    public void Inverse() => plan.InverseReal(spectrum, x);

    [Benchmark]
    public void FieldOf128By128() => fieldPlan.ForwardReal(field, fieldSpectrum);
}
