namespace Sonde.Experiments.Files;

/// <summary>A file of arrays that is being written, a block at a time and record by record, so files may exceed memory.</summary>
public interface IDataWriter : IDisposable
{
    /// <summary>What the file holds; unlimited dimensions have the length written so far.</summary>
    DataSchema Schema { get; }

    /// <summary>Writes a block; a first dimension that is unlimited grows as needed.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="start">First index along each dimension.</param>
    /// <param name="count">Points along each dimension.</param>
    /// <param name="values">Row-major, of the variable's type; double is converted to any type of number.</param>
    /// <exception cref="ArgumentException">The block lies outside the variable, or the values are too many, too few or of another type.</exception>
    void Write<T>(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<T> values);

    /// <summary>
    /// Makes everything written so far part of the file. A Zarr store then survives the death of the process at any later
    /// moment; a NetCDF file appears, whole, when a writer without later writes is disposed of. What was not committed is
    /// dropped.
    /// </summary>
    void Commit();
}
