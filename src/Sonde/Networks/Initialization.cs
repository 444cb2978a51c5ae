using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>How the weights of a linear map begin; with i inputs and o outputs a number.</summary>
public enum Initialization
{
    /// <summary>Uniform within ±1/√i, weights and biases: PyTorch's default.</summary>
    Uniform,

    /// <summary>Uniform within ±√(6 / (i + o)), biases 0: for tanh. Glorot and Bengio, AISTATS 2010.</summary>
    GlorotUniform,

    /// <summary>Normal of variance 2 / (i + o), biases 0. Glorot and Bengio, AISTATS 2010.</summary>
    GlorotNormal,

    /// <summary>Normal of variance 2 / i, biases 0: for rectifiers. He et al., ICCV 2015.</summary>
    HeNormal,

    /// <summary>All 0: a residual branch that begins as nothing.</summary>
    Zero,
}

/// <summary>Draws weights.</summary>
internal static class Initializer
{
    public static void Fill<T>(Initialization initialization, Span<T> weights, Span<T> biases, int inputs, int outputs, RandomSource random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        biases.Clear();
        switch (initialization)
        {
            case Initialization.Uniform:
                Uniform(weights, 1 / Math.Sqrt(inputs), random.Fork("weights"));
                Uniform(biases, 1 / Math.Sqrt(inputs), random.Fork("biases"));
                break;
            case Initialization.GlorotUniform:
                Uniform(weights, Math.Sqrt(6.0 / (inputs + outputs)), random.Fork("weights"));
                break;
            case Initialization.GlorotNormal:
                Normal(weights, Math.Sqrt(2.0 / (inputs + outputs)), random.Fork("weights"));
                break;
            case Initialization.HeNormal:
                Normal(weights, Math.Sqrt(2.0 / inputs), random.Fork("weights"));
                break;
            case Initialization.Zero:
                weights.Clear();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(initialization), initialization, null);
        }
    }

    private static void Uniform<T>(Span<T> values, double bound, RandomSource random) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref var value in values)
            value = T.CreateChecked(bound * (2 * random.NextDouble() - 1));
    }

    private static void Normal<T>(Span<T> values, double deviation, RandomSource random) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref var value in values)
            value = T.CreateChecked(deviation * random.NextNormal());
    }
}
