namespace Sonde.Experiments.Configuration;

/// <summary>What was learned that the model leaves out, which a method's model then has: a key of the method's mapping.</summary>
/// <param name="File">Weights whose training learned it; null where a method of the experiment does.</param>
/// <param name="Of">The method of the same experiment that learns it; null where a file has it.</param>
public sealed record TermSetup(string? File, string? Of)
{
    /// <summary>Reads and removes the key <c>term</c> of a method; null where there is none.</summary>
    /// <exception cref="InputException">The value does not fit.</exception>
    internal static TermSetup? Take(ConfigNode node)
    {
        if (node["term"] is not { } given)
            return null;
        node.Remove("term");
        var (file, of) = TrainingSetup.Source(given, "learns it");
        return new(file, of);
    }
}
