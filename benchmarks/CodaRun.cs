using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sonde.Assimilation.Amortized;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>
/// Training steps of CODA's networks with its own loss, Adam's step included, as peers/coda_side.py makes them too from the same weights and windows:
/// <c>coda FOLDER [seconds a network] [threads]</c>. Leaves there what the other program reads, with the loss and its gradient, and prints times as CSV.
/// </summary>
internal sealed class CodaRun
{
    private const int Warm = 5;
    private readonly Tape<float> tape = new();
    private readonly WindowPool pool;
    private readonly AmortizedModel model;
    private readonly SampleLoss<float> loss;
    private readonly LossGradient<float> gradients;
    private readonly Matrix<float> weights, memory;
    private readonly AmortizedSettings settings;
    private readonly RandomSource random = new(7);
    private readonly Adam rule = new();
    private readonly int[] samples;
    private long step;

    private CodaRun(IStateEncoder network, int batch, Workers workers)
    {
        var training = new AmortizedTraining(Length: 1000, Batch: batch);
        settings = new(25, 25, 0.5, 1, null, 0, network, 0, 50, 1, Recalibration.None, 0, training, []);
        pool = new(settings, new CodaTwins(1000), random);
        model = new(settings, pool.Scale, pool.Span);
        loss = model.Loss(pool, 0, settings.Alpha!.Value, drops: true);
        samples = [.. Enumerable.Range(0, batch).Select(i => i * (pool.Samples / batch))];
        weights = new Matrix<float>(1, model.Network.WeightCount);
        memory = new Matrix<float>(rule.Memories, weights.Width);
        gradients = new(weights.Width, batch, loss, random, workers);
        model.Network.Initialize(weights.Values, random.Fork("weights"));
        for (var i = 0; i < weights.Width; i++)
            if (weights.Values[i] == 0)
                weights.Values[i] = 0.02f * MathF.Sin(i);                   // biases, and a last convolution that begins at 0, should count too
    }

    public static int Execute(string[] arguments)
    {
        var folder = Directory.CreateDirectory(arguments[0]).FullName;
        var seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        var workers = new Workers(arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 1);
        Console.WriteLine("network,processor ms,least ms,median ms,loss,bytes allocated");
        Case("time-pooled-u-net", new TimePooledUNet(), 16);
        Case("window-convolutions", new SpaceTimeResidual(), 4);
        return 0;

        void Case(string name, IStateEncoder network, int batch)
        {
            var run = new CodaRun(network, batch, workers);
            var value = run.Export(Path.Combine(folder, name));
            var (times, processor) = (new List<double>(), new List<double>());
            for (var i = 0; i < Warm; i++)
                run.Step();
            var (before, whole) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            do
            {
                var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                run.Step();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                processor.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
            }
            while (times.Count < 5 || whole.Elapsed.TotalSeconds < seconds);
            var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / times.Count;
            times.Sort();
            processor.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name},{processor[processor.Count / 2]:0.##},{times[0]:0.##},{times[times.Count / 2]:0.##},{value:R},{bytes}"));
        }
    }

    private void Step()
    {
        gradients.Evaluate(weights, samples, step);
        rule.Step<float>(weights.Values, gradients.Gradient, memory, step++, 1e-3);
    }

    /// <summary>Weights, images and what is observed along rollouts, as they are at the first step; its loss and gradient.</summary>
    private double Export(string folder)
    {
        Directory.CreateDirectory(folder);
        var windows = pool.Windows(samples, random);
        var drawing = model.Encoding.Draw(tape, windows);
        Write("images", drawing.Images.Value.Values);
        Write("basis", drawing.Basis.Value.Values);
        Write("ahead", model.Encoding.Draw(tape, Array.ConvertAll(windows, window => window with { First = window.First + settings.Ahead })).Images.Value.Values);
        foreach (var (name, read) in new (string, Func<ObservedSeries, Matrix<float>>)[] { ("values", series => series.Values), ("mask", series => series.Mask) })
            Write(name, [.. from window in windows from time in Enumerable.Range(0, model.Encoding.Count + settings.Rollout) from number in read(window.Series)[window.First + time].ToArray() select number]);
        Write("center", [.. pool.Scale.State.Mean.ToArray().Select(number => (float)number)]);
        Write("unit", [.. pool.Scale.State.Deviation.ToArray().Select(number => (float)number)]);
        Write("weights", weights.Values);
        var value = gradients.Evaluate(weights, samples, 0);
        Write("gradient", gradients.Gradient);
        File.WriteAllText(Path.Combine(folder, "loss"), value.ToString("R", CultureInfo.InvariantCulture));
        return value;

        void Write(string name, ReadOnlySpan<float> numbers) => File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes(numbers));
    }
}
