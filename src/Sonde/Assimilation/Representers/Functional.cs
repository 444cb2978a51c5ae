namespace Sonde.Assimilation.Representers;

/// <summary>A row of a matrix by its elements that are not 0, equal to another of the same elements.</summary>
internal sealed class Functional : IEquatable<Functional>
{
    private readonly int hash;

    private Functional(int[] components, double[] weights)
    {
        (Components, Weights) = (components, weights);
        var code = new HashCode();
        for (var i = 0; i < components.Length; i++)
            code.Add((components[i], weights[i]));
        hash = code.ToHashCode();
    }

    /// <summary>Where the elements are, rising.</summary>
    public int[] Components { get; }

    /// <summary>The elements, as many.</summary>
    public double[] Weights { get; }

    /// <summary>The elements of a row.</summary>
    public static Functional Of(ReadOnlySpan<double> row)
    {
        var (components, weights) = (new List<int>(), new List<double>());
        for (var at = row.IndexOfAnyExcept(0.0); at < row.Length && at >= 0;)
        {
            components.Add(at);
            weights.Add(row[at]);
            var next = row[(at + 1)..].IndexOfAnyExcept(0.0);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return new Functional([.. components], [.. weights]);
    }

    /// <inheritdoc/>
    public bool Equals(Functional? other) =>
        other is not null && Components.AsSpan().SequenceEqual(other.Components) && Weights.AsSpan().SequenceEqual(other.Weights);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Functional);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;
}
