using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Observing;

/// <summary>What instruments would read of states, as an operation on the tape: x [rows, n] to L⁻¹ H(x), [rows, m], in units of the errors.</summary>
/// <param name="operator">H.</param>
/// <param name="error">Errors of covariance R = L Lᵀ; null leaves the values as they are.</param>
public sealed class Prediction(IObservationOperator @operator, IObservationError? error = null) : IOperation<double>
{
    /// <inheritdoc/>
    public Size Measure(Operands<double> x) => x.Size(0).Width == @operator.InputWidth
        ? new(x.Size(0).Rows, @operator.OutputWidth)
        : throw new ArgumentException($"The operator observes rows of {@operator.InputWidth} but was given rows of {x.Size(0).Width}.");

    /// <inheritdoc/>
    public void Apply(Operands<double> x, Batch<double> y)
    {
        @operator.Apply(x[0], y);
        error?.Whiten(y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<double> x, ReadOnlyBatch<double> y, Tangents<double> dx, Batch<double> dy)
    {
        @operator.Tangent(x[0], dx[0], dy);
        error?.Whiten(dy);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<double> x, ReadOnlyBatch<double> y, ReadOnlyBatch<double> yBar, Adjoints<double> xBar)
    {
        using var frame = Scratch.Enter();
        var pulled = frame.Rent(yBar.Rows, yBar.Width);
        yBar.CopyTo(pulled);
        error?.WhitenTransposed(pulled);
        @operator.AddAdjoint(x[0], pulled, xBar[0]);
    }
}
