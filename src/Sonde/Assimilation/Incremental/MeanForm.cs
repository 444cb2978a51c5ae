using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>Nothing beside the mean, which observations leave as it is.</summary>
internal sealed class MeanForm : ILocalForm
{
    /// <inheritdoc/>
    public int Channels => 0;

    /// <inheritdoc/>
    public ILayer<float>? Own(int inputs) => null;

    /// <inheritdoc/>
    public Variable<float>? Numbers(Variable<float> y) => null;

    /// <inheritdoc/>
    public Variable<float> Condition(LocalGaussian prior, Variable<float> evidence, Variable<float> right) => prior.Mean;

    /// <inheritdoc/>
    public bool Covariances(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> states) => true;

    /// <inheritdoc/>
    public bool Draw(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> draws, RandomSource random) => true;
}
