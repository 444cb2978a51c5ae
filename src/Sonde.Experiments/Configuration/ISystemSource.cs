using Sonde.Dynamics;

namespace Sonde.Experiments.Configuration;

/// <summary>Makes a system from a configuration.</summary>
public interface ISystemSource
{
    /// <summary>The system.</summary>
    /// <param name="folder">Where relative file names begin.</param>
    IDynamicalSystem Build(string folder);
}

/// <summary>A system that needs nothing but its own record.</summary>
/// <param name="System">The system.</param>
public sealed record BuiltInSystem(IDynamicalSystem System) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder) => System;
}
