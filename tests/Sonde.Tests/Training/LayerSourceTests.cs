using Sonde.Calculus;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Training.Layers;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Tests.Training;

/// <summary>Networks of files: what a layer reads follows from what stands before it.</summary>
public sealed class LayerSourceTests
{
    /// <summary>YAML, what it reads and writes, how many weights it has by hand.</summary>
    public static TheoryData<string, string, string, int> Networks => new()
    {
        { "dense", "1 1 4", "1 1 3", 4 * 3 + 3 },
        { "{ kind: mlp, hidden: [8, 6], activation: relu }", "1 1 4", "1 1 3", 8 * 5 + 6 * 9 + 3 * 7 },
        { "{ kind: mlp, hidden: [8], dropout: 0.1 }", "1 1 4", "1 1 3", 8 * 5 + 3 * 9 },
        { "[{ kind: dense, width: 5, activation: tanh }, layer-norm, { kind: activation, function: silu }, dense]", "1 1 4", "1 1 3", 25 + 10 + 18 },
        { "[{ kind: residual, branch: [{ kind: dense, width: 9 }, dense] }, dense]", "1 1 4", "1 1 3", 9 * 5 + 4 * 10 + 15 },
        { "[{ kind: parallel, branches: [{ kind: dense, width: 2 }, { kind: mlp, hidden: [3], width: 5 }] }, dense]", "1 1 4", "1 1 3", 10 + 15 + 20 + 24 },
        { "[{ kind: skip, branch: { kind: dense, width: 2 } }, dense]", "1 1 4", "1 1 3", 10 + 21 },
        { "[{ kind: fourier-features, frequencies: 6 }, dense]", "1 1 2", "1 1 3", 12 + 39 },
        { "[{ kind: fourier-features, frequencies: 6, learned: false, seed: 4 }, dense]", "1 1 2", "1 1 3", 39 },
        { "[{ kind: positional-embedding, width: 6 }, dense]", "1 1 1", "1 1 3", 21 },
        { "[{ kind: lstm, states: 5, steps: 4, layers: 2 }, { kind: dropout, probability: 0.2 }, dense]", "1 1 8", "1 1 3", 20 * 9 + 20 * 12 + 18 },
        { "[{ kind: lstm, states: 5, steps: 4, every: true }, { kind: each, parts: 4, layer: dense }]", "1 1 8", "1 1 12", 20 * 9 + 18 },
        { "[{ kind: convolution, channels: 6, kernel: 5, border: circular, activation: relu }, convolution]", "2 1 10", "1 1 10", 66 + 19 },
        { "[{ kind: convolution, channels: 6, stride: 2 }, { kind: group-norm, groups: 2 }, transposed-convolution]", "2 8 8", "3 8 8", 6 * 19 + 12 + 6 * 3 * 16 + 3 },
        { "[{ kind: convolution, channels: 4, stride: 2 }, { kind: transposed-convolution, kernel: 3, stride: 2 }]", "1 1 10", "2 1 10", 16 + 4 * 2 * 3 + 2 },
        {
            "[{ kind: skip, branch: [average-pooling, { kind: convolution, channels: 4 }, upsampling] }, convolution]", "2 4 4", "2 4 4",
            4 * 19 + 2 * (6 * 9 + 1)
        },
        {
            """
            - { kind: convolution, channels: 16, border: circular, activation: silu }
            - { kind: residual, branch: [{ kind: convolution, channels: 32, activation: silu }, convolution] }
            - { kind: skip, branch: [average-pooling, { kind: convolution, channels: 32, activation: silu }, upsampling] }
            - convolution
            """, "1 1 64", "1 1 64", 4 * 16 + 49 * 32 + 97 * 16 + 49 * 32 + 48 * 3 + 1
        },
        { "[{ kind: convolution, channels: 4, dilation: 3, bias: false }, max-pooling, { kind: dense, bias: false }]", "1 1 12", "1 1 3", 12 + 4 * 6 * 3 },
        { "[{ kind: shape, channels: 2 }, { kind: convolution, channels: 3 }, { kind: dense }]", "1 1 8", "1 1 1", 3 * 7 + 13 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_reads_and_writes_what_its_place_needs(string yaml, string input, string output, int weights)
    {
        var layer = Build(yaml, input, output);
        Assert.Equal(Shape(input).Count, layer.InputWidth);
        Assert.Equal(Shape(output).Count, layer.OutputWidth);
        Assert.Equal(weights, layer.WeightCount);
        var (w, x, y) = (new Matrix<double>(1, weights), new Matrix<double>(3, layer.InputWidth), new Matrix<double>(3, layer.OutputWidth));
        layer.Initialize(w.Values, new RandomSource(2));
        new RandomSource(3).FillNormal(x.Values);
        layer.With(w).Evaluate(x, y);
        Assert.All(y.Values.ToArray(), value => Assert.True(double.IsFinite(value)));
        Assert.NotEqual(y[0, 0], y[1, 0]);
    }

    [Theory]
    [InlineData("[{ kind: dense, width: 5 }, { kind: dense, width: 7 }]", "network.layers[1]: It writes 7 values; expected 3 values.")]
    [InlineData("[dense, dense]", "network.layers[0]: The key 'width' is missing, and nothing after the layer says how many values it writes.")]
    [InlineData("[{ kind: residual, branch: [{ kind: dense, width: 9 }, { kind: dense, width: 2 }] }, dense]", "network.layers[0].branch.layers[1]: It writes 2 values; expected 4 values.")]
    [InlineData("[{ kind: lstm, states: 5, steps: 3 }, dense]", "network.layers[0]: 4 values are no sequence of 3 equal steps.")]
    [InlineData("[{ kind: positional-embedding, width: 6 }, dense]", "network.layers[0]: An embedding reads 1 value, not 4.")]
    [InlineData("[{ kind: convolution, channels: 2, kernel: 9, padding: 0 }, dense]", "network.layers[0]: A kernel of 1 × 9 does not fit into 1 × 4, the image with its padding.")]
    public void A_layer_that_does_not_fit_is_named(string yaml, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<InputException>(() => Build(yaml, "1 1 4", "1 1 3")).Message);

    [Theory]
    [InlineData("[{ kind: dens }]", "did you mean 'dense'?")]
    [InlineData("{ kind: dense, width: 0 }", "Sizes are 1 or more, not 0.")]
    [InlineData("{ kind: dense, activation: tahn }", "did you mean 'tanh'?")]
    [InlineData("{ kind: dense, wdth: 3 }", "'wdth' is not a key of kind 'dense'")]
    public void A_network_that_is_none_is_refused(string yaml, string part) =>
        Assert.Contains(part, Assert.Throws<InputException>(() => Build(yaml, "1 1 4", "1 1 3")).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Fixed_frequencies_follow_from_the_file_alone()
    {
        const string yaml = "{ kind: fourier-features, frequencies: 3, learned: false, seed: 4 }";
        var x = new Matrix<double>(new ReadOnlyBatch<double>([0.3, -0.2]));
        var (one, two) = (new Matrix<double>(1, 6), new Matrix<double>(1, 6));
        Build(yaml, "1 1 2", "1 1 6").With(new Matrix<double>(1, 0)).Evaluate(x, one);
        Build(yaml, "1 1 2", "1 1 6").With(new Matrix<double>(1, 0)).Evaluate(x, two);
        Assert.Equal(one.Values.ToArray(), two.Values.ToArray());
        Assert.Equal(1, one[0, 0] * one[0, 0] + one[0, 3] * one[0, 3], 1e-12);
    }

    [Fact]
    public void One_layer_on_each_part_is_the_layer_on_each_part()
    {
        var layer = new DenseLayer<double>(2, 3, Activation.Tanh);
        var each = new Each<double>(layer, 4);
        var (w, x) = (new Matrix<double>(1, layer.WeightCount), new Matrix<double>(1, 8));
        layer.Initialize(w.Values, new RandomSource(1));
        new RandomSource(2).FillNormal(x.Values);
        var (whole, part) = (new Matrix<double>(1, 12), new Matrix<double>(1, 3));
        each.With(w).Evaluate(x, whole);
        layer.With(w).Evaluate(new ReadOnlyBatch<double>(x.Values.Slice(4, 2)), part);
        for (var i = 0; i < 3; i++)
            Assert.Equal(part[0, i], whole[0, 6 + i], 1e-14);
    }

    private static ILayer<double> Build(string yaml, string input, string output) => NetworkBuilder.Build<double>(
        new Binder(Catalog.Kinds).Bind<ILayerSource>(YamlFile.Parse(yaml, "network.yaml")), "network", Shape(input), Shape(output));

    private static ImageShape Shape(string text) => text.Split(' ') is [var channels, var height, var width]
        ? new(int.Parse(channels, null), int.Parse(height, null), int.Parse(width, null))
        : throw new ArgumentException("A shape is three numbers.", nameof(text));
}
