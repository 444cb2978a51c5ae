using BenchmarkDotNet.Attributes;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>
/// A window of T states of b numbers, coupled from one to the next: the same matrix as a band of half-width 2 b − 1 and as blocks. Times grow as T.
/// Each call first copies its matrix.
/// </summary>
public class BandedBenchmarks
{
    private Matrix<double> band = null!, bandFactor = null!, bandInverse = null!, right = null!;
    private Matrix<double> diagonal = null!, below = null!, g = null!, w = null!, inverseDiagonal = null!, inverseBelow = null!;

    [Params(3, 40)]
    public int BlockSize { get; set; }

    [Params(32, 320, 3200)]
    public int Times { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var (n, b) = (Times * BlockSize, BlockSize);
        (band, bandFactor, bandInverse, right) = (new(n, 2 * b), new(n, 2 * b), new(n, 2 * b), new(1, n));
        (diagonal, below, g, w, inverseDiagonal, inverseBelow) = (new(n, b), new(n - b, b), new(n, b), new(n - b, b), new(n, b), new(n - b, b));
        var random = new RandomSource(1);
        for (var i = 0; i < n; i++)
        {
            for (var j = Math.Max(0, (i / b - 1) * b); j < i; j++)
                band[i, 2 * b - 1 - (i - j)] = random.NextDouble() - 0.5;
            band[i, 2 * b - 1] = 2 * b;
            for (var j = Math.Max(0, (i / b - 1) * b); j <= i; j++)
                if (j / b == i / b)
                    diagonal[i, j % b] = band[i, 2 * b - 1 - (i - j)];
                else
                    below[i - b, j % b] = band[i, 2 * b - 1 - (i - j)];
        }
        random.FillNormal(right.Values);
        FactorBand();
        FactorBlocks();
    }

    [Benchmark]
    public bool FactorBand()
    {
        band.Values.CopyTo(bandFactor.Values);
        return BandedCholesky.Factor<double>(bandFactor);
    }

    [Benchmark]
    public void SolveBand() => BandedCholesky.Solve<double>(bandFactor, right);

    [Benchmark]
    public void VariancesOfBand() => BandedCholesky.SelectedInverse<double>(bandFactor, bandInverse);

    [Benchmark]
    public bool FactorBlocks()
    {
        diagonal.Values.CopyTo(g.Values);
        below.Values.CopyTo(w.Values);
        return BlockTridiagonal.Factor<double>(g, w);
    }

    [Benchmark]
    public void SolveBlocks() => BlockTridiagonal.Solve<double>(g, w, right);

    [Benchmark]
    public void VariancesOfBlocks() => BlockTridiagonal.SelectedInverse<double>(g, w, inverseDiagonal, inverseBelow);
}
