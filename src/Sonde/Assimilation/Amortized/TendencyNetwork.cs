namespace Sonde.Assimilation.Amortized;

/// <summary>
/// A small network of one component that is added to the tendency of every component, for what a model leaves out. It is learned with the network that
/// estimates states, from the same loss, after a training of that one alone. Zinchenko and Greenberg, arXiv 2409.07137, 2024: 1-32-32-1.
/// </summary>
/// <param name="Hidden">Widths of its layers; null for 32 and 32.</param>
/// <param name="Epochs">Of the training of both.</param>
/// <param name="At">Where its values are reported, in units of a component; null for nowhere.</param>
/// <param name="Knots">With refinements: between so many, from 2.5 standard deviations below the mean to as many above it, it is made linear and searched for once more.</param>
public sealed record TendencyNetwork(IReadOnlyList<int>? Hidden = null, int Epochs = 20, IReadOnlyList<double>? At = null, int Knots = 11)
{
    /// <summary>The name of what was learned of the term with refinements: knots, values there, and their standard deviations, [3, <see cref="Knots"/>].</summary>
    public const string Saved = "learned tendency";

    /// <summary>Widths of its layers.</summary>
    /// <exception cref="ArgumentException">There is none, or one is below 1.</exception>
    public IReadOnlyList<int>? Hidden { get; init; } = Hidden is null || (Hidden.Count > 0 && Hidden.All(width => width >= 1))
        ? Hidden
        : throw new ArgumentException($"The network in the tendency has layers of {string.Join(", ", Hidden)} values; expected one or more layers of 1 or more.", nameof(Hidden));

    /// <summary>Epochs of both.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Epochs { get; init => field = Check.AtLeast(1, value, nameof(Epochs)); } = Check.AtLeast(1, Epochs, nameof(Epochs));

    /// <summary>How many knots.</summary>
    /// <exception cref="ArgumentException">Fewer than 3.</exception>
    public int Knots { get; init => field = Check.AtLeast(3, value, nameof(Knots)); } = Check.AtLeast(3, Knots, nameof(Knots));

    /// <summary>The widths.</summary>
    internal IReadOnlyList<int> Widths => Hidden ?? [32, 32];
}
