using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Snapshots in memory.</summary>
/// <param name="Values">A row a snapshot; the times of a trajectory one after the other.</param>
/// <param name="Times">Snapshots of each trajectory.</param>
internal sealed record HeldSnapshots<T>(Matrix<T> Values, int Times) : ISnapshots<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Count => Values.Rows / Times;

    public int Width => Values.Width;

    public void Read(int trajectory, Batch<T> snapshots) => Values.All.Slice(trajectory * Times, Times).CopyTo(snapshots);

    /// <summary>All of them, as far as they fit into an array.</summary>
    /// <exception cref="InputException">They are too many.</exception>
    public static HeldSnapshots<T> Of(ISnapshots<T> snapshots)
    {
        if ((long)snapshots.Count * snapshots.Times * snapshots.Width > Array.MaxLength)
            throw new InputException($"data: there are {snapshots.Count} trajectories of {snapshots.Times} times of {snapshots.Width} values, more than fit in memory; expected fewer, as with data.every.");
        var values = new Matrix<T>(snapshots.Count * snapshots.Times, snapshots.Width);
        for (var i = 0; i < snapshots.Count; i++)
            snapshots.Read(i, values.All.Slice(i * snapshots.Times, snapshots.Times));
        return new(values, snapshots.Times);
    }
}
