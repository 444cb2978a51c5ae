using Sonde.Numerics;

namespace Sonde.Observing;

/// <summary>H: from a row to what the instruments would read. Stateless; one instance serves all threads.</summary>
public interface IObservationOperator
{
    /// <summary>Width of the rows read.</summary>
    int InputWidth { get; }

    /// <summary>Number of values predicted per row.</summary>
    int OutputWidth { get; }

    /// <summary>y = H(x), row by row: [rows, InputWidth] to [rows, OutputWidth].</summary>
    void Apply(ReadOnlyBatch<double> x, Batch<double> y);

    /// <summary>dy = H′(x) dx; x has one row or as many as dx.</summary>
    void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy);

    /// <summary>dy = H′(x) dx with as many perturbations of each state: those of the first, then those of the second ….</summary>
    /// <param name="x">[rows, InputWidth].</param>
    /// <param name="dx">[rows × any, InputWidth].</param>
    /// <param name="dy">[as many, OutputWidth], overwritten.</param>
    void Tangents(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        var each = x.Rows == 0 ? 0 : dx.Rows / x.Rows;
        for (var row = 0; row < x.Rows; row++)
            Tangent(x.Slice(row, 1), dx.Slice(row * each, each), dy.Slice(row * each, each));
    }

    /// <summary>xBar += H′(x)ᵀ yBar; x has one row or as many as yBar.</summary>
    void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar);

    /// <summary>The operator that predicts only the values at <paramref name="indices"/>, in that order.</summary>
    IObservationOperator Select(ReadOnlySpan<int> indices);
}
