using Sonde.Dynamics;
using Sonde.Experiments.Training;
using Sonde.Surrogates;

namespace Sonde.Experiments.Configuration;

/// <summary>A trained surrogate in whose latent rows a method runs, in place of the experiment's system.</summary>
/// <param name="File">What <c>sonde train</c> wrote with <c>kind: ldnet</c>: its folder, or model.json in it.</param>
/// <param name="ModelError">Noise added to the latent states.</param>
public sealed record SurrogateSetup(string File, ModelError? ModelError = null)
{
    /// <summary>Reads and removes the key <c>surrogate</c> of a method; null where there is none.</summary>
    /// <exception cref="InputException">The value does not fit.</exception>
    internal static SurrogateSetup? Take(ConfigNode node, Kinds kinds)
    {
        if (node["surrogate"] is not { } given)
            return null;
        node.Remove("surrogate");
        return new Binder(kinds).Bind<SurrogateSetup>(given);
    }
}

/// <summary>A trained surrogate as a system of its own: an experiment in its latent rows, which is observed and scored by the fields they stand for.</summary>
/// <param name="File">What <c>sonde train</c> wrote with <c>kind: ldnet</c>: its folder, or model.json in it.</param>
/// <param name="ModelError">Noise added to the latent states.</param>
public sealed record SurrogateSource(string File, ModelError? ModelError = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false) =>
        ModelError.Around(ModelError, SurrogateFile.Open(Path.Combine(folder, File)));

    /// <summary>The surrogate that a system steps, with model error or without; null where it steps something else.</summary>
    internal static LatentSurrogate? Of(IDynamicalSystem system) => system.Fields.Decoder as LatentSurrogate;
}
