using System.Numerics;
using System.Text.Json;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Tests.Networks;

/// <summary>Layers give the values, the gradients and the weight shapes of PyTorch 1.13's, which PyTorch/layers.py wrote down.</summary>
public sealed class PyTorchTests
{
    private static readonly JsonElement Reference = Read();

    public static TheoryData<string> Names => [.. Layers<double>().Keys];

    [Fact]
    public void Every_reference_has_its_layer() =>
        Assert.Equal(Reference.EnumerateObject().Select(one => one.Name).Order(), Layers<double>().Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_are_named_and_shaped_as_in_PyTorch(string name)
    {
        var expected = Reference.GetProperty(name).GetProperty("weights").EnumerateArray().Select(array => string.Join(' ', array.EnumerateArray()));
        Assert.Equal(expected, Layers<double>()[name].Weights.Select(array => string.Join(' ', [array.Name.Split('.')[^1], .. array.Shape])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_are_those_of_PyTorch_in_double(string name) => Compare(name, Layers<double>()[name], 1e-12);

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_are_those_of_PyTorch_in_single(string name) => Compare(name, Layers<float>()[name], 1e-5);

    private static Dictionary<string, ILayer<T>> Layers<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
    {
        ["convolution of a sequence"] = new ConvolutionLayer<T>(Patches.Centered(new(2, 1, 7), 3), 3),
        ["convolution of a circular sequence, stride 2"] = new ConvolutionLayer<T>(Patches.Centered(new(2, 1, 8), 5, 2, Border.Circular), 3),
        ["convolution"] = new ConvolutionLayer<T>(Patches.Centered(new(2, 4, 5), 3), 3),
        ["convolution, circular"] = new ConvolutionLayer<T>(new(new(2, 4, 6), new(3, 5), padding: new(1, 2), border: Border.Circular), 3),
        ["convolution, strides"] = new ConvolutionLayer<T>(new(new(2, 5, 6), new(2, 3), new(2, 1), new(1, 0)), 2),
        ["transposed convolution of a sequence"] = new TransposedConvolutionLayer<T>(new(new(2, 1, 8), new(1, 4), new(1, 2), new(0, 1)), 3),
        ["transposed convolution"] = new TransposedConvolutionLayer<T>(new(new(2, 6, 5), new(3, 2), new(2, 1), new(1, 0)), 2),
        ["convolution, dilation"] = new ConvolutionLayer<T>(new(new(2, 7, 6), new(3, 2), padding: new(2, 1), dilation: new(2, 3)), 3),
        ["convolution, circular, dilation"] = new ConvolutionLayer<T>(Patches.Centered(new(2, 6, 7), 3, border: Border.Circular, dilation: 2), 3),
        ["convolution of a sequence, dilation, strides, no bias"] =
            new ConvolutionLayer<T>(new(new(2, 1, 12), new(1, 3), new(1, 2), new(0, 2), dilation: new(1, 2)), 3, bias: false),
        ["transposed convolution, dilation, no bias"] = new TransposedConvolutionLayer<T>(
            new(new(2, 8, 9), new(2, 3), new(2, 1), new(1, 0), dilation: new(3, 2)), 3, bias: false),
        ["dense, no bias"] = new DenseLayer<T>(4, 3, Bias: false),
        ["max pooling"] = Resampling<T>.Maxima(new(2, 5, 7), new(2)),
        ["max pooling over time"] = Resampling<T>.Maxima(new(2, 5, 4), new(5, 1)),
        ["average pooling"] = Resampling<T>.Means(new(2, 4, 6), new(2)),
        ["nearest upsampling"] = Resampling<T>.Copies(new(2, 2, 3), new(2)),
        ["memory, last state"] = new Lstm<T>(2, 3, 4),
        ["memory, all states"] = new Lstm<T>(3, 2, 3, every: true),
        ["memory of two layers"] = new Lstm<T>(3, 2, 3, layers: 2),
        ["memory of three layers, all states"] = new Lstm<T>(2, 3, 4, every: true, layers: 3),
        ["skip"] = Parallel<T>.Skip(new ConvolutionLayer<T>(Patches.Centered(new(2, 3, 3), 3), 1)),
        ["layer normalization"] = NormalizationLayer<T>.OfRows(7),
        ["group normalization"] = NormalizationLayer<T>.OfGroups(new(4, 2, 3), 2, 1e-3),
        ["Fourier features"] = new FourierFeatures<T>(2, 3),
        ["positional embedding"] = new PositionalEmbedding<T>(6, 100),
    };

    private static void Compare<T>(string name, ILayer<T> layer, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var expected = Reference.GetProperty(name);
        var tape = new Tape<T>();
        var weights = tape.Input(Wave<T>(1, layer.WeightCount, 0.5, 0.7, 0.3));
        var x = tape.Input(Wave<T>(2, layer.InputWidth, 1, 1.3, 0.1));
        var y = layer.Apply(x, weights, Pass.Deterministic);
        tape.Differentiate((y * tape.Constant(Wave<T>(y.Rows, y.Width, 1, 0.9, 0.5))).Sum());
        Equal(expected.GetProperty("output"), y.Value.Values, tolerance);
        Equal(expected.GetProperty("inputGradient"), tape.Adjoint(x).Values, tolerance);
        Equal(expected.GetProperty("weightGradient"), tape.Adjoint(weights).Values, tolerance);
    }

    /// <summary>a sin(ω i + φ): what layers.py calls a wave.</summary>
    private static Matrix<T> Wave<T>(int rows, int width, double a, double frequency, double phase) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var wave = new Matrix<T>(rows, width);
        for (var i = 0; i < wave.Values.Length; i++)
            wave.Values[i] = T.CreateChecked(a * Math.Sin(frequency * i + phase));
        return wave;
    }

    private static void Equal<T>(JsonElement expected, ReadOnlySpan<T> actual, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = expected.EnumerateArray().Select(number => number.GetDouble()).ToArray();
        Assert.Equal(numbers.Length, actual.Length);
        var scale = numbers.Select(Math.Abs).Append(1).Max();
        for (var i = 0; i < numbers.Length; i++)
            Assert.Equal(numbers[i], double.CreateChecked(actual[i]), tolerance * scale);
    }

    private static JsonElement Read()
    {
        using var stream = typeof(PyTorchTests).Assembly.GetManifestResourceStream("layers.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
