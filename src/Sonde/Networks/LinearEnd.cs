using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>A chain of layers y = x Wᵀ + b of the chain before it.</summary>
/// <param name="Before">What makes x.</param>
/// <param name="Weights">Its weights, [1, n].</param>
/// <param name="Matrix">W, [outputs, inputs].</param>
/// <param name="Offset">b, [1, outputs].</param>
internal sealed record LinearEnd<T>(Chain<T> Before, Matrix<T> Weights, Matrix<T> Matrix, Matrix<T> Offset) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
