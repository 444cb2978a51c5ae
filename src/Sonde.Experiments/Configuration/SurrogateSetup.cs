using Sonde.Dynamics;
using Sonde.Experiments.Training;
using Sonde.Surrogates;

namespace Sonde.Experiments.Configuration;

/// <summary>A trained surrogate in whose latent rows a method runs, in place of the experiment's system.</summary>
/// <param name="File">What <c>sonde train</c> wrote with <c>kind: ldnet</c>: its folder, or model.json in it.</param>
/// <param name="ModelError">Noise added to the latent states.</param>
/// <param name="Error">The surrogate's own error, in what observations and decoded fields are believed to err by; as measured where absent.</param>
public sealed record SurrogateSetup(string File, ModelError? ModelError = null, OwnError? Error = null)
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
/// <param name="Error">The surrogate's own error where observations come from a file; as measured where absent.</param>
public sealed record SurrogateSource(string File, ModelError? ModelError = null, OwnError? Error = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false) =>
        ModelError.Around(ModelError, SurrogateFile.Open(Path.Combine(folder, File)));

    /// <summary>The surrogate that a system steps, with model error or without; null where it steps something else.</summary>
    internal static LatentSurrogate? Of(IDynamicalSystem system) => system.Fields.Decoder as LatentSurrogate;
}

/// <summary>How much of a surrogate's own error is believed.</summary>
/// <param name="Factor">Multiplies the standard deviations that were measured; 0 for none.</param>
public sealed record OwnError(double Factor = 1)
{
    /// <summary>Multiplies the standard deviations that were measured.</summary>
    public double Factor { get; init; } = double.IsFinite(Factor) && Factor >= 0 ? Factor
        : throw new ArgumentException($"The factor of the surrogate's error is {Factor}; expected 0 or more.", nameof(Factor));

    /// <summary>true, false or a number.</summary>
    internal static ConfigNode? Expand(ConfigNode node) => node.Text switch
    {
        "true" => Short.Scalar(ConfigNode.Scalar("1", node.Source, node.Line, node.Path), "factor"),
        "false" => Short.Scalar(ConfigNode.Scalar("0", node.Source, node.Line, node.Path), "factor"),
        _ => Short.Scalar(node, "factor"),
    };
}
