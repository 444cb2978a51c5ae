using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>
/// How trajectories stand in a file of arrays: fields by trajectory, time and grid; parameters by trajectory, and by time where they change. A long
/// trajectory is a chunk of its own, so that it is read by itself.
/// </summary>
internal sealed class TrajectoryLayout
{
    private const long LeastChunk = 1 << 16, MostChunk = 1 << 24;      // bytes; shorter trajectories share a chunk, longer ones have several

    private readonly SimulationConfig config;
    private readonly Domain domain;
    private readonly IReadOnlyList<FieldLayout> parts;
    private readonly IReadOnlyList<(string Name, double[] Values)> coordinates;
    private readonly double[] times;
    private readonly bool parametersLast;

    /// <summary>The layout of a system's trajectories.</summary>
    /// <param name="config">The simulation.</param>
    /// <param name="system">The system.</param>
    /// <param name="times">At which states are kept.</param>
    public TrajectoryLayout(SimulationConfig config, IDynamicalSystem system, double[] times)
    {
        (this.config, domain, this.times, parametersLast) = (config, system.Fields, times, system.KeepsParameters);
        (parts, coordinates) = FieldLayout.Of(domain, plain: true);
    }

    /// <summary>Dimensions, variables and notes of the file.</summary>
    public DataSchema Schema() => new(
        [new Dimension("trajectory", 0, Unlimited: true), new Dimension("time", times.Length), .. coordinates.Select(c => new Dimension(c.Name, c.Values.Length))],
        [
            new VariableSchema("time", DataType.Real64, ["time"]),
            .. coordinates.Select(c => new VariableSchema(c.Name, DataType.Real64, [c.Name])),
            .. parts.Select(Variable),
        ],
        new Attributes { ["title"] = $"{config.Name}: trajectories simulated by Sonde", ["seed"] = config.Seed, ["Conventions"] = "CF-1.10" });

    /// <summary>Writes what all trajectories share.</summary>
    public void Begin(IDataWriter writer)
    {
        writer.WriteAll<double>("time", times);
        foreach (var coordinate in coordinates)
            writer.WriteAll<double>(coordinate.Name, coordinate.Values);
    }

    /// <summary>Writes one trajectory.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="index">From 0.</param>
    /// <param name="states">[times, width].</param>
    public void Write(IDataWriter writer, int index, Matrix<double> states)
    {
        foreach (var part in parts)
            writer.WriteRecord<double>(part.Name, index, part.Cut(states, 1, IsConstant(part) ? 1 : states.Rows));
    }

    private VariableSchema Variable(FieldLayout part)
    {
        var type = config.SinglePrecision && !IsParameter(part) ? DataType.Real32 : DataType.Real64;
        var state = part.Count * (long)type.SizeOf();
        return new VariableSchema(part.Name, type, IsConstant(part) ? ["trajectory"] : ["trajectory", "time", .. part.Dimensions])
        {
            Attributes = new Attributes { ["units"] = part.Unit },
            Chunk = IsConstant(part) || state * times.Length < LeastChunk ? null
                : [1, Math.Clamp(MostChunk / state, 1, times.Length), .. part.Dimensions.Select(name => (long)coordinates.First(c => c.Name == name).Values.Length)],
        };
    }

    private bool IsParameter(FieldLayout part) => part.Offset >= domain.FieldWidth;

    private bool IsConstant(FieldLayout part) => parametersLast && IsParameter(part);
}
