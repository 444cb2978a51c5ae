using System.Numerics;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Networks.Training;

/// <summary>
/// Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η (m̂ / (√v̂ + ε) + λ w) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
/// Kingma and Ba, ICLR 2015; with λ, AdamW: Loshchilov and Hutter, ICLR 2019.
/// </summary>
/// <param name="Beta1">β₁, 0 or more and below 1.</param>
/// <param name="Beta2">β₂, 0 or more and below 1.</param>
/// <param name="Epsilon">ε, above 0.</param>
/// <param name="WeightDecay">λ, 0 or more; decoupled from the gradient.</param>
public sealed record Adam(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0) : IOptimizer
{
    private const double BelowOne = 0.9999999999999999;

    /// <summary>β₁.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double Beta1 { get; init => field = Check.Within(0, BelowOne, value, nameof(Beta1)); } = Check.Within(0, BelowOne, Beta1, nameof(Beta1));

    /// <summary>β₂.</summary>
    /// <exception cref="ArgumentException">Not between 0 and 1.</exception>
    public double Beta2 { get; init => field = Check.Within(0, BelowOne, value, nameof(Beta2)); } = Check.Within(0, BelowOne, Beta2, nameof(Beta2));

    /// <summary>ε.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Epsilon { get; init => field = Check.Positive(value, nameof(Epsilon)); } = Check.Positive(Epsilon, nameof(Epsilon));

    /// <summary>λ.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double WeightDecay { get; init => field = Check.AtLeast(0.0, value, nameof(WeightDecay)); } = Check.AtLeast(0.0, WeightDecay, nameof(WeightDecay));

    /// <inheritdoc/>
    public int Memories => 2;

    /// <inheritdoc/>
    public void Step<T>(Span<T> weights, ReadOnlySpan<T> gradient, Batch<T> memory, long step, double learningRate) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = weights.Length;
        ref var w0 = ref MemoryMarshal.GetReference(weights);
        ref var g0 = ref MemoryMarshal.GetReference(gradient[..n]);
        ref var m0 = ref MemoryMarshal.GetReference(memory[0][..n]);
        ref var v0 = ref MemoryMarshal.GetReference(memory[1][..n]);
        var (b1, b2) = (T.CreateChecked(Beta1), T.CreateChecked(Beta2));
        var (c1, c2) = (T.CreateChecked(1 - Beta1), T.CreateChecked(1 - Beta2));
        var rate = T.CreateChecked(learningRate / (1 - Math.Pow(Beta1, step + 1)));
        var root = T.CreateChecked(1 / Math.Sqrt(1 - Math.Pow(Beta2, step + 1)));
        var (epsilon, kept) = (T.CreateChecked(Epsilon), T.CreateChecked(1 - learningRate * WeightDecay));
        nuint i = 0;
        for (; (int)i <= n - Vector<T>.Count; i += (nuint)Vector<T>.Count)
        {
            var g = Vector.LoadUnsafe(ref g0, i);
            var m = b1 * Vector.LoadUnsafe(ref m0, i) + c1 * g;
            var v = b2 * Vector.LoadUnsafe(ref v0, i) + c2 * g * g;
            m.StoreUnsafe(ref m0, i);
            v.StoreUnsafe(ref v0, i);
            (kept * Vector.LoadUnsafe(ref w0, i) - rate * m / (root * Vector.SquareRoot(v) + new Vector<T>(epsilon))).StoreUnsafe(ref w0, i);
        }
        for (var j = (int)i; j < n; j++)
        {
            var (g, m, v) = (gradient[j], memory[0, j], memory[1, j]);
            m = b1 * m + c1 * g;
            v = b2 * v + c2 * g * g;
            (memory[0, j], memory[1, j]) = (m, v);
            weights[j] = kept * weights[j] - rate * m / (root * T.Sqrt(v) + epsilon);
        }
    }
}
