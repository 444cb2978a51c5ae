using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// A tendency f(t, x; θ) with parameters that may be uncertain: every row of x may come with parameters of its own.
/// Batches of parameters have one row for every row of x, or a single row that serves all.
/// </summary>
public interface IParametricField : IDifferentiableVectorField
{
    /// <summary>Names of the parameters, in order.</summary>
    IReadOnlyList<string> Parameters { get; }

    /// <summary>The value of a parameter where it is not uncertain.</summary>
    double ParameterValue(int index);

    /// <summary>dxdt = f(t, x; θ). Shapes [rows, Width] and [rows or 1, Parameters].</summary>
    void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>ddxdt = ∂f/∂x dx + ∂f/∂θ dθ. x, parameters and dParameters may have a single row that serves every row of dx.</summary>
    void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dx, ReadOnlyBatch<T> dParameters, Batch<T> ddxdt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// xBar += (∂f/∂x)ᵀ dxdtBar and parametersBar += (∂f/∂θ)ᵀ dxdtBar, row by row; parametersBar with a single row collects over rows, and
    /// with none it is not asked for.
    /// </summary>
    void AddAdjoint<T>(
        double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar, Batch<T> parametersBar)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    void IVectorField.Evaluate<T>(double t, ReadOnlyBatch<T> x, Batch<T> dxdt)
    {
        Span<T> values = stackalloc T[Parameters.Count];
        CopyValues(values);
        Evaluate(t, x, new ReadOnlyBatch<T>(values), dxdt);
    }

    void IDifferentiableVectorField.Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> dx, Batch<T> ddxdt)
    {
        Span<T> values = stackalloc T[Parameters.Count];
        Span<T> none = stackalloc T[Parameters.Count];
        CopyValues(values);
        none.Clear();
        Tangent(t, x, new ReadOnlyBatch<T>(values), dx, new ReadOnlyBatch<T>(none), ddxdt);
    }

    void IDifferentiableVectorField.AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar)
    {
        Span<T> values = stackalloc T[Parameters.Count];
        CopyValues(values);
        AddAdjoint(t, x, new ReadOnlyBatch<T>(values), dxdtBar, xBar, new Batch<T>([], 0, values.Length));
    }

    private void CopyValues<T>(Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = T.CreateTruncating(ParameterValue(i));
    }
}
