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

    /// <summary>dxdt = f(t, x) for every row. Shapes [rows, Width].</summary>
    void Evaluate<T>(double t, ReadOnlyBatch<T> x, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A tendency with its tangent linear and adjoint.</summary>
public interface IDifferentiableVectorField : IVectorField
{
    /// <summary>ddxdt = f′(t, x) dx, row by row. Shapes [rows, Width].</summary>
    void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> dx, Batch<T> ddxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>xBar += f′(t, x)ᵀ dxdtBar, row by row. Shapes [rows, Width].</summary>
    void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
