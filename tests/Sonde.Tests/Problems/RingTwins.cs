using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Problems;

/// <summary>A long wave and a short one, of any size, carried around a ring of 16 sites, of which every second is read.</summary>
internal sealed class RingTwins : ITwinSource
{
    private const int Sites = 16, Length = 10;
    private const double Noise = 0.2;
    private readonly LinearAdvection system = new(Sites);

    public AssimilationProblem Problem => new(system, new TimeGrid(0, 1), null, 1);

    public IReadOnlyList<GridTime> Times => [.. Enumerable.Range(1, Length).Select(k => new GridTime(k))];

    public void Simulate(Batch<double> truths, RandomSource random)
    {
        var x = new Matrix<double>(truths.Rows, Sites);
        Draw(x, random);
        for (var k = 0; Sites * k < truths.Width; k++)
        {
            system.Advance(x, k, 1, 1, 0, random);
            for (var row = 0; row < x.Rows; row++)
                x[row].CopyTo(truths[row].Slice(Sites * k, Sites));
        }
    }

    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random)
    {
        int[] sites = [.. Enumerable.Range(0, Sites / 2).Select(i => 2 * i)];
        var observations = new Observation[truth.Length / Sites];
        for (var k = 0; k < observations.Length; k++)
        {
            var values = new double[sites.Length];
            for (var j = 0; j < values.Length; j++)
                values[j] = truth[Sites * k + sites[j]] + Noise * random.NextNormal();
            observations[k] = new Observation
            {
                Index = k, At = Times[k], Operator = new ComponentOperator(Sites, sites), Error = new DiagonalError(values.Length, Noise), Values = values,
                Points = [.. sites.Select(site => (SpacePoint?)new SpacePoint(site))],
            };
        }
        return observations;
    }

    /// <summary>Root mean square error of a method after half of the times, and of believing 0.</summary>
    public (double Error, double Usual) Score(IAssimilationMethod method)
    {
        const int Truths = 10;
        var (random, truths) = (new RandomSource(3), new Matrix<double>(Truths, Sites * Length));
        Simulate(truths, random.Fork("truths"));
        var (error, usual) = (0.0, 0.0);
        for (var row = 0; row < Truths; row++)
        {
            var recorder = new BeliefRecorder();
            var cycle = new Cycle(method, Problem, new Drawn(), Observe(truths[row], random.Fork(row)), recorder, random, Workers.One);
            while (cycle.Advance())
            {
            }
            Assert.Equal(AnalysisStatus.Sound, cycle.Last!.Status);
            for (var k = Length / 2; k < Length; k++)
            {
                error += Math.Pow(TensorPrimitives.Distance<double>(recorder.Analyses[k].MeanState, truths[row].Slice(Sites * k, Sites)), 2);
                usual += TensorPrimitives.SumOfSquares<double>(truths[row].Slice(Sites * k, Sites));
            }
        }
        return (Math.Sqrt(error), Math.Sqrt(usual));
    }

    private static void Draw(Batch<double> x, RandomSource random)
    {
        for (var row = 0; row < x.Rows; row++)
        {
            var (a, b, c, d) = (random.NextNormal(), random.NextNormal(), random.NextNormal(), random.NextNormal());
            for (var i = 0; i < Sites; i++)
            {
                var phase = 2 * Math.PI * i / Sites;
                x[row, i] = a * Math.Cos(phase) + b * Math.Sin(phase) + 0.5 * (c * Math.Cos(3 * phase) + d * Math.Sin(3 * phase));
            }
        }
    }

    private sealed class Drawn : IPrior
    {
        public void Sample(Batch<double> members, RandomSource random) => Draw(members, random);

        public GaussianBelief Moments() => throw new NotSupportedException();
    }
}
