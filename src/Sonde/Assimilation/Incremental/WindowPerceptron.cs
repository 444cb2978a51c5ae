using Sonde.Calculus;
using Sonde.Networks;

namespace Sonde.Assimilation.Incremental;

/// <summary>Dense layers over the whole window at once, as Blanke, Fablet, Lelarge, "Neural incremental data assimilation", 2024, §4.</summary>
/// <param name="Hidden">Widths of the hidden layers; four of 32 as published where absent.</param>
/// <param name="Activation">After each hidden layer.</param>
public sealed record WindowPerceptron(IReadOnlyList<int>? Hidden = null, Activation Activation = Activation.Tanh) : IWindowNetwork
{
    /// <inheritdoc/>
    public bool ServesAnyLength => false;

    /// <inheritdoc/>
    public ILayer<float> Build(WindowShape shape, int outputs)
    {
        var layers = new List<ILayer<float>>();
        var width = checked(shape.Channels * shape.Times);
        foreach (var next in Hidden ?? [32, 32, 32, 32])
        {
            layers.Add(new DenseLayer<float>(width, next, Activation));
            width = next;
        }
        layers.Add(new DenseLayer<float>(width, checked(outputs * shape.Count), Initialization: Initialization.Zero));
        return new Chain<float>(layers);
    }
}
