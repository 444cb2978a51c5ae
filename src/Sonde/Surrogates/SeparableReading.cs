using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// From latent states to the values at fixed places, b(s) B + c. Where b ends with a matrix of its own, the product of the two is formed once if that
/// takes less of each state.
/// </summary>
internal static class SeparableReading
{
    /// <summary>The map.</summary>
    /// <param name="branch">b.</param>
    /// <param name="weights">Of b, [1, n].</param>
    /// <param name="basis">B, [modes, places].</param>
    /// <param name="offset">c, [1, places].</param>
    public static IMap<T> Of<T>(ILayer<T> branch, Matrix<T> weights, Matrix<T> basis, Matrix<T> offset) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var places = basis.Width;
        if ((branch as Chain<T>)?.WithoutLinearEnd(weights) is { } end && Pays(places, basis.Rows, end.Matrix.Width))
        {
            var product = new Matrix<T>(end.Matrix.Width, places);
            Dense.MultiplyTransposedLeft(T.One, end.Matrix, basis, T.Zero, product);
            Dense.Multiply(T.One, end.Offset, basis, T.One, offset);
            (branch, weights, basis) = (end.Before, end.Weights, product);
        }
        var (sum, held) = (new FixedAffine<T>(basis, offset), new FixedRows<T>(weights));
        return Map.Of<T>(branch.InputWidth, places, states => states.Tape.Apply(sum, branch.Apply(states, states.Tape.Constant(held), Pass.Deterministic)));
    }

    private static bool Pays(long places, long modes, long hidden) => places * hidden < modes * (hidden + places);
}
