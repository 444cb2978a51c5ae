using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>The mean alone, as CODA: its cost is the mean square of the departure.</summary>
internal sealed class NoSpread : ISpread
{
    /// <inheritdoc/>
    public int Numbers => 0;

    /// <inheritdoc/>
    public Variable<float> Sample(StateEstimate estimate, RandomSource random) => estimate.Mean;

    /// <inheritdoc/>
    public Variable<float> Cost(StateEstimate estimate, Variable<float> states) => 1f / states.Size.Count * (states - estimate.Mean).SumOfSquares();

    /// <inheritdoc/>
    public Matrix<double>? Read(ReadOnlySpan<float> numbers, Span<double> variance)
    {
        variance.Clear();
        return null;
    }
}
