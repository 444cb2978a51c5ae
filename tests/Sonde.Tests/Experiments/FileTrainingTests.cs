using System.Globalization;
using Sonde.Dynamics;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Networks;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Experiments;

/// <summary>Methods that are trained for observations from a file.</summary>
public sealed class FileTrainingTests
{
    private const string Text = """
        name: readings
        seed: 4
        system: { kind: lorenz63, modelError: 0.5 }
        time: { step: 0.025 }
        observations: { file: readings.csv, columns: { error: 0.5 }, qualityControl: { withheld: { stations: [b] } } }
        background: { kind: prior, sd: 6, mean: [0, 0, 25] }
        methods:
          - { name: prior, kind: free-run, members: 20 }
          - { name: interpolation, kind: gaussian-interpolation, trajectories: 400 }
          - name: neural
            kind: neural-incremental
            network: { kind: convolutions, channels: 8, blocks: 1, kernel: 3 }
            training: { trajectories: 400, epochs: 2, rate: 0.01, calibration: 50 }

        """;

    [Fact]
    public void A_job_trains_on_twins_that_are_observed_as_its_file_and_reads_weights_back()
    {
        using var folder = Folder();
        var methods = folder.Run("job.yaml", "out").Summary!.Methods;
        Assert.All(methods, method => Assert.False(method.Diverged, method.Reason));
        Assert.True(methods[1].Withheld!["x"].Rmse < 0.5 * methods[0].Withheld!["x"].Rmse);
        folder.Write("again.yaml", Text.Replace("name: neural\n", "name: neural\n    weights: out/weights/neural.safetensors\n", StringComparison.Ordinal));
        var again = folder.Run("again.yaml", "again").Summary!.Methods[2];
        Assert.Null(again.TrainingSeconds);
        Assert.Equal(methods[2].WithheldSmoothed!["x"].Rmse, again.WithheldSmoothed!["x"].Rmse);
    }

    [Fact]
    public void Shorter_windows_learn_stretches_of_a_regular_series()
    {
        using var folder = Folder();
        folder.Write("job.yaml", Text.Replace("gaussian-interpolation, trajectories", "gaussian-interpolation, window: 4, trajectories", StringComparison.Ordinal));
        Assert.False(folder.Run("job.yaml", "out").Summary!.Methods[1].Diverged);
        folder.Write("readings.csv", Csv(k => k == 7 ? 0.85 : 0.1 * (k + 1)));
        Assert.Contains("time 7 is not; expected windows of the whole series", Assert.Throws<InputException>(() => folder.Run("job.yaml", "irregular")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_observations_in_the_training_of_a_job_are_refused()
    {
        using var folder = Folder();
        folder.Write("job.yaml", Text.Replace("calibration: 50", "calibration: 50, observations: { every: 0.1 }", StringComparison.Ordinal));
        Assert.Contains("the training observes as the file does", Assert.Throws<InputException>(() => folder.Run("job.yaml", "out")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_network_has_the_places_and_errors_of_its_series()
    {
        var series = Enumerable.Range(0, 5).Select(k => new Observation
        {
            Index = k, At = new GridTime(k + 1), Operator = new ComponentOperator(3, [k % 3]), Values = new[] { double.NaN }, Error = new DiagonalError(1, 0.1 * (k + 1)), Points = [null],
        }).ToArray();
        var (network, squares, firsts) = (new RepeatedNetwork(series), new double[5], new HashSet<double>());
        var states = new Matrix<double>(5, 3);
        for (var i = 0; i < states.Values.Length; i++)
            states.Values[i] = 10 * i;
        GridTime[] times = [.. series.Select(one => one.At)];
        for (var n = 0; n < 4000; n++)
        {
            var random = new RandomSource(n);
            var whole = network.Observe(times, new TimeGrid(0, 1), states, random.Fork("places"), random.Fork("noise"));
            for (var k = 0; k < 5; k++)
                squares[k] += Math.Pow(whole[k].Values.Span[0] - states[k, k % 3], 2) / 4000;
            var part = network.Observe(times[..2], new TimeGrid(0, 1), states.All.Slice(0, 2), random.Fork("places"), random.Fork("noise"));
            Assert.Equal([0, 1], part.Select(one => one.Index));
            firsts.Add(Math.Round(part[0].Values.Span[0] / 10));
        }
        for (var k = 0; k < 5; k++)
            Assert.Equal(0.1 * (k + 1), Math.Sqrt(squares[k]), 0.05 * 0.1 * (k + 1));
        Assert.Equal([0, 2], firsts.Order());                   // component 0 of times 0 and 1, component 2 of times 2 and 3
    }

    private static RunFolder Folder()
    {
        var folder = new RunFolder(Catalog.Kinds);
        folder.Write("job.yaml", Text);
        folder.Write("readings.csv", Csv(k => 0.1 * (k + 1)));
        return folder;
    }

    /// <summary>Twelve times; station a is read at all of them, b at some, where they would agree.</summary>
    private static string Csv(Func<int, double> time) => "time,station,x\n" + string.Concat(Enumerable.Range(0, 12).SelectMany(k => new[] { "a", "b" }
        .Where(station => station == "a" || k % 4 == 1)
        .Select(station => string.Create(CultureInfo.InvariantCulture, $"{time(k)},{station},{8 * Math.Sin(4 * time(k)):F3}\n"))));
}
