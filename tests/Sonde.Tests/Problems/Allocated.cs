namespace Sonde.Tests.Problems;

/// <summary>What a piece of work allocates on this thread once it is warm.</summary>
internal static class Allocated
{
    /// <summary>
    /// The fewest bytes of several runs. The first runs compile and fill the scratch stack; and where another test's collection falls into a run,
    /// the runtime counts the rest of this thread's allocation quantum (up to 8 KB) as allocated, so one run alone is a matter of chance.
    /// </summary>
    public static long Bytes(Action work)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 8 && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
