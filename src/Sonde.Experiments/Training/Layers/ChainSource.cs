using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Experiments.Training.Layers;

/// <summary>Layers one after the other; a list in a file is this.</summary>
/// <param name="Layers">1 or more.</param>
public sealed record ChainSource(IReadOnlyList<ILayerSource> Layers) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (made, shape) = (new ILayer<T>[Layers.Count], input);
        for (var i = 0; i < made.Length; i++)
            (made[i], shape) = Layers[i].BuildAt<T>($"layers[{i}]", shape, i + 1 < made.Length ? null : output);
        return new(new Chain<T>(made), shape);
    }
}

/// <summary>x + f(x).</summary>
/// <param name="Branch">f, which writes as many values as it reads.</param>
public sealed record ResidualSource(ILayerSource Branch) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(new Residual<T>(Branch.BuildAt<T>("branch", input, input).Layer), input);
}

/// <summary>Branches that read the same and write side by side; images of one size stack their channels.</summary>
/// <param name="Branches">1 or more.</param>
public sealed record ParallelSource(IReadOnlyList<ILayerSource> Branches) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var built = Branches.Select((branch, i) => branch.BuildAt<T>($"branches[{i}]", input, null)).ToArray();
        return new(new Parallel<T>([.. built.Select(one => one.Layer)]), Beside([.. built.Select(one => one.Output)]));
    }

    internal static ImageShape Beside(params ReadOnlySpan<ImageShape> shapes)
    {
        var (channels, count, same) = (0, 0, true);
        foreach (var shape in shapes)
        {
            channels += shape.Channels;
            count += shape.Count;
            same &= (shape.Height, shape.Width) == (shapes[0].Height, shapes[0].Width);
        }
        return same ? shapes[0] with { Channels = channels } : Size.Plain(count);
    }
}

/// <summary>[x, f(x)]: the skip of a U-Net.</summary>
/// <param name="Branch">f.</param>
public sealed record SkipSource(ILayerSource Branch) : ILayerSource
{
    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (layer, shape) = Branch.BuildAt<T>("branch", input, null);
        return new(Parallel<T>.Skip(layer), ParallelSource.Beside(input, shape));
    }
}

/// <summary>One layer on each part of a row: a head at every step of a sequence, a network at every point of a grid.</summary>
/// <param name="Parts">Parts of a row, one after the other.</param>
/// <param name="Layer">What reads and writes a part.</param>
public sealed record EachSource(int Parts, ILayerSource Layer) : ILayerSource
{
    /// <summary>Parts of a row.</summary>
    public int Parts { get; init; } = Size.Of(Parts, nameof(Parts));

    /// <inheritdoc/>
    public ShapedLayer<T> Build<T>(ImageShape input, ImageShape? output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (input.Count % Parts != 0)
            throw new ArgumentException($"{LayerPlaces.Values(input)} do not fall into {Parts} equal parts.");
        ImageShape? part = output is { } all && all.Count % Parts == 0 ? Size.Plain(all.Count / Parts) : null;
        var (layer, written) = Layer.BuildAt<T>("layer", Size.Plain(input.Count / Parts), part);
        return new(new Each<T>(layer, Parts), Size.Plain(checked(Parts * written.Count)));
    }
}
