namespace Sonde.Dynamics;

/// <summary>A parameter that is estimated together with the state: Gaussian at the start, or uniform between two bounds.</summary>
/// <param name="Name">As the tendency calls it.</param>
/// <param name="Sd">Standard deviation of what is believed of it at the start, around <paramref name="Mean"/>; 0 or more, absent where there are bounds.</param>
/// <param name="Mean">Null for the tendency's own value; absent where there are bounds.</param>
/// <param name="Walk">Standard deviation of its random walk in one unit of time; 0 for a constant.</param>
/// <param name="Least">The lower bound at the start.</param>
/// <param name="Greatest">The upper bound at the start, not below the lower one.</param>
public sealed record UncertainParameter(
    string Name, double? Sd = null, double? Mean = null, double Walk = 0, double? Least = null, double? Greatest = null)
{
    /// <summary>True where it lies between two bounds, any number as likely as another.</summary>
    public bool IsUniform => Least is not null;

    /// <summary>Standard deviation at the start.</summary>
    public double Deviation => Least is { } least && Greatest is { } greatest ? (greatest - least) / Math.Sqrt(12) : Sd ?? 0;

    /// <summary>As a truth has it: drawn between the bounds, or the tendency's own value.</summary>
    public UncertainParameter OfTruth() => IsUniform ? this : this with { Mean = null, Sd = 0 };

    /// <summary>Expected value at the start.</summary>
    /// <param name="own">The tendency's own value.</param>
    public double Expected(double own) => Least is { } least && Greatest is { } greatest ? 0.5 * (least + greatest) : Mean ?? own;

    /// <summary>Refuses numbers that do not fit one another.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or bounds and a standard deviation are both or neither given.</exception>
    public void Check()
    {
        if (!(Walk >= 0) || Sd is { } sd && !(sd >= 0))
            throw new ArgumentException($"The standard deviations of parameter {Name} are 0 or more, not {Sd ?? 0} and {Walk}.");
        if (Least is null != Greatest is null || IsUniform == Sd is not null || IsUniform && Mean is not null)
            throw new ArgumentException(
                $"Parameter {Name} has {(Sd is null ? "no sd" : "an sd")}, {(Mean is null ? "no mean" : "a mean")}, {(Least is null ? "no least" : "a least")} and {(Greatest is null ? "no greatest" : "a greatest")} value; expected sd, with or without a mean, or least and greatest.");
        if (IsUniform && !(Least <= Greatest && double.IsFinite(Least.Value) && double.IsFinite(Greatest!.Value)))
            throw new ArgumentException($"Parameter {Name} lies between {Least} and {Greatest}; the bounds must be finite and rising.");
    }
}
