using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>Memory outside the collected heap of which the piece given back last is taken first, while it is still in the cache.</summary>
internal sealed unsafe class RecycledMemory<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScratchStack memory = new();
    private readonly Dictionary<int, nint> returned = [];       // by length; the first bytes of a piece hold the address of the next

    /// <summary>Numbers that hold anything.</summary>
    public T* Take(int count)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrNullRef(returned, count);
        if (Unsafe.IsNullRef(ref first) || first == 0)
            return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Take<byte>(Math.Max(sizeof(nint), checked(count * sizeof(T))))));
        var piece = first;
        first = *(nint*)piece;
        return (T*)piece;
    }

    /// <summary>Gives numbers back that were taken, and are not read again.</summary>
    public void Return(T* piece, int count)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(returned, count, out _);
        *(nint*)piece = first;
        first = (nint)piece;
    }

    /// <summary>Takes everything back.</summary>
    public void Reset()
    {
        memory.Release(0, 0);
        returned.Clear();
    }
}
