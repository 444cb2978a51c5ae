using System.Numerics;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// From latent states to the values at fixed places, b(s) B + c. Where b ends with a matrix of its own, the product of the two is formed once if that
/// takes less of each state. The network's weights are held once for all places.
/// </summary>
/// <param name="branch">b.</param>
/// <param name="weights">Of b, [1, n].</param>
internal sealed class SeparableReading<T>(ILayer<T> branch, Matrix<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<FixedRows<T>> whole = new(() => new(weights));
    private readonly Lazy<(LinearEnd<T> Part, FixedRows<T> Weights)?> end = new(() =>
        (branch as Chain<T>)?.WithoutLinearEnd(weights) is { } part ? (part, new FixedRows<T>(part.Weights)) : null);

    /// <summary>The map.</summary>
    /// <param name="basis">B, [modes, places]; taken over.</param>
    /// <param name="offset">c, [1, places]; taken over.</param>
    public IMap<T> At(Matrix<T> basis, Matrix<T> offset)
    {
        var places = basis.Width;
        if (end.Value is not { } linear || !Pays(places, basis.Rows, linear.Part.Matrix.Width))
            return Sum(branch, whole.Value, basis, offset);
        var product = new Matrix<T>(linear.Part.Matrix.Width, places);
        Dense.MultiplyTransposedLeft(T.One, linear.Part.Matrix, basis, T.Zero, product);
        Dense.Multiply(T.One, linear.Part.Offset, basis, T.One, offset);
        return Sum(linear.Part.Before, linear.Weights, product, offset);
    }

    private static IMap<T> Sum(ILayer<T> network, FixedRows<T> held, Matrix<T> basis, Matrix<T> offset)
    {
        var sum = new FixedAffine<T>(basis, offset);
        return Map.Of<T>(network.InputWidth, basis.Width, states => states.Tape.Apply(sum, network.Apply(states, states.Tape.Constant(held), Pass.Deterministic)));
    }

    private static bool Pays(long places, long modes, long hidden) => places * hidden < modes * (hidden + places);
}
