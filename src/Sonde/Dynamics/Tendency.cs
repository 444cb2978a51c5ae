using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>A tendency that does not depend on time as one operation on the tape, x to f(x), row by row: models whose tendency has further terms are composed of it.</summary>
/// <param name="field">f.</param>
public sealed class Tendency<T>(IDifferentiableVectorField field) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0).Width == field.Width
        ? x.Size(0)
        : throw new ArgumentException($"The tendency is of {field.Width} components but was given {x.Size(0)}.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y) => field.Evaluate(0, x[0], y);

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var own = frame.Rent<T>(dy.Rows, dy.Width);
        field.Tangent(0, x[0], dx[0], own);
        dy += own;
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar) => field.AddAdjoint(0, x[0], yBar, xBar[0]);
}
