using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>A precision of 1 for all and between none.</summary>
internal sealed class IdentityForm : ILocalForm
{
    private readonly BandedAnalysis<float> analysis;
    private readonly Matrix<float> identity;

    /// <summary>The identity as a band.</summary>
    /// <param name="shape">The window.</param>
    /// <param name="halfWidth">p of the evidence.</param>
    public IdentityForm(WindowShape shape, int halfWidth)
    {
        analysis = new(halfWidth);
        identity = new Matrix<float>(1, shape.Count * (halfWidth + 1));
        for (var row = 0; row < shape.Count; row++)
            identity.Values[row * (halfWidth + 1) + halfWidth] = 1;
    }

    /// <inheritdoc/>
    public int Channels => 0;

    /// <inheritdoc/>
    public ILayer<float>? Own(int inputs) => null;

    /// <inheritdoc/>
    public Variable<float>? Numbers(Variable<float> y) => y.Tape.Constant(identity);

    /// <inheritdoc/>
    public Variable<float> Condition(LocalGaussian prior, Variable<float> evidence, Variable<float> right) =>
        right.Tape.Apply(analysis, [prior.Mean, prior.Numbers!.Value, evidence, right]);

    /// <inheritdoc/>
    public bool Covariances(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> states)
    {
        using var frame = Scratch.Enter();
        var factor = frame.Rent(evidence.Rows, evidence.Width);
        var inverse = frame.Rent(evidence.Rows, evidence.Width);
        if (!Factor(evidence, factor))
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
        if (!Factor(evidence, factor))
            return false;
        BandedCholesky.SolveLowerTransposed(factor, draws);
        return true;
    }

    /// <summary>The Cholesky factor of 1 + a.</summary>
    private static bool Factor(ReadOnlyBatch<double> evidence, Batch<double> factor)
    {
        evidence.CopyTo(factor);
        Banded.AddDiagonal(1, factor);
        return BandedCholesky.Factor(factor);
    }
}
