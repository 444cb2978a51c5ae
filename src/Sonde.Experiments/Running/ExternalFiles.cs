namespace Sonde.Experiments.Running;

/// <summary>How states are handed to a command and back.</summary>
public enum ExternalFiles
{
    /// <summary>Text: a line for each number, with its variable and its index.</summary>
    Csv,

    /// <summary>NetCDF-4.</summary>
    Netcdf,

    /// <summary>Zarr 3.</summary>
    Zarr,
}
