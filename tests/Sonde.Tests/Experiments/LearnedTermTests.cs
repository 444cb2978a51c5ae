using Sonde.Assimilation.Amortized;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Tests.Experiments;

/// <summary>Systems with a term that was learned.</summary>
public sealed class LearnedTermTests
{
    private const string Text = """
        name: term
        system: { kind: lorenz96, size: 8, forcing: 4, term: t.safetensors }
        truth: { kind: lorenz96, size: 8 }
        time: { step: 0.02, spinUp: 2, cycles: 30 }
        observations: { every: 0.02, noise: 0.5 }
        background: { kind: perturbed-truth, sd: 1 }
        methods: [{ kind: etkf, members: 9 }]

        """;

    [Fact]
    public void A_constant_term_of_four_makes_the_forcing_eight()
    {
        using var folder = new RunFolder();
        Write(folder, [[-2, 0, 2], [4, 4, 4]]);
        var (corrected, eight) = (new FieldSystem(new Lorenz96(8, 4), Term: "t.safetensors").Build(folder.Path), new RungeKuttaSystem(new Lorenz96(8)));
        var (own, other) = (new Matrix<double>(1, 8), new Matrix<double>(1, 8));
        own[0, 3] = other[0, 3] = 1;
        corrected.Advance(own, 0, 0.02, 100, 0, new RandomSource(1));
        eight.Advance(other, 0, 0.02, 100, 0, new RandomSource(1));
        for (var i = 0; i < 8; i++)
            Assert.Equal(other[0, i], own[0, i], 1e-9);
    }

    [Fact]
    public void Methods_run_the_model_with_it_and_the_truth_without()
    {
        using var folder = new RunFolder();
        Write(folder, [[-2, 0, 2], [4, 4, 4]]);
        folder.Write("term.yaml", Text);
        folder.Write("eight.yaml", Text.Replace(", forcing: 4, term: t.safetensors", "", StringComparison.Ordinal));
        Assert.Equal(folder.Run("eight.yaml", "eight").Summary!.Methods[0].Rmse, folder.Run("term.yaml", "out").Summary!.Methods[0].Rmse, 1e-6);
    }

    [Fact]
    public void A_single_method_may_run_the_model_with_it()
    {
        using var folder = new RunFolder();
        Write(folder, [[-2, 0, 2], [4, 4, 4]]);
        folder.Write("all.yaml", Text.Replace("[{", "[{ name: with,", StringComparison.Ordinal));
        folder.Write("one.yaml", Text.Replace(", term: t.safetensors", "", StringComparison.Ordinal).Replace("members: 9 }", "members: 9 }, { name: with, kind: etkf, members: 9, term: t.safetensors }", StringComparison.Ordinal));
        var methods = folder.Run("one.yaml", "one").Summary!.Methods;
        Assert.Equal(folder.Run("all.yaml", "all").Summary!.Methods[0].Rmse, methods[1].Rmse);
        Assert.True(methods[1].Rmse < 0.8 * methods[0].Rmse, $"{methods[1].Rmse} with the term, {methods[0].Rmse} without");
    }

    [Fact]
    public void A_method_may_run_the_model_with_what_another_learns()
    {
        using var folder = new RunFolder();
        const string learns = "{ name: learns, kind: vi-coda, halfWindow: 5, rollout: 3, refinements: 3, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 3, averages: 2 }, "
            + "tendency: { hidden: [4], epochs: 1, knots: 5, at: [2] }, training: { length: 1000, epochs: 1, batch: 8, span: 4 } }";
        folder.Write("term.yaml", Text.Replace(", term: t.safetensors", "", StringComparison.Ordinal).Replace("[{ kind: etkf, members: 9 }]", $"[{{ kind: etkf, members: 9 }}, {{ name: with, kind: etkf, members: 9, term: {{ of: learns }} }}, {learns}]", StringComparison.Ordinal));
        var methods = folder.Run("term.yaml", "out").Summary!.Methods;
        Assert.InRange(methods[2].Learned!["tendency(2)"].Value, 3.5, 4.5);
        Assert.True(methods[1].Rmse < 0.8 * methods[0].Rmse, $"{methods[1].Rmse} with the term, {methods[0].Rmse} without");
        folder.Write("again.yaml", Text.Replace("t.safetensors", "out/weights/learns.safetensors", StringComparison.Ordinal).Replace("[{", "[{ name: with,", StringComparison.Ordinal));
        Assert.Equal(methods[1].Rmse, folder.Run("again.yaml", "again").Summary!.Methods[0].Rmse);

        folder.Write("none.yaml", Text.Replace(", term: t.safetensors", "", StringComparison.Ordinal).Replace("members: 9 }", "members: 9, term: { of: etfk } }", StringComparison.Ordinal));
        Assert.Contains("method 'etkf' has the term of 'etfk'; expected the name of a method of this file that is trained here with 'tendency' and 'refinements'", Assert.Throws<InputException>(() => folder.Run("none.yaml", "out2")).Message, StringComparison.Ordinal);
        folder.Write("self.yaml", Text.Replace("{ kind: etkf, members: 9 }", learns.Replace("name: learns,", "name: learns, term: { of: other },", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Contains("stands with a method that learns through the model as it is", Assert.Throws<InputException>(() => folder.Run("self.yaml", "out2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_sentence()
    {
        using var folder = new RunFolder();
        folder.Write("term.yaml", Text);
        Refused("There is no file");
        Write(folder, [[-2, 0, 3], [4, 4, 4]]);
        Refused("do not ascend by equal steps");
        Write(folder, [[-2, 0, 2]]);
        Refused("has 1 rows; expected knots and values");
        Write(folder, [[-2, 0, 2], [4, 4, 4]], "another");
        Refused("holds no 'learned tendency'; expected the weights of a method with 'tendency' and 'refinements'");
        Write(folder, [[-2, 0, 2], [4, 4, 4]]);
        folder.Write("term.yaml", Text.Replace("term: t", "estimate: [{ name: forcing, sd: 1 }], term: t", StringComparison.Ordinal));
        Refused("expected 'term' or 'estimate'");

        void Refused(string sentence) => Assert.Contains(sentence, Assert.Throws<InputException>(() => folder.Run("term.yaml", "out")).Message, StringComparison.Ordinal);
    }

    private static void Write(RunFolder folder, double[][] rows, string name = TendencyNetwork.Saved)
    {
        var writer = new SafetensorsWriter();
        writer.Add<double>("statistics." + name, [rows.Length, rows[0].Length], rows.SelectMany(row => row).ToArray());
        writer.Write(folder.File("t.safetensors"));
    }
}
