using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// From latent states to the values at fixed places, b(s) Bᵀ + c. Where b ends with a matrix of its own, the product of the two is formed once if that
/// takes less of each state.
/// </summary>
internal static class SeparableReading
{
    /// <summary>The map.</summary>
    /// <param name="branch">b.</param>
    /// <param name="weights">Of b, [1, n].</param>
    /// <param name="basis">B, [places, modes].</param>
    /// <param name="offset">c, [1, places].</param>
    public static IMap<T> Of<T>(ILayer<T> branch, Matrix<T> weights, Matrix<T> basis, Matrix<T> offset) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((branch as Chain<T>)?.WithoutLinearEnd(weights) is { } end && Pays(basis.Rows, basis.Width, end.Matrix.Width))
        {
            var product = new Matrix<T>(basis.Rows, end.Matrix.Width);
            Dense.Multiply<T>(basis, end.Matrix, product);
            for (var place = 0; place < basis.Rows; place++)
                offset[0, place] += TensorPrimitives.Dot<T>(basis[place], end.Offset.Values);
            (branch, weights, basis) = (end.Before, end.Weights, product);
        }
        var sum = new FixedAffine<T>(basis, offset);
        return Map.Of<T>(branch.InputWidth, basis.Rows, states =>
            states.Tape.Apply(sum, branch.Apply(states, states.Tape.Constant(weights), Pass.Deterministic)));
    }

    private static bool Pays(long places, long modes, long hidden) => places * hidden < modes * (hidden + places);
}
