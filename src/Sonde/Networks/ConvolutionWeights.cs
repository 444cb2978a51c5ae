using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>The weights of a convolution: W and, unless the layer has none, b.</summary>
/// <param name="array">W; its first size is the rows of the matrix that operations read.</param>
/// <param name="biases">Numbers in b; 0 where there is none.</param>
/// <param name="inputs">Numbers that go into one written.</param>
/// <param name="outputs">Numbers that one read goes into.</param>
/// <param name="initialization">How W and b begin.</param>
internal sealed class ConvolutionWeights(WeightArray array, int biases, int inputs, int outputs, Initialization initialization)
{
    private readonly int count = array.Count, rows = array.Shape[0];

    /// <summary>W and b as PyTorch names and shapes them.</summary>
    public IReadOnlyList<WeightArray> Arrays => biases > 0 ? [array, new("bias", biases)] : [array];

    /// <summary>Weights of a convolution. PyTorch's shape: a kernel of one line over images of one line is that of a sequence.</summary>
    /// <param name="patches">Where the kernel meets the image.</param>
    /// <param name="channels">Of the grid of patches.</param>
    /// <param name="biases">Numbers in b; 0 where there is none.</param>
    /// <param name="initialization">How W and b begin.</param>
    public static ConvolutionWeights Of(Patches patches, int channels, int biases, Initialization initialization)
    {
        var array = patches is { Image.Height: 1, Kernel.Height: 1 }
            ? new WeightArray("weight", channels, patches.Image.Channels, patches.Kernel.Width)
            : new WeightArray("weight", channels, patches.Image.Channels, patches.Kernel.Height, patches.Kernel.Width);
        return new(array, biases, patches.Size, channels * patches.Kernel.Height * patches.Kernel.Width, initialization);
    }

    /// <summary>The operation with W and b out of all weights.</summary>
    public Variable<T> Apply<T>(IOperation<T> operation, Variable<T> x, Variable<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrix = weights.View(0, rows, count / rows);
        return biases > 0 ? x.Tape.Apply(operation, x, matrix, weights.View(count, 1, biases)) : x.Tape.Apply(operation, x, matrix);
    }

    /// <summary>Draws W and b.</summary>
    public void Initialize<T>(Span<T> weights, RandomSource random) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Initializer.Fill(initialization, weights[..count], weights[count..], inputs, outputs, random);
}
