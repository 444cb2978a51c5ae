using System.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>The operations of each activation, made once.</summary>
internal static class ActivationTable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly IOperation<T>[] Alone = [.. Enum.GetValues<Activation>().Select(MakeAlone)];
    private static readonly IOperation<T>?[] InLayer = [.. Enum.GetValues<Activation>().Select(MakeInLayer)];

    /// <summary>The activation as an operation.</summary>
    public static IOperation<T> Of(Activation activation) => Alone[(int)activation];

    /// <summary>A layer with the activation inside its product; null where the activation's slope needs its argument.</summary>
    public static IOperation<T>? Layer(Activation activation) => InLayer[(int)activation];

    private static IOperation<T> MakeAlone(Activation activation) => activation switch
    {
        Activation.Identity => new Elementwise<T, KernelActivation<T, IdentityFunction>>(),
        Activation.Tanh => new Elementwise<T, KernelActivation<T, TanhFunction>>(),
        Activation.Sigmoid => new Elementwise<T, KernelActivation<T, SigmoidFunction>>(),
        Activation.Relu => new Elementwise<T, KernelActivation<T, ReluFunction>>(),
        Activation.LeakyRelu => new Elementwise<T, KernelActivation<T, LeakyReluFunction>>(),
        Activation.Elu => new Elementwise<T, KernelActivation<T, EluFunction>>(),
        Activation.Softplus => new Elementwise<T, KernelActivation<T, SoftplusFunction>>(),
        Activation.Silu => new Elementwise<T, KernelActivation<T, SiluFunction>>(),
        Activation.Gelu => new Elementwise<T, KernelActivation<T, GeluFunction>>(),
        Activation.Sine => new Elementwise<T, KernelActivation<T, SineFunction>>(),
        Activation.Cosine => new Elementwise<T, KernelActivation<T, CosineFunction>>(),
        Activation.Exponential => new Elementwise<T, KernelActivation<T, ExponentialFunction>>(),
        Activation.Logarithm => new Elementwise<T, KernelActivation<T, LogarithmFunction>>(),
        Activation.Square => new Elementwise<T, KernelActivation<T, SquareFunction>>(),
        Activation.SquareRoot => new Elementwise<T, KernelActivation<T, SquareRootFunction>>(),
        Activation.Reciprocal => new Elementwise<T, KernelActivation<T, ReciprocalFunction>>(),
        Activation.Absolute => new Elementwise<T, KernelActivation<T, AbsoluteFunction>>(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };

    private static IOperation<T>? MakeInLayer(Activation activation) => activation switch
    {
        Activation.Identity => new Dense<T, KernelActivation<T, IdentityFunction>>(),
        Activation.Tanh => new Dense<T, KernelActivation<T, TanhFunction>>(),
        Activation.Sigmoid => new Dense<T, KernelActivation<T, SigmoidFunction>>(),
        Activation.Relu => new Dense<T, KernelActivation<T, ReluFunction>>(),
        Activation.LeakyRelu => new Dense<T, KernelActivation<T, LeakyReluFunction>>(),
        Activation.Elu => new Dense<T, KernelActivation<T, EluFunction>>(),
        Activation.Exponential => new Dense<T, KernelActivation<T, ExponentialFunction>>(),
        Activation.SquareRoot => new Dense<T, KernelActivation<T, SquareRootFunction>>(),
        Activation.Reciprocal => new Dense<T, KernelActivation<T, ReciprocalFunction>>(),
        _ => null,
    };
}
