namespace Sonde.Surrogates;

/// <summary>A parameter that a surrogate knows, and between which values it was trained.</summary>
/// <param name="Name">As in files and reports.</param>
/// <param name="Least">The network sees −1 here.</param>
/// <param name="Greatest">The network sees 1 here.</param>
public sealed record ParameterRange(string Name, double Least, double Greatest)
{
    /// <summary>The greatest value, not below the least.</summary>
    /// <exception cref="ArgumentException">The range is empty or not finite.</exception>
    public double Greatest { get; init; } = double.IsFinite(Least) && Greatest >= Least && double.IsFinite(Greatest) ? Greatest
        : throw new ArgumentException($"The range of parameter '{Name}' runs from {Least} to {Greatest}; expected finite numbers that do not fall.", nameof(Greatest));

    /// <summary>What the network sees as 0.</summary>
    public double Center => 0.5 * (Least + Greatest);

    /// <summary>How much of the parameter is 1 to the network; 1 where the parameter never varied.</summary>
    public double HalfWidth => Greatest > Least ? 0.5 * (Greatest - Least) : 1;
}
