using System.Text.Json;

namespace Sonde.Cli.Tests;

/// <summary><c>sonde train</c> as a user runs it.</summary>
public sealed class TrainTests
{
    private const string Small = """
        name: parabola
        seed: 2
        kind: regression
        data: { file: parabola.csv, inputs: [x], targets: [y] }
        network: { kind: mlp, hidden: [12] }
        training: { rate: 0.02, epochs: 40, batch: 8, validation: 0.2 }
        """;

    [Fact]
    public void A_training_prints_tables_and_leaves_its_folder()
    {
        using var sonde = Prepared();
        var (exit, output, error) = sonde.Run("train", "parabola.yaml");
        Assert.True(exit == 0, error);
        Assert.Contains("training: finished", output, StringComparison.Ordinal);
        Assert.Contains("explained", output, StringComparison.Ordinal);
        Assert.EndsWith(Path.Combine("results", "parabola", "model.json"), output.Trim(), StringComparison.Ordinal);
        using var model = JsonDocument.Parse(File.ReadAllText(Path.Combine(sonde.Folder, "results", "parabola", "model.json")));
        Assert.Equal("regression", model.RootElement.GetProperty("kind").GetString());
        Assert.Equal("mlp", model.RootElement.GetProperty("settings").GetProperty("network").GetProperty("kind").GetString());
    }

    [Fact]
    public void The_error_of_a_surrogate_is_measured_on_data_simulated_again()
    {
        using var sonde = Prepared();
        File.WriteAllText(Path.Combine(sonde.Folder, "lorenz.yaml"), """
            name: lorenz
            kind: ldnet
            data:
              system: { kind: lorenz96, size: 6, estimate: [{ name: forcing, least: 7, greatest: 9 }] }
              time: { step: 0.05, until: 0.5, every: 0.1 }
              trajectories: 8
            latent: { states: 2, network: dense }
            decoder: { kind: separable, modes: 3, network: dense }
            training: { rate: 0.01, epochs: 2, batch: 4, validation: 0.5 }
            """);
        Assert.Equal(0, sonde.Run("train", "lorenz.yaml", "--out", "lorenz").ExitCode);
        var written = Path.Combine(sonde.Folder, "lorenz", "error.safetensors");
        var before = File.ReadAllBytes(written);
        File.Delete(written);
        var (exit, output, error) = sonde.Run("measure", "lorenz");
        Assert.True(exit == 0, error);
        Assert.StartsWith("4 held-out trajectories: error ", output, StringComparison.Ordinal);
        Assert.Equal(before.Length, File.ReadAllBytes(written).Length);
        (exit, _, error) = sonde.Run("measure", "nowhere");
        Assert.Equal(2, exit);
        Assert.StartsWith("sonde: There is no surrogate nowhere;", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_change_no_bit_and_seeds_do()
    {
        using var sonde = Prepared();
        Assert.Equal(0, sonde.Run("train", "parabola.yaml", "--threads", "1", "--out", "one").ExitCode);
        Assert.Equal(0, sonde.Run("train", "parabola.yaml", "--threads", "2", "--out", "two").ExitCode);
        Assert.Equal(0, sonde.Run("train", "parabola.yaml", "--seed", "3", "--out", "other").ExitCode);
        Assert.Equal(Weights("one"), Weights("two"));
        Assert.NotEqual(Weights("one"), Weights("other"));

        byte[] Weights(string folder) => File.ReadAllBytes(Path.Combine(sonde.Folder, folder, "model.safetensors"));
    }

    [Fact]
    public void Json_is_all_that_standard_output_gets()
    {
        using var sonde = Prepared();
        var (_, output, error) = sonde.Run("train", "parabola.yaml", "--json");
        using var summary = JsonDocument.Parse(output);
        Assert.Equal("parabola", summary.RootElement.GetProperty("training").GetString());
        Assert.InRange(summary.RootElement.GetProperty("scores").GetProperty("y").GetProperty("explained").GetDouble(), 0.8, 1);
        Assert.Contains("explained", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_no_number_exits_with_3_and_a_sentence()
    {
        using var sonde = Prepared();
        var (exit, _, error) = sonde.Run("train", "parabola.yaml", "--set", "training.optimizer=sgd", "--set", "training.rate=1e8", "--set", "network.activation=square");
        Assert.Equal(3, exit);
        Assert.Contains("sonde: training: the loss or its gradient was not finite at step ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind=regresion", "did you mean 'regression'?")]
    [InlineData("data.targets=[z]", "parabola.csv: there is no column 'z'")]
    [InlineData("network=[dense, dense]", "network.layers[0]: The key 'width' is missing")]
    [InlineData("training.epoch=3", "'epoch' is not a key of training")]
    [InlineData("start=none.safetensors", "none.safetensors")]
    public void Bad_input_exits_with_2_and_one_sentence(string set, string part)
    {
        using var sonde = Prepared();
        var (exit, output, error) = sonde.Run("train", "parabola.yaml", "--set", set);
        Assert.Equal(2, exit);
        Assert.Empty(output);
        Assert.Contains(part, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.OrdinalIgnoreCase);
    }

    private static CommandLine Prepared()
    {
        var sonde = new CommandLine();
        sonde.Write("parabola.yaml", Small);
        sonde.Write("parabola.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 80).Select(i => FormattableString.Invariant($"{i * 0.05 - 2},{Math.Pow(i * 0.05 - 2, 2)}\n"))));
        return sonde;
    }
}
