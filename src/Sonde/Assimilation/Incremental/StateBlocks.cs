using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>Covariances of the states of a window, one under the other, [T n, n]: the blocks on the diagonal of a matrix.</summary>
internal static class StateBlocks
{
    /// <summary>states ← the blocks of a symmetric band, beyond which there are zeros.</summary>
    /// <param name="band">Lower band, [T n, p + 1].</param>
    /// <param name="states">[T n, n], overwritten.</param>
    public static void Read(ReadOnlyBatch<double> band, Batch<double> states)
    {
        var (p, n) = (band.Width - 1, states.Width);
        for (var row = 0; row < band.Rows; row++)
            for (var j = row / n * n; j <= row; j++)
                Set(states, row, j, row - j <= p ? band[row, p - row + j] : 0);
    }

    /// <summary>Sets an entry and its mirror image; both numbers belong to one state.</summary>
    public static void Set(Batch<double> states, int row, int column, double value) =>
        states[row, column % states.Width] = states[column, row % states.Width] = value;
}
