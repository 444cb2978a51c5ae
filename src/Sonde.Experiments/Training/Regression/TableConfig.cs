namespace Sonde.Experiments.Training;

/// <summary>A table of samples: lines of a CSV file, or the leading dimensions of variables in a Zarr store or a NetCDF file.</summary>
/// <param name="File">CSV, .zarr or .nc; relative to the training's file.</param>
/// <param name="Inputs">Columns or variables that are known.</param>
/// <param name="Targets">Columns or variables that are to be predicted.</param>
/// <param name="Rows">How many leading dimensions of a variable number the samples, 1 or more; the others are what a sample holds.</param>
/// <param name="Missing">What becomes of samples of which a value is missing.</param>
/// <param name="Normalize">What is brought to mean 0 and deviation 1.</param>
/// <param name="Delimiter">What stands between the cells of a CSV file; found out where absent.</param>
public sealed record TableConfig(
    string File, IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets, int Rows = 1, MissingValues Missing = MissingValues.Refuse,
    TableNormalization Normalize = TableNormalization.Columns, string? Delimiter = null)
{
    /// <summary>Columns or variables that are known.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = Named(Inputs, nameof(Inputs));

    /// <summary>Columns or variables that are to be predicted.</summary>
    public IReadOnlyList<string> Targets { get; init; } = Named(Targets, nameof(Targets));

    /// <summary>Leading dimensions that number the samples.</summary>
    public int Rows { get; init; } = Rows >= 1 ? Rows : throw new ArgumentOutOfRangeException(nameof(Rows), null, $"1 or more dimensions number the samples, not {Rows}.");

    private static IReadOnlyList<string> Named(IReadOnlyList<string> names, string key) =>
        names.Count == 0 ? throw new ArgumentException("There must be at least 1 name.", key)
        : names.Distinct().Count() < names.Count ? throw new ArgumentException($"Of {names.Count} names only {names.Distinct().Count()} differ.", key)
        : names;
}

/// <summary>What becomes of samples of which a value is missing.</summary>
public enum MissingValues
{
    /// <summary>The file is refused, with the place.</summary>
    Refuse,

    /// <summary>They are left out.</summary>
    Skip,
}

/// <summary>What is brought to mean 0 and deviation 1, by the samples that are learned from.</summary>
public enum TableNormalization
{
    /// <summary>Each column.</summary>
    Columns,

    /// <summary>Each variable as a whole: all points of a field alike.</summary>
    Variables,

    /// <summary>Nothing.</summary>
    None,
}
