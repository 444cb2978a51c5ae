using BenchmarkDotNet.Attributes;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>Factorizations of square matrices of doubles; each call first copies its matrix.</summary>
[Config(typeof(DenseConfig))]
public class FactorBenchmarks
{
    private Matrix<double> definite = null!, general = null!, lower = null!, work = null!, left = null!, right = null!;
    private int[] pivots = null!;
    private double[] values = null!;

    [Params(10, 20, 40, 100, 200)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (definite, general, work) = (new Matrix<double>(Size, Size), new Matrix<double>(Size, Size), new Matrix<double>(Size, Size));
        (left, right, pivots, values) = (new Matrix<double>(Size, Size), new Matrix<double>(Size, Size), new int[Size], new double[Size]);
        new RandomSource(1).FillNormal(general.Values);
        Dense.Gram<double>(general, definite);
        lower = definite.Copy();
        Cholesky.Factor<double>(lower);
    }

    [Benchmark, Operations(1 / 3.0)]
    public bool CholeskyFactor()
    {
        definite.Values.CopyTo(work.Values);
        return Cholesky.Factor<double>(work);
    }

    [Benchmark, Operations(1)]
    public void SolveForManyRows()
    {
        general.Values.CopyTo(work.Values);
        Cholesky.SolveLower<double>(lower, work);
    }

    [Benchmark, Operations(2 / 3.0)]
    public bool LuFactor()
    {
        general.Values.CopyTo(work.Values);
        return Lu.Factor<double>(work, pivots);
    }

    [Benchmark, Operations(8 / 3.0)]
    public bool OrthonormalizeRows()
    {
        general.Values.CopyTo(work.Values);
        return Qr.OrthonormalizeRows<double>(work);
    }

    [Benchmark]
    public bool SingularValues() => Svd.Decompose<double>(general, left, values, right);
}
