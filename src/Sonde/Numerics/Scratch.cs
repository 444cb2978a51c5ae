using System.Numerics;
using System.Runtime.InteropServices;

namespace Sonde.Numerics;

/// <summary>
/// Temporary rows without garbage: a stack of memory per thread. Open a frame in a method's first line with
/// <c>using var frame = Scratch.Enter();</c>; what it rents is valid until the frame closes. A frame is a ref struct,
/// so it cannot be captured, stored or carried across an await.
/// </summary>
public static class Scratch
{
    [ThreadStatic]
    private static ScratchStack? stack;

    /// <summary>Opens a frame on this thread's stack.</summary>
    public static ScratchFrame Enter() => new(stack ??= new ScratchStack());
}

/// <summary>What one method has rented. Closing it gives everything back.</summary>
public readonly ref struct ScratchFrame
{
    private readonly ScratchStack stack;
    private readonly int block;
    private readonly nint used;

    internal ScratchFrame(ScratchStack stack) => (this.stack, block, used) = (stack, stack.Block, stack.Used);

    /// <summary>rows × width numbers that hold whatever was there before.</summary>
    public Batch<T> Rent<T>(int rows, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(stack.Take<T>(checked(rows * width)), rows, width);

    /// <summary>rows × width zeros.</summary>
    public Batch<T> RentCleared<T>(int rows, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batch = Rent<T>(rows, width);
        batch.Clear();
        return batch;
    }

    /// <summary>rows × width doubles that hold whatever was there before.</summary>
    public Batch<double> Rent(int rows, int width) => Rent<double>(rows, width);

    /// <summary>rows × width zeros.</summary>
    public Batch<double> RentCleared(int rows, int width) => RentCleared<double>(rows, width);

    /// <summary>A span of any unmanaged type, not cleared.</summary>
    public Span<T> RentSpan<T>(int length) where T : unmanaged => stack.Take<T>(length);

    /// <summary>Gives everything rented since <see cref="Scratch.Enter"/> back.</summary>
    public void Dispose() => stack.Release(block, used);
}

/// <summary>
/// Blocks of memory outside the collected heap, so that large ones are given back at once; a frame remembers where it began.
/// </summary>
internal sealed unsafe class ScratchStack
{
    private const int Alignment = 64;
    private const int FirstBlock = 1 << 18;
    private const int KeepAtMost = 1 << 25;      // larger blocks are given back as soon as they are empty
    private readonly List<Piece> blocks = [new(FirstBlock)];

    ~ScratchStack() => Free(0);

    public int Block { get; private set; }

    public nint Used { get; private set; }

    public Span<T> Take<T>(int length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var bytes = checked((nint)length * sizeof(T) + Alignment - 1) / Alignment * Alignment;
        if (Used + bytes > blocks[Block].Length)
            NextBlock(bytes);
        var start = blocks[Block].Origin + Used;
        Used += bytes;
        return new Span<T>(start, length);
    }

    public void Release(int block, nint used)
    {
        (Block, Used) = (block, used);
        if (blocks.Count > block + 1 && blocks[^1].Length > KeepAtMost)
            Free(blocks.FindIndex(block + 1, piece => piece.Length > KeepAtMost));
    }

    private void NextBlock(nint bytes)
    {
        (Block, Used) = (Block + 1, 0);
        if (Block < blocks.Count && blocks[Block].Length >= bytes)
            return;
        Free(Block);
        blocks.Add(new Piece(Math.Max(bytes, Math.Min(2 * blocks[^1].Length, KeepAtMost))));
    }

    private void Free(int first)
    {
        for (var i = first; i < blocks.Count; i++)
            NativeMemory.AlignedFree(blocks[i].Origin);
        blocks.RemoveRange(first, blocks.Count - first);
    }

    private readonly struct Piece(nint length)
    {
        public readonly byte* Origin = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        public readonly nint Length = length;
    }
}
