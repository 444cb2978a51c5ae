using System.Numerics;

namespace Sonde.Numerics;

/// <summary>A number times a batch, not yet multiplied out, so that <c>x += a * b</c> is one pass.</summary>
public readonly ref struct ScaledBatch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal ScaledBatch(T factor, ReadOnlyBatch<T> batch)
    {
        Factor = factor;
        Values = batch.Values;
    }

    internal T Factor { get; }

    internal ReadOnlySpan<T> Values { get; }
}
