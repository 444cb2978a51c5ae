namespace Sonde.Observing.Errors;

/// <summary>What a relative error is relative to.</summary>
public enum ErrorReference
{
    /// <summary>The standard deviation of the field that is observed.</summary>
    Deviation,

    /// <summary>The magnitude of the value that is observed.</summary>
    Value,
}
