using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>A precision C Cᵀ + ε with banded C, whose numbers are the band of C.</summary>
/// <param name="reader">Reads C.</param>
/// <param name="constant">True where C is the same for all estimates.</param>
/// <param name="floor">ε.</param>
internal sealed class PrecisionForm(BandReader reader, bool constant, double floor) : ILocalForm
{
    private readonly BandedAnalysis<float> analysis = new(reader.HalfWidth, floor);

    /// <inheritdoc/>
    public int Channels => constant ? 0 : reader.Channels;

    /// <inheritdoc/>
    public ILayer<float>? Own(int inputs) => constant ? new ConstantLayer<float>(inputs, reader.Shape.Count * reader.Channels) : null;

    /// <inheritdoc/>
    public Variable<float>? Numbers(Variable<float> y) => reader.Read(y);

    /// <inheritdoc/>
    public Variable<float> Condition(LocalGaussian prior, Variable<float> evidence, Variable<float> right) =>
        right.Tape.Apply(analysis, [prior.Mean, prior.Numbers!.Value, evidence, right]);

    /// <inheritdoc/>
    public bool Covariances(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> states)
    {
        using var frame = Scratch.Enter();
        var factor = frame.Rent(evidence.Rows, evidence.Width);
        var inverse = frame.Rent(evidence.Rows, evidence.Width);
        if (!Factor(numbers, evidence, factor))
            return false;
        BandedCholesky.SelectedInverse(factor, inverse);
        StateBlocks.Read(inverse, states);
        return true;
    }

    /// <inheritdoc/>
    public bool Draw(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> draws, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var factor = frame.Rent(evidence.Rows, evidence.Width);
        random.FillNormal(draws.Values);
        if (!Factor(numbers, evidence, factor))
            return false;
        BandedCholesky.SolveLowerTransposed(factor, draws);
        return true;
    }

    /// <summary>The Cholesky factor of C Cᵀ + ε + a.</summary>
    private bool Factor(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> factor)
    {
        using var frame = Scratch.Enter();
        var c = frame.Rent(evidence.Rows, evidence.Width);
        TensorPrimitives.ConvertTruncating<float, double>(numbers, c.Values);
        Banded.Gram(c, factor);
        Banded.AddDiagonal(floor, factor);
        factor += evidence;
        return BandedCholesky.Factor(factor);
    }
}
