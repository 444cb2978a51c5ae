using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Tests.Numerics;

/// <summary>The stack of temporary rows.</summary>
public sealed class ScratchMemoryTests
{
    [Fact]
    public void What_was_rented_keeps_its_numbers_while_more_is_rented()
    {
        using var frame = Scratch.Enter();
        var (small, odd, large) = (frame.Rent(3, 5).Values.Length, 0, 0);
        var first = frame.Rent(7, 3);
        first.Values.Fill(1);
        var second = frame.RentSpan<byte>(13);
        second.Fill(2);
        var third = frame.Rent(5, 1_000_000);                   // larger than any block that is kept
        third.Values.Fill(3);
        using (var inner = Scratch.Enter())
            inner.Rent(1, 6_000_000).Values.Fill(4);
        frame.Rent(2, 100_000).Values.Fill(5);
        foreach (var value in first.Values)
            odd += value == 1 ? 0 : 1;
        foreach (var value in second)
            odd += value == 2 ? 0 : 1;
        foreach (var value in third.Values)
            large += value == 3 ? 0 : 1;
        Assert.Equal((15, 0, 0), (small, odd, large));
    }

    [Fact]
    public void A_closed_frame_gives_its_memory_to_the_next()
    {
        using var outer = Scratch.Enter();
        ref var before = ref First(100);
        ref var after = ref First(50);
        Assert.True(Unsafe.AreSame(ref before, ref after));

        static ref double First(int width)
        {
            using var frame = Scratch.Enter();
            return ref MemoryMarshal.GetReference(frame.Rent(1, width).Values);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public void Cleared_rows_are_zero(int width)
    {
        using var frame = Scratch.Enter();
        frame.Rent(1, width).Values.Fill(1);
        using var inner = Scratch.Enter();
        Assert.False(inner.RentCleared(1, width).Values.ContainsAnyExcept(0));
    }
}
