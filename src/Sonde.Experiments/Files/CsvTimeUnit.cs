namespace Sonde.Experiments.Files;

/// <summary>What one unit of a system's time is on the clock.</summary>
public enum CsvTimeUnit
{
    /// <summary>1 s.</summary>
    Seconds,

    /// <summary>60 s.</summary>
    Minutes,

    /// <summary>3,600 s.</summary>
    Hours,

    /// <summary>86,400 s.</summary>
    Days,
}
