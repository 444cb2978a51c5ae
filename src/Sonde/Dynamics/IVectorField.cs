using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// A tendency dx/dt = f(t, x), row by row. One generic source serves float and double. An implementation holds no mutable
/// state, so one instance serves all threads.
/// </summary>
public interface IVectorField
{
    /// <summary>The number of components of x.</summary>
    int Width { get; }

    /// <summary>What the components are and where they lie. Made anew at each call: keep it in a variable.</summary>
    Domain Domain => Domain.Unplaced(Width);

    /// <summary>What is usually believed of x before anything was observed; null where nothing is usual.</summary>
    DefaultPrior? DefaultPrior => null;

    /// <summary>dxdt = f(t, x) for every row. Shapes [rows, Width].</summary>
    void Evaluate<T>(double t, ReadOnlyBatch<T> x, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>
/// A tendency with its tangent linear and adjoint. Where it is linearised, x, has as many rows as the perturbations, or a
/// single row that serves all of them.
/// </summary>
public interface IDifferentiableVectorField : IVectorField
{
    /// <summary>ddxdt = f′(t, x) dx, row by row. Shapes [rows, Width], x [rows or 1, Width].</summary>
    void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> dx, Batch<T> ddxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>xBar += f′(t, x)ᵀ dxdtBar, row by row. Shapes [rows, Width], x [rows or 1, Width].</summary>
    void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
