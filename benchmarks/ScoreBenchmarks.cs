using BenchmarkDotNet.Attributes;
using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Benchmarks;

/// <summary>Every score of one ensemble at one time.</summary>
public class ScoreBenchmarks
{
    private readonly ScoreKeeper keeper = new(new RandomSource(1));
    private Matrix<double> members = new(0, 0);
    private double[] truth = [];
    private int time;

    [Params(10, 40)]
    public int Members { get; set; }

    [Params(40, 10_000)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (members, truth) = (new Matrix<double>(Members, Width), new double[Width]);
        new RandomSource(2).FillNormal(members.Values);
        new RandomSource(3).FillNormal(truth);
    }

    [Benchmark]
    public Scores Record() => keeper.Record(time++ & 1023, members, [], truth);
}
