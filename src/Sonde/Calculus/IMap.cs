using System.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// A differentiable function of rows, written with operations: a network, a step of a model, a window of observations. From this one
/// description come its value (<see cref="Map.Evaluate{T}"/>), its tangent linear and its adjoint (<see cref="Linearization{T}"/>).
/// </summary>
public interface IMap<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Width of the rows read.</summary>
    int InputWidth { get; }

    /// <summary>Width of the rows written.</summary>
    int OutputWidth { get; }

    /// <summary>f(x), recorded on the tape of x; constants come from there too.</summary>
    Variable<T> Apply(Variable<T> x);
}
