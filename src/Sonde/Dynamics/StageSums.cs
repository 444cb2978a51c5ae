using System.Numerics;
using System.Runtime.InteropServices;

namespace Sonde.Dynamics;

/// <summary>
/// The passes over memory of a Runge-Kutta step, each as few as can be: for a state too long for the cache they are its cost.
/// A product is rounded before it is added, so an element has the same bits wherever it stands in a row.
/// </summary>
internal static class StageSums
{
    /// <summary>point = x + a k and sum = x + b k.</summary>
    public static void Begin(ReadOnlySpan<double> x, ReadOnlySpan<double> k, double a, double b, Span<double> point, Span<double> sum)
    {
        var n = x.Length;
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var k0 = ref MemoryMarshal.GetReference(k[..n]);
        ref var p0 = ref MemoryMarshal.GetReference(point[..n]);
        ref var s0 = ref MemoryMarshal.GetReference(sum[..n]);
        var (va, vb) = (new Vector<double>(a), new Vector<double>(b));
        nuint i = 0;
        for (; (int)i <= n - Vector<double>.Count; i += (nuint)Vector<double>.Count)
        {
            var (vx, vk) = (Vector.LoadUnsafe(ref x0, i), Vector.LoadUnsafe(ref k0, i));
            (vx + va * vk).StoreUnsafe(ref p0, i);
            (vx + vb * vk).StoreUnsafe(ref s0, i);
        }
        for (var j = (int)i; j < n; j++)
            (point[j], sum[j]) = (x[j] + a * k[j], x[j] + b * k[j]);
    }

    /// <summary>point = x + a k and sum += b k.</summary>
    public static void Continue(ReadOnlySpan<double> x, ReadOnlySpan<double> k, double a, double b, Span<double> point, Span<double> sum)
    {
        var n = x.Length;
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var k0 = ref MemoryMarshal.GetReference(k[..n]);
        ref var p0 = ref MemoryMarshal.GetReference(point[..n]);
        ref var s0 = ref MemoryMarshal.GetReference(sum[..n]);
        var (va, vb) = (new Vector<double>(a), new Vector<double>(b));
        nuint i = 0;
        for (; (int)i <= n - Vector<double>.Count; i += (nuint)Vector<double>.Count)
        {
            var vk = Vector.LoadUnsafe(ref k0, i);
            (Vector.LoadUnsafe(ref x0, i) + va * vk).StoreUnsafe(ref p0, i);
            (Vector.LoadUnsafe(ref s0, i) + vb * vk).StoreUnsafe(ref s0, i);
        }
        for (var j = (int)i; j < n; j++)
            (point[j], sum[j]) = (x[j] + a * k[j], sum[j] + b * k[j]);
    }

    /// <summary>result = x + a k; the result may be x.</summary>
    public static void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> k, double a, Span<double> result)
    {
        var n = x.Length;
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var k0 = ref MemoryMarshal.GetReference(k[..n]);
        ref var r0 = ref MemoryMarshal.GetReference(result[..n]);
        var va = new Vector<double>(a);
        nuint i = 0;
        for (; (int)i <= n - Vector<double>.Count; i += (nuint)Vector<double>.Count)
            (Vector.LoadUnsafe(ref x0, i) + va * Vector.LoadUnsafe(ref k0, i)).StoreUnsafe(ref r0, i);
        for (var j = (int)i; j < n; j++)
            result[j] = x[j] + a * k[j];
    }
}
