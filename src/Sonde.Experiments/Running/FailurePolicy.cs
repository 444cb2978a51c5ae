namespace Sonde.Experiments.Running;

/// <summary>What follows when a member cannot be carried forward.</summary>
public enum FailurePolicy
{
    /// <summary>The run stops and says why.</summary>
    Stop,

    /// <summary>The member becomes a copy of a random one that succeeded.</summary>
    Resample,
}
