using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>The layers that a layer is made of, and which of its weights are whose; the arrays of part i are named "i.…".</summary>
internal sealed class Parts<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T>[] layers;
    private readonly int[] offsets;

    public Parts(IReadOnlyList<ILayer<T>> layers)
    {
        this.layers = [.. layers];
        offsets = new int[layers.Count + 1];
        for (var i = 0; i < layers.Count; i++)
            offsets[i + 1] = offsets[i] + layers[i].WeightCount;
        Weights = [.. layers.SelectMany((layer, i) => layer.Weights.Select(array => array with { Name = $"{i}.{array.Name}" }))];
    }

    public int Count => layers.Length;

    public IReadOnlyList<WeightArray> Weights { get; }

    public ILayer<T>[] Layers => layers;

    /// <summary>The output of part i, given the weights and the pass of the whole.</summary>
    public Variable<T> Apply(int i, Variable<T> x, Variable<T> weights, Pass pass) =>
        layers[i].Apply(x, weights.View(offsets[i], 1, offsets[i + 1] - offsets[i]), pass.Of(i));

    /// <summary>Draws the weights of all parts.</summary>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        for (var i = 0; i < layers.Length; i++)
            layers[i].Initialize(weights[offsets[i]..offsets[i + 1]], random.Fork(i));
    }
}
