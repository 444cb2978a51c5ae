using System.Numerics;
using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>Powers of symmetric positive definite matrices, aᵖ = Σᵢ λᵢᵖ vᵢ vᵢᵀ; results are exactly symmetric.</summary>
public static class SymmetricPower
{
    /// <summary>result = Σᵢ fᵢ vᵢ vᵢᵀ for the rows vᵢ of <paramref name="vectors"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Compose<T>(ReadOnlySpan<T> f, ReadOnlyBatch<T> vectors, Batch<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (f.Length != vectors.Rows)
            throw new ArgumentException($"{vectors.Rows} vectors need as many values but {f.Length} were given.", nameof(f));
        using var frame = Scratch.Enter();
        var scaled = frame.Rent<T>(vectors.Rows, vectors.Width);
        for (var i = 0; i < f.Length; i++)
            TensorPrimitives.Multiply(vectors[i], f[i], scaled[i]);
        Dense.MultiplyTransposedLeft(T.One, vectors, scaled, T.Zero, result);
        for (var i = 0; i < result.Rows; i++)
            for (var j = 0; j < i; j++)
                result[j, i] = result[i, j];
    }

    /// <summary>result = aᵖ, for any real p.</summary>
    /// <returns>False where a is not finite, or an eigenvalue is not positive: below rounding for p &gt; 0, at most zero for p &lt; 0.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static bool Apply<T>(ReadOnlyBatch<T> a, T power, Batch<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var values = frame.Rent<T>(1, a.Rows)[0];
        var vectors = frame.Rent<T>(a.Rows, a.Rows);
        if (!SymmetricEigen.Decompose(a, values, vectors) || !Raise(values, power))
            return false;
        Compose(values, vectors, result);
        return true;
    }

    /// <summary>λᵖ in place, λ in any order; what rounding made negative counts as zero.</summary>
    private static bool Raise<T>(Span<T> values, T power) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.IsEmpty)
            return true;
        var largest = TensorPrimitives.Max<T>(values);
        var rounding = T.CreateChecked(8 * values.Length) * (T.BitIncrement(T.One) - T.One) * largest;
        var two = T.One + T.One;
        foreach (ref var value in values)
        {
            if (!(value >= -rounding) || (power < T.Zero && !(value > T.Zero)))
                return false;
            value = T.Max(value, T.Zero);
            if (power == T.NegativeOne)
                value = T.One / value;
            else if (power * two == T.NegativeOne)
                value = T.One / T.Sqrt(value);
            else if (power * two == T.One)
                value = T.Sqrt(value);
            else
                value = T.Pow(value, power);
        }
        return true;
    }
}
