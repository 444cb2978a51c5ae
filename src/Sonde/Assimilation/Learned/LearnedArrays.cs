using Sonde.Numerics;

namespace Sonde.Assimilation.Learned;

/// <summary>The arrays that a method keeps of its training beside the weights.</summary>
internal static class LearnedArrays
{
    /// <summary>An array by name.</summary>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public static Matrix<double> Find(IReadOnlyDictionary<string, Matrix<double>> saved, string name) =>
        saved.TryGetValue(name, out var array) ? array : throw new ArgumentException($"The learned arrays have no '{name}' but {string.Join(", ", saved.Keys)}.", nameof(saved));

    /// <summary>A row as it is saved.</summary>
    public static Matrix<double> Row(ReadOnlySpan<double> values) => new(new ReadOnlyBatch<double>(values));
}
