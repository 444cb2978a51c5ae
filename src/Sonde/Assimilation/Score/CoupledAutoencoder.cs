using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Surrogates;

namespace Sonde.Assimilation.Score;

/// <summary>
/// The networks of Latent-EnSF: an encoder of states, an encoder of readings into the same latent space, and one decoder. Si and Chen, ICLR 2025.
/// Convolutions with residual blocks; images are halved from level to level.
/// </summary>
internal sealed class CoupledAutoencoder
{
    private const int Kernel = 3, LeastSize = 4, LargestSize = 16;      // of the coarsest image's longer side, where nobody says how many levels there are
    private const int OfStates = 0, OfReadings = 1, Decoder = 2;
    private readonly Parts<float> parts;
    private readonly Gather<float> mean, logVariance;

    /// <summary>Networks for images and readings.</summary>
    /// <param name="method">Sizes.</param>
    /// <param name="fields">What a state is.</param>
    /// <param name="readings">How many values are read.</param>
    /// <param name="image">The image that they form; null for none.</param>
    public CoupledAutoencoder(LatentEnsf method, FieldImages fields, int readings, (ImageShape Shape, int[] Order)? image)
    {
        var levels = Levels(method, fields.Shape);
        var bottleneck = levels[^1] with { Channels = method.LatentChannels };
        LatentWidth = method.Latent ?? bottleneck.Count;
        parts = new([States(method, fields, levels), Readings(method, levels, readings, image), Fields(method, fields, levels, bottleneck)]);
        Network = new PartLayer<float>(fields.Shape.Count, fields.Shape.Count, parts, ["states", "readings", "decoder"]);
        (mean, logVariance) = (Gather<float>.Range(0, LatentWidth), Gather<float>.Range(LatentWidth, LatentWidth));
    }

    /// <summary>Numbers of a latent row.</summary>
    public int LatentWidth { get; }

    /// <summary>What the weights are called and how they begin.</summary>
    public ILayer<float> Network { get; }

    /// <summary>The posterior of the latent row of a state.</summary>
    public (Variable<float> Mean, Variable<float> LogVariance) Encode(Variable<float> states, Variable<float> weights)
    {
        var both = parts.Apply(OfStates, states, weights, Pass.Deterministic);
        return (both.Tape.Apply(mean, both), both.Tape.Apply(logVariance, both));
    }

    /// <summary>The latent row that readings come from.</summary>
    public Variable<float> EncodeReadings(Variable<float> readings, Variable<float> weights) => parts.Apply(OfReadings, readings, weights, Pass.Deterministic);

    /// <summary>The state of a latent row.</summary>
    public Variable<float> Decode(Variable<float> latent, Variable<float> weights) => parts.Apply(Decoder, latent, weights, Pass.Deterministic);

    /// <summary>The images between the networks' levels, from fine to coarse.</summary>
    private static ImageShape[] Levels(LatentEnsf method, ImageShape fields)
    {
        IReadOnlyList<int> multipliers = method.Multipliers ?? [1, 2, 4, 8];
        var levels = new List<ImageShape> { new(method.Channels * multipliers[0], fields.Height, fields.Width) };
        for (var level = 1; ; level++)
        {
            var (height, width) = ((levels[^1].Height + 1) / 2, (levels[^1].Width + 1) / 2);
            var goesOn = method.Multipliers is not null ? level < multipliers.Count
                : Math.Max(height, width) >= LeastSize && (level < multipliers.Count || Math.Max(levels[^1].Height, levels[^1].Width) > LargestSize);
            if (!goesOn)
                return [.. levels];
            levels.Add(new(method.Channels * multipliers[Math.Min(level, multipliers.Count - 1)], height, width));
        }
    }

    private Chain<float> States(LatentEnsf method, FieldImages fields, ImageShape[] levels)
    {
        var layers = new List<ILayer<float>> { Convolution(fields.Shape, levels[0].Channels, fields.Border) };
        for (var level = 0; level < levels.Length; level++)
        {
            if (level > 0)
                layers.Add(new ConvolutionLayer<float>(Patches.Centered(levels[level - 1], Kernel, 2, fields.Border), levels[level].Channels));
            layers.AddRange(Blocks(method, levels[level], fields.Border));
        }
        AddHead(layers, levels[^1], method, 2);
        return new(layers);
    }

