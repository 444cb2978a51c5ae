using Sonde.Dynamics.Fields;

namespace Sonde.Experiments.Running;

/// <summary>Equally spaced points.</summary>
/// <param name="Count">How many.</param>
/// <param name="Start">The first.</param>
/// <param name="Step">From one to the next.</param>
/// <param name="Period">After which coordinates repeat; 0 where they do not.</param>
public sealed record ExternalAxis(int Count, double Start = 0, double Step = 1, double Period = 0)
{
    /// <inheritdoc cref="ExternalAxis" path="/param[@name='Count']"/>
    public int Count { get; init; } = new GridAxis(Start, Step, Count, Period).Count;       // which refuses what is no axis

    /// <summary>Points as a grid knows them.</summary>
    internal GridAxis Axis => new(Start, Step, Count, Period);
}
