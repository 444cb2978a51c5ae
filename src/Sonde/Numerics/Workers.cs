using System.Runtime.ExceptionServices;

namespace Sonde.Numerics;

/// <summary>
/// How many threads may work. Blocks are cut by size, never by thread count, and each block writes only its own rows, so
/// every result has the same bits on any number of threads.
/// </summary>
/// <param name="Threads">At least 1; 1 runs on the calling thread.</param>
public sealed record Workers(int Threads = 1)
{
    /// <summary>Runs on the calling thread alone.</summary>
    public static Workers One { get; } = new(1);

    /// <summary>Calls <paramref name="body"/>(first, count) for consecutive blocks that cover 0 … total − 1.</summary>
    /// <param name="total">How many items there are.</param>
    /// <param name="block">Items in a block; the last may be shorter.</param>
    /// <param name="body">The work on one block; must touch only that block's results.</param>
    public void ForBlocks(int total, int block, Action<int, int> body)
    {
        var blocks = (total + block - 1) / block;
        if (Threads <= 1 || blocks <= 1)
        {
            for (var first = 0; first < total; first += block)
                body(first, Math.Min(block, total - first));
            return;
        }
        ForBlocksAtOnce(total, block, blocks, body);
    }

    // A method of its own, so that its closure is made only where it is used.
    private void ForBlocksAtOnce(int total, int block, int blocks, Action<int, int> body)
    {
        try
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = Threads }, b =>
                body(b * block, Math.Min(block, total - b * block)));
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerExceptions[0]);      // what one thread would have thrown
        }
    }
}
