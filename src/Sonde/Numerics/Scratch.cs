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
    private readonly int used;

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

/// <summary>Blocks of pinned memory, each at least twice the one before; a frame remembers where it began.</summary>
internal sealed class ScratchStack
{
    private const int Alignment = 64;
    private const int FirstBlock = 1 << 18;
    private const int KeepAtMost = 1 << 25;      // larger blocks are given back to the collector as soon as they are empty
    private readonly List<byte[]> blocks = [GC.AllocateUninitializedArray<byte>(FirstBlock, pinned: true)];

    public int Block { get; private set; }

    public int Used { get; private set; }

    public unsafe Span<T> Take<T>(int length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var bytes = (long)length * sizeof(T);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Array.MaxLength - Alignment, nameof(length));
        var start = Aligned(blocks[Block], Used);
        if (start + bytes > blocks[Block].Length)
        {
            NextBlock(bytes);
            start = Aligned(blocks[Block], 0);
        }
        Used = (int)(start + bytes);
        return MemoryMarshal.Cast<byte, T>(blocks[Block].AsSpan((int)start, (int)bytes));
    }

    public void Release(int block, int used)
    {
        (Block, Used) = (block, used);
        while (blocks.Count > block + 1 && blocks[^1].Length > KeepAtMost)
            blocks.RemoveAt(blocks.Count - 1);
    }

    /// <summary>Sets everything taken and not released to zero.</summary>
    public void ClearUsed()
    {
        for (var block = 0; block < Block; block++)
            Array.Clear(blocks[block]);
        blocks[Block].AsSpan(0, Used).Clear();
    }

    private void NextBlock(long bytes)
    {
        Block++;
        if (Block < blocks.Count && blocks[Block].Length >= bytes + Alignment)
            return;
        if (Block < blocks.Count)
            blocks.RemoveRange(Block, blocks.Count - Block);
        var size = Math.Max(bytes + Alignment, Math.Min(2L * blocks[^1].Length, KeepAtMost));
        blocks.Add(GC.AllocateUninitializedArray<byte>((int)Math.Min(size, Array.MaxLength), pinned: true));
    }

    private static unsafe long Aligned(byte[] block, int used)
    {
        fixed (byte* origin = block)
        {
            var address = (long)origin + used;
            return (address + Alignment - 1) / Alignment * Alignment - (long)origin;
        }
    }
}
