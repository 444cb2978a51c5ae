using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>A covariance C Cᵀ with banded C, whose numbers are the band of C.</summary>
/// <param name="reader">Reads C.</param>
internal sealed class CovarianceForm(BandReader reader) : ILocalForm
{
    private readonly CovarianceAnalysis<float> analysis = new(reader.HalfWidth);

    /// <inheritdoc/>
    public int Channels => reader.Channels;

    /// <inheritdoc/>
    public ILayer<float>? Own(int inputs) => null;

    /// <inheritdoc/>
    public Variable<float>? Numbers(Variable<float> y) => reader.Read(y);

    /// <inheritdoc/>
    public Variable<float> Condition(LocalGaussian prior, Variable<float> evidence, Variable<float> right) =>
        right.Tape.Apply(analysis, [prior.Mean, prior.Numbers!.Value, evidence, right]);

    /// <inheritdoc/>
    /// <remarks>C l⁻ᵀ ξ with l lᵀ = 1 + Cᵀ a C and white ξ.</remarks>
    public bool Draw(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> draws, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var c = frame.Rent(evidence.Rows, reader.HalfWidth + 1);
        var factor = frame.Rent(evidence.Rows, reader.HalfWidth + BandedCongruence.Reach(evidence) + 1);
        var solved = frame.Rent(draws.Rows, draws.Width);
        TensorPrimitives.ConvertTruncating<float, double>(numbers, c.Values);
        BandedCongruence.Form(c, evidence, factor);
        random.FillNormal(solved.Values);
        if (!BandedCholesky.Factor(factor))
            return false;
        BandedCholesky.SolveLowerTransposed(factor, solved);
        draws.Clear();
        Banded.AddLowerProduct(1, c, solved, draws);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>C (1 + Cᵀ a C)⁻¹ Cᵀ, for which the inverse within p + n − 1 of its diagonal is enough.</remarks>
    public bool Covariances(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> states)
    {
        using var frame = Scratch.Enter();
        var (p, n, d) = (reader.HalfWidth, states.Width, evidence.Rows);
        var reach = p + Math.Max(BandedCongruence.Reach(evidence), n - 1);
        var c = frame.Rent(d, p + 1);
        var factor = frame.Rent(d, reach + 1);
        var inverse = frame.Rent(d, reach + 1);
        var product = frame.Rent(1, p + n)[0];          // of the inverse and a row of C, for one state
        TensorPrimitives.ConvertTruncating<float, double>(numbers, c.Values);
        BandedCongruence.Form(c, evidence, factor);
        if (!BandedCholesky.Factor(factor))
            return false;
        BandedCholesky.SelectedInverse(factor, inverse);
        for (var column = 0; column < d; column++)
        {
            var first = Math.Max(0, column - p);
            var last = Math.Min(d, column / n * n + n) - 1;
            for (var k = first; k <= last; k++)
            {
                product[k - first] = 0;
                for (var l = first; l <= column; l++)
                    product[k - first] += inverse[Math.Max(k, l), reach - Math.Abs(k - l)] * c[column, p - column + l];
            }
            for (var row = column; row <= last; row++)
            {
                var sum = 0.0;
                for (var k = Math.Max(0, row - p); k <= row; k++)
                    sum += c[row, p - row + k] * product[k - first];
                StateBlocks.Set(states, row, column, sum);
            }
        }
        return true;
    }
}
