using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Score;

/// <summary>What is read of simulated truths by one layout, with and without errors.</summary>
internal sealed class TwinReadings
{
    private const int BlockBytes = 1 << 26;             // of truths in memory at once
    private readonly IObservationError[][] errors;      // a trajectory, a time

    private TwinReadings(ReadingLayout layout, int trajectories)
    {
        (Layout, Exact, Noisy, errors) = (layout, new(trajectories, layout.Width), new(trajectories, layout.Width), new IObservationError[trajectories][]);
    }

    /// <summary>What is read of the rows that stand for some trajectories.</summary>
    /// <param name="first">Number of the first trajectory.</param>
    /// <param name="rows">[some, T × width].</param>
    public delegate void Keep(int first, ReadOnlyBatch<double> rows);

    /// <summary>Where and when.</summary>
    public ReadingLayout Layout { get; }

    /// <summary>Without errors, a row a trajectory.</summary>
    public Matrix<double> Exact { get; }

    /// <summary>With the errors of an observation.</summary>
    public Matrix<double> Noisy { get; }

    /// <summary>Simulates and reads.</summary>
    /// <param name="twins">What makes truths.</param>
    /// <param name="count">How many trajectories.</param>
    /// <param name="layout">As they must be laid out; null for as they are.</param>
    /// <param name="random">All their randomness.</param>
    /// <param name="keep">Called once for each trajectory's rows.</param>
    /// <exception cref="ArgumentException">Observations differ in their layout.</exception>
    public static TwinReadings Draw(ITwinSource twins, int count, ReadingLayout? layout, RandomSource random, Keep keep)
    {
        var (times, width) = (twins.Times.Count, twins.Problem.System.Width);
        var block = Math.Clamp(BlockBytes / (sizeof(double) * times * twins.TruthWidth), 1, count);
        var (truths, rows) = (new Matrix<double>(block, times * twins.TruthWidth), new Matrix<double>(block, times * width));
        var readings = default(TwinReadings);
        for (var first = 0; first < count; first += block)
        {
            var some = Math.Min(block, count - first);
            var own = truths.All.Slice(0, some);
            var ofOwn = rows.All.Slice(0, some);
            twins.Simulate(own, random.Fork("trajectories").Fork(first));
            for (var row = 0; row < some; row++)
            {
                var series = twins.ObserveTruth(own[row], random.Fork("observations").Fork(first + row));
                readings ??= new TwinReadings(layout ?? new ReadingLayout(series), count);
                readings.Read(first + row, series, own[row], twins.TruthWidth);
            }
            twins.Represent(own, ofOwn);
            keep(first, ofOwn);
        }
        return readings!;
    }

    /// <summary>Adds errors to exact readings.</summary>
    /// <param name="trajectory">Whose.</param>
    /// <param name="time">At which of the layout's times.</param>
    /// <param name="values">[Count], changed.</param>
    /// <param name="random">Where errors are drawn.</param>
    public void AddErrors(int trajectory, int time, Span<double> values, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var drawn = frame.Rent(1, values.Length);
        errors[trajectory][time].Sample(drawn, random);
        TensorPrimitives.Add(values, drawn[0], values);
    }

    private void Read(int trajectory, IReadOnlyList<Observation> series, ReadOnlySpan<double> truth, int width)
    {
        Layout.Expect(series);
        errors[trajectory] = new IObservationError[Layout.Times.Length];
        for (var time = 0; time < Layout.Times.Length; time++)
        {
            var (k, first) = (Layout.Times[time], time * Layout.Count);
            series[k].Operator.Apply(new ReadOnlyBatch<double>(truth.Slice(k * width, width)), new Batch<double>(Exact[trajectory].Slice(first, Layout.Count)));
            series[k].Values.Span.CopyTo(Noisy[trajectory][first..]);
            errors[trajectory][time] = series[k].Error;
        }
    }
}
