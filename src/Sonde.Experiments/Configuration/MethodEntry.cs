using Sonde.Assimilation;

namespace Sonde.Experiments.Configuration;

/// <summary>A method of an experiment, under the name it has in results.</summary>
/// <param name="Name">Unique within the experiment.</param>
/// <param name="Kind">The word in the file.</param>
/// <param name="Method">The method itself.</param>
/// <param name="Settings">Its mapping in the file, defaults filled in.</param>
/// <param name="Training">How a learned method is trained; null for any other.</param>
public sealed record MethodEntry(string Name, string Kind, IAssimilationMethod Method, ConfigNode Settings, TrainingSetup? Training = null)
{
    /// <summary>In whose latent rows it runs; null where it runs in the experiment's own.</summary>
    public SurrogateSetup? Surrogate { get; init; }

    /// <summary>What its model has besides the experiment's; null for nothing.</summary>
    public TermSetup? Term { get; init; }

    /// <summary>Its own kind and those of its parts: a method that starts from another may read what that one has learned.</summary>
    public IReadOnlyList<string> Kinds => [.. KindsIn(Settings)];

    private static IEnumerable<string> KindsIn(ConfigNode node) => node.Entries.Where(pair => pair.Key == "kind" && pair.Value.Text is not null).Select(pair => pair.Value.Text!)
        .Concat(node.Entries.Where(pair => pair.Value.IsMapping).SelectMany(pair => KindsIn(pair.Value)));
}
