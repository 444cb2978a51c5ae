using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Networks;

public sealed class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int, int, Border> Shapes => new()
    {
        { 5, 6, 3, 3, 1, 1, Border.Zero },
        { 5, 6, 3, 3, 1, 1, Border.Circular },
        { 3, 2, 5, 7, 1, 3, Border.Circular },
        { 3, 2, 5, 7, 1, 3, Border.Zero },
        { 7, 9, 4, 2, 2, 2, Border.Zero },
        { 7, 9, 4, 2, 3, 2, Border.Circular },
        { 40, 40, 9, 9, 1, 4, Border.Zero },
        { 40, 40, 9, 9, 1, 4, Border.Circular },
    };

    public static TheoryData<int, int, int, Border, int> ManyChannels => new()
    {
        { 16, 32, 1, Border.Zero, 1 },
        { 32, 16, 1, Border.Circular, 1 },
        { 16, 16, 0, Border.Zero, 1 },
        { 16, 16, 2, Border.Circular, 1 },
        { 16, 16, 2, Border.Zero, 2 },
        { 16, 32, 3, Border.Circular, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_convolution_is_its_sum(int height, int width, int kernelHeight, int kernelWidth, int stride, int padding, Border border)
    {
        IsItsSum(new Patches(new(2, height, width), new(kernelHeight, kernelWidth), new(stride), new(padding), border), 3);
        if (2 * (kernelHeight - 1) < height + 2 * padding && 3 * (kernelWidth - 1) < width + 2 * padding)
            IsItsSum(new Patches(new(2, height, width), new(kernelHeight, kernelWidth), new(stride), new(padding), border, new(2, 3)), 3);
    }

    [Theory]
    [MemberData(nameof(ManyChannels))]
    public void A_convolution_of_many_channels_is_its_sum(int channels, int outputs, int padding, Border border, int dilation) =>
        IsItsSum(new Patches(new(channels, 7, 10), new(3), padding: new(padding), border: border, dilation: new(dilation, 1)), outputs);

    [Fact]
    public void In_single_precision_a_convolution_of_many_channels_errs_by_a_few_roundings()
    {
        var patches = Patches.Centered(new(64, 16, 20), 3);
        var (x, w) = (Drawn("x", 1, patches.Image.Count), Drawn("w", 32, patches.Size));
        var (single, exact) = (Written<float>(), Written<double>());
        var (errors, squares) = (0.0, 0.0);
        for (var i = 0; i < exact.Length; i++)
            (errors, squares) = (errors + (single[i] - exact[i]) * (single[i] - exact[i]), squares + exact[i] * exact[i]);
        Assert.InRange(Math.Sqrt(errors / squares), 1e-8, 1.5e-6);

        double[] Written<T>() where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var tape = new Tape<T>();
            var y = tape.Apply(new Convolution<T>(patches), tape.Constant(Cast<T>(x)), tape.Constant(Cast<T>(w)));
            return [.. y.Value.Values.ToArray().Select(double.CreateChecked)];
        }

        static Matrix<T> Cast<T>(Matrix<double> values) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var cast = new Matrix<T>(values.Rows, values.Width);
            for (var i = 0; i < values.Values.Length; i++)
                cast.Values[i] = T.CreateChecked((float)values.Values[i]);
            return cast;
        }

        static Matrix<double> Drawn(string name, int rows, int width)
        {
            var drawn = new Matrix<double>(rows, width);
            new RandomSource(4).Fork(name).FillNormal(drawn.Values);
            return drawn;
        }
    }

    [Fact]
    public void Threads_change_no_bits_of_one_part_of_a_step()
    {
        var layer = new ConvolutionLayer<float>(Patches.Centered(new(32, 24, 40), 3), 32);
        var (x, y, weights) = (new Matrix<float>(16, layer.InputWidth), new Matrix<float>(16, layer.OutputWidth), new Matrix<float>(1, layer.WeightCount));
        var random = new RandomSource(8);
        random.Fork("x").FillNormal(x.Values);
        random.Fork("y").FillNormal(y.Values);
        layer.Initialize(weights.Values, random.Fork("weights"));
        var (one, two) = (Gradient(1), Gradient(2));
        Assert.True(one.AsSpan().SequenceEqual(two));
        Assert.Contains(one, number => number != 0);

        float[] Gradient(int threads)
        {
            var gradient = new LossGradient<float>(layer.WeightCount, 16, SampleLoss.MeanSquare(layer, x, y), random, new Workers(threads));
            gradient.Evaluate(weights, Enumerable.Range(0, 16).ToArray(), 0);
            return gradient.Gradient.ToArray();
        }
    }

    private static void IsItsSum(Patches patches, int outputs)
    {
        var random = new RandomSource(4);
        var (x, w, b) = (new Matrix<double>(2, patches.Image.Count), new Matrix<double>(outputs, patches.Size), new Matrix<double>(1, outputs));
        random.Fork("x").FillNormal(x.Values);
        random.Fork("w").FillNormal(w.Values);
        random.Fork("b").FillNormal(b.Values);
        var tape = new Tape<double>();
        var y = tape.Apply(new Convolution<double>(patches), tape.Constant(x), tape.Constant(w), tape.Constant(b)).Value;
        for (var row = 0; row < 2; row++)
            for (var o = 0; o < outputs; o++)
                for (var p = 0; p < patches.Count; p++)
                {
                    var sum = b[0, o];
                    for (var k = 0; k < patches.Size; k++)
                    {
                        var (height, width) = (patches.Image.Height, patches.Image.Width);
                        var (channel, i, j) = (k / (patches.Kernel.Height * patches.Kernel.Width), k / patches.Kernel.Width % patches.Kernel.Height, k % patches.Kernel.Width);
                        var line = p / patches.Grid.Width * patches.Stride.Height + i * patches.Dilation.Height - patches.Padding.Height;
                        var pixel = p % patches.Grid.Width * patches.Stride.Width + j * patches.Dilation.Width - patches.Padding.Width;
                        if (patches.Border == Border.Circular)
                            (line, pixel) = (Modulo(line, height), Modulo(pixel, width));
                        if (line >= 0 && line < height && pixel >= 0 && pixel < width)
                            sum += w[o, k] * x[row, (channel * height + line) * width + pixel];
                    }
                    Assert.Equal(sum, y[row, o * patches.Count + p], 1e-11);
                }
    }

    [Fact]
    public void A_network_of_all_layers_allocates_nothing_once_warm()
    {
        var layer = new Chain<float>(
            new ConvolutionLayer<float>(Patches.Centered(new(2, 8, 8), 3, border: Border.Circular), 4, Activation.Silu),
            NormalizationLayer<float>.OfGroups(new(4, 8, 8), 2),
            Parallel<float>.Skip(new Chain<float>(
                Resampling<float>.Means(new(4, 8, 8), new(2)),
                new TransposedConvolutionLayer<float>(new(new(4, 8, 8), new(2), new(2)), 4))),
            new Lstm<float>(64, 3, 8));
        var weights = new Matrix<float>(1, layer.WeightCount);
        layer.Initialize(weights.Values, new RandomSource(1));
        var x = new Matrix<float>(3, layer.InputWidth);
        new RandomSource(2).FillNormal<float>(x.Values);
        var tape = new Tape<float>();
        void Step()
        {
            tape.Reset();
            var w = tape.Input(weights);
            tape.Differentiate(layer.Apply(tape.Constant(x), w, Pass.Deterministic).SumOfSquares());
        }

        Assert.Equal(0, Allocated.Bytes(Step));
    }

    [Fact]
    public void A_kernel_that_does_not_fit_is_refused_with_both_sizes() =>
        Assert.Contains("5 × 5 does not fit into 3 × 4", Assert.Throws<ArgumentException>(() => new Patches(new(1, 3, 4), new(5))).Message);

    private static int Modulo(int index, int length) => (index % length + length) % length;
}