    private Chain<float> Readings(LatentEnsf method, ImageShape[] levels, int count, (ImageShape Shape, int[] Order)? image)
    {
        if (image is not { } given)
            return Chain<float>.Perceptron([count, levels[^1].Channels * LargestSize, levels[^1].Channels * LargestSize, LatentWidth], Activation.Silu);
        var layers = new List<ILayer<float>> { new ColumnsLayer<float>(count, given.Order) };
        var shape = given.Shape;
        foreach (var level in levels)
        {
            layers.Add(Convolution(shape, level.Channels, Border.Zero));
            shape = shape with { Channels = level.Channels };
            layers.AddRange(Blocks(method, shape, Border.Zero));
        }
        AddHead(layers, shape, method, 1, (shape.Height, shape.Width) == (levels[^1].Height, levels[^1].Width));
        return new(layers);
    }

    private static Chain<float> Fields(LatentEnsf method, FieldImages fields, ImageShape[] levels, ImageShape bottleneck)
    {
        var layers = new List<ILayer<float>>();
        if (method.Latent is { } width)
            layers.Add(new DenseLayer<float>(width, bottleneck.Count));
        layers.Add(Convolution(bottleneck, levels[^1].Channels, fields.Border));
        layers.AddRange(Blocks(method, levels[^1], fields.Border));
        for (var level = levels.Length - 2; level >= 0; level--)
        {
            var (coarse, fine) = (levels[level + 1], levels[level]);
            var copies = Resampling<float>.Copies(coarse, fine.Height == 1 ? new(1, 2) : new(2));
            var cut = copies.Output with { Height = fine.Height, Width = fine.Width };
            layers.Add(copies);
            if (cut != copies.Output)
                layers.Add(new ColumnsLayer<float>(copies.OutputWidth, [.. Cut(copies.Output, cut)]));
            layers.Add(Convolution(cut, fine.Channels, fields.Border));
            layers.AddRange(Blocks(method, fine, fields.Border));
        }
        layers.Add(new ActivationLayer<float>(levels[0].Count, Activation.Silu));
        layers.Add(Convolution(levels[0], fields.Shape.Channels, fields.Border));
        return new(layers);
    }

    /// <summary>To rows of the latent space, a few numbers each: by a convolution of single pixels, or by a dense layer where the image is another or the row is.</summary>
    private void AddHead(List<ILayer<float>> layers, ImageShape image, LatentEnsf method, int times, bool fits = true)
    {
        layers.Add(new ActivationLayer<float>(image.Count, Activation.Silu));
        if (fits)
        {
            layers.Add(new ConvolutionLayer<float>(Patches.Centered(image, 1), times * method.LatentChannels));
            if (method.Latent is not null)
                layers.Add(new DenseLayer<float>(layers[^1].OutputWidth, times * LatentWidth));
        }
        else
        {
            layers.Add(new DenseLayer<float>(image.Count, times * LatentWidth));
        }
    }

    /// <summary>x + W₂ ∗ f(W₁ ∗ f(x)), as often as asked for.</summary>
    private static IEnumerable<ILayer<float>> Blocks(LatentEnsf method, ImageShape image, Border border)
    {
        for (var block = 0; block < method.Blocks; block++)
            yield return new Residual<float>(new Chain<float>(
                new ActivationLayer<float>(image.Count, Activation.Silu), Convolution(image, image.Channels, border, Activation.Silu), Convolution(image, image.Channels, border)));
    }

    private static ConvolutionLayer<float> Convolution(ImageShape image, int channels, Border border, Activation activation = Activation.Identity) =>
        new(Patches.Centered(image, Kernel, border: border), channels, activation);

    /// <summary>The upper left corner of an image.</summary>
    private static IEnumerable<int> Cut(ImageShape whole, ImageShape part)
    {
        for (var channel = 0; channel < part.Channels; channel++)
            for (var y = 0; y < part.Height; y++)
                for (var x = 0; x < part.Width; x++)
                    yield return (channel * whole.Height + y) * whole.Width + x;
    }
}
