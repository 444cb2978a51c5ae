using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Problems;

/// <summary>Lorenz-63 with model noise, from far and wide, whose first component is read at an eighth of the times, drawn anew each time.</summary>
/// <param name="Length">T.</param>
internal sealed record LorenzTwins(int Length) : ITwinSource
{
    private const int Every = 4;
    private const double Noise = 0.4;
    private readonly IDynamicalSystem system = NoisySystem.Around(new RungeKuttaSystem(new Lorenz63()), new DiagonalNoise(3, 1));
    private readonly TimeGrid grid = new(0, 0.0125);

    public AssimilationProblem Problem => new(system, grid, null, Every * grid.StepLength);

    public IReadOnlyList<GridTime> Times => [.. Enumerable.Range(1, Length).Select(k => new GridTime(k * Every))];

    public void Simulate(Batch<double> truths, RandomSource random)
    {
        var x = new Matrix<double>(truths.Rows, 3);
        random.Fork("start").FillNormal(x.Values);
        for (var row = 0; row < x.Rows; row++)
            (x[row, 0], x[row, 1], x[row, 2]) = (10 * x[row, 0], 10 * x[row, 1], 25 + 10 * x[row, 2]);
        for (var t = 0; 3 * t < truths.Width; t++)
        {
            Forecast.Run(system, grid, new GridTime(t * Every), new GridTime((t + 1) * Every), x, random.Fork("noise"), Workers.One);
            for (var row = 0; row < x.Rows; row++)
                x[row].CopyTo(truths[row].Slice(3 * t, 3));
        }
    }

    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random)
    {
        var length = truth.Length / 3;
        var order = Enumerable.Range(0, length).ToArray();
        random.Shuffle(order.AsSpan());
        var observations = new Observation[length];
        for (var t = 0; t < length; t++)
        {
            var count = Array.IndexOf(order, t) < length / 8 ? 1 : 0;
            observations[t] = new Observation
            {
                Index = t, At = Times[t], Operator = new ComponentOperator(3, new int[count]), Error = new DiagonalError(count, Noise), Points = new SpacePoint?[count],
                Values = count == 0 ? default : new[] { truth[3 * t] + Noise * random.NextNormal() },
            };
        }
        return observations;
    }
}
