namespace Sonde.Experiments.Files;

/// <summary>An open file of arrays. Values are read a block at a time, so files may exceed memory.</summary>
public interface IDataReader : IDisposable
{
    /// <summary>Where the file is, as given.</summary>
    string Location { get; }

    /// <summary>What it holds.</summary>
    DataSchema Schema { get; }

    /// <summary>Variables that the file has but that cannot be read, each with the reason, as the end of a sentence.</summary>
    IReadOnlyDictionary<string, string> Unreadable { get; }

    /// <summary>
    /// A block of a variable as stored (neither unpacked nor cleared of missing values): double[], float[], int[], long[] or
    /// string[], row-major.
    /// </summary>
    /// <param name="variable">Its name.</param>
    /// <param name="start">First index along each dimension.</param>
    /// <param name="count">Points along each dimension.</param>
    /// <exception cref="InputException">The file has no such variable, or is damaged there; one sentence says what was found.</exception>
    /// <exception cref="ArgumentException">The block does not lie within the variable.</exception>
    Array Read(string variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count);
}
