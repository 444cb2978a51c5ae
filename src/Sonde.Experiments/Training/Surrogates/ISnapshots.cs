using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Snapshots of trajectories, a trajectory at a time: from memory, or from a file that need not fit there.</summary>
internal interface ISnapshots<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many trajectories there are.</summary>
    int Count { get; }

    /// <summary>Snapshots of each.</summary>
    int Times { get; }

    /// <summary>Values of a snapshot, field after field.</summary>
    int Width { get; }

    /// <summary>The snapshots of a trajectory.</summary>
    /// <param name="trajectory">Which one.</param>
    /// <param name="snapshots">[times, width], overwritten.</param>
    void Read(int trajectory, Batch<T> snapshots);
}
