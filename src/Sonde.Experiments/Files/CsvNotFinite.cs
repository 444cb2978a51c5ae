namespace Sonde.Experiments.Files;

/// <summary>What becomes of a value in a file that is a number but not a finite one.</summary>
public enum CsvNotFinite
{
    /// <summary>The file is refused, with the line and the column.</summary>
    Refuse,

    /// <summary>The value is kept; quality control counts it as not finite.</summary>
    Keep,
}
