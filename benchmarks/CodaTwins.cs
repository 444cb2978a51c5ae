using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Benchmarks;

/// <summary>Lorenz-96 of 40 components every 0.01, of which 10 drawn anew at each time are read with unit errors: the set-up of CODA.</summary>
internal sealed record CodaTwins(int Length) : ITwinSource
{
    private const int Sites = 40, Read = 10, SpinUp = 1000;
    private const double Step = 0.01;
    private readonly RungeKuttaSystem system = new RungeKuttaSystem(new Lorenz96(Sites));
    private readonly TimeGrid grid = new(0, Step);

    public AssimilationProblem Problem => new(system, grid, null, Step);

    public IReadOnlyList<GridTime> Times { get; } = [.. Enumerable.Range(1, Length).Select(k => new GridTime(k))];

    public void Simulate(Batch<double> truths, RandomSource random)
    {
        var x = new Matrix<double>(truths.Rows, Sites);
        random.FillNormal(x.Values);
        system.Advance(x, 0, Step, SpinUp, 0, random);
        for (var t = 0; Sites * t < truths.Width; t++)
        {
            system.Advance(x, 0, Step, 1, 0, random);
            for (var row = 0; row < x.Rows; row++)
                x[row].CopyTo(truths[row].Slice(Sites * t, Sites));
        }
    }

    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random)
    {
        var observations = new Observation[truth.Length / Sites];
        for (var t = 0; t < observations.Length; t++)
        {
            var order = Enumerable.Range(0, Sites).ToArray();
            random.Shuffle(order.AsSpan());
            var places = order[..Read];
            Array.Sort(places);
            var values = new double[Read];
            for (var j = 0; j < Read; j++)
                values[j] = truth[Sites * t + places[j]] + random.NextNormal();
            observations[t] = new Observation
            {
                Index = t, At = Times[t], Operator = new ComponentOperator(Sites, places), Error = new DiagonalError(Read, 1), Points = new SpacePoint?[Read], Values = values,
            };
        }
        return observations;
    }
}
