namespace Sonde.Calculus;

/// <summary>A function applied to every number, such as what follows a layer of a network.</summary>
public enum Activation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x above 0, 0.01 x below.</summary>
    LeakyRelu,

    /// <summary>x above 0, eˣ − 1 below.</summary>
    Elu,

    /// <summary>ln(1 + eˣ).</summary>
    Softplus,

    /// <summary>x / (1 + e⁻ˣ).</summary>
    Silu,

    /// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    Gelu,

    /// <summary>sin x.</summary>
    Sine,

    /// <summary>cos x.</summary>
    Cosine,

    /// <summary>eˣ.</summary>
    Exponential,

    /// <summary>ln x.</summary>
    Logarithm,

    /// <summary>x².</summary>
    Square,

    /// <summary>√x.</summary>
    SquareRoot,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>|x|; its slope at 0 is taken as 1.</summary>
    Absolute,
}
