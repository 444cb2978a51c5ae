using System.Numerics;
using Sonde.Dynamics;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Snapshots in a file, read whenever they are asked for.</summary>
/// <param name="Path">Zarr or NetCDF.</param>
/// <param name="Domain">Its fields.</param>
/// <param name="Count">How many trajectories there are.</param>
/// <param name="Times">Snapshots of each that are kept.</param>
/// <param name="Every">Each so many of the file's times are kept.</param>
internal sealed record FileSnapshots<T>(string Path, Domain Domain, int Count, int Times, int Every) : ISnapshots<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Width => Domain.FieldWidth;

    /// <exception cref="InputException">A number is missing or not finite.</exception>
    public void Read(int trajectory, Batch<T> snapshots)
    {
        using var reader = DataFiles.Open(Path);
        for (var f = 0; f < Domain.Fields.Count; f++)
        {
            var (name, width) = (Domain.Fields[f].Name, Domain.Fields[f].Grid.Count);
            var block = reader.Schema.ShapeOf(reader.Require(name)).ToArray();
            var start = new long[block.Length];
            (start[0], block[0]) = (trajectory, 1);
            var read = reader.ReadDoubles(name, start, block);
            for (var k = 0; k < Times; k++)
            {
                var snapshot = read.AsSpan(k * Every * width, width);
                foreach (var value in snapshot)
                    if (!double.IsFinite(value))
                        throw new InputException($"'{name}' in {reader.Location} is missing or not finite at time {k * Every} of trajectory {trajectory}; expected finite numbers.");
                Trajectories<T>.Convert(snapshot, snapshots[k][Domain.OffsetOf(f)..]);
            }
        }
    }
}
