using Sonde.Assimilation;
using Sonde.Assimilation.Learned;

namespace Sonde.Experiments.Configuration;

/// <summary>What an experiment says about a learned method besides the method's own settings: keys of the same mapping.</summary>
/// <param name="Weights">A file of what was learned before, in place of a training; null to train.</param>
/// <param name="Of">The method of the same experiment whose training it shares; null for none.</param>
/// <param name="Observations">What is observed in the training; null for what is observed in the experiment.</param>
/// <param name="System">What makes truths in the training; null for what makes them in the experiment.</param>
public sealed record TrainingSetup(string? Weights, string? Of, ObservationsConfig? Observations, ISystemSource? System)
{
    /// <summary>True where nothing was said.</summary>
    public bool IsEmpty => this is { Weights: null, Of: null, Observations: null, System: null };

    private static readonly string[] Parts = ["observations", "system"];

    /// <summary>Where something learned is: in a file, or with a method of the same experiment.</summary>
    /// <param name="given">FILE, or { of: NAME }.</param>
    /// <param name="does">What that method does here.</param>
    /// <exception cref="InputException">It is neither.</exception>
    internal static (string? File, string? Of) Source(ConfigNode given, string does)
    {
        var of = given is { IsMapping: true, Entries.Count: 1 } ? given["of"]?.Text : null;
        return given.Text is { Length: > 0 } file ? (file, null)
            : of is { Length: > 0 } ? (null, of)
            : throw new InputException($"{given.Where}: {given.Path} is {given.Description}; expected the name of a file of weights, or {{ of: NAME }} with the name of a method that {does} here.");
    }

    /// <summary>
    /// Reads and removes the keys <c>weights</c>, <c>training.observations</c> and <c>training.system</c> of a learned method; what they leave out is as
    /// in the experiment. Null for any other method, whose keys these are not.
    /// </summary>
    /// <param name="node">The method's mapping.</param>
    /// <param name="root">The experiment.</param>
    /// <param name="kinds">What files may name.</param>
    /// <exception cref="InputException">A value does not fit.</exception>
    internal static (TrainingSetup Setup, Action PutBack)? Take(ConfigNode node, ConfigNode root, Kinds kinds)
    {
        if (kinds.Of(typeof(IAssimilationMethod)).FirstOrDefault(kind => kind.Name == node["kind"]?.Text) is not { } own || !own.Type.IsAssignableTo(typeof(ILearnedMethod)))
            return null;
        var (weights, training) = (node["weights"], node["training"]);
        var (file, of) = weights is null ? (null, null) : Source(weights, "is trained");
        if (of is not null && training is not null)
            throw new InputException($"{training.Where}: {training.Path} stands beside weights of '{of}', whose training it shares; expected one of the keys.");
        var whole = training?.Copy();
        var binder = new Binder(kinds);
        var observations = Merged("observations") is { } observed ? binder.Bind<ObservationsConfig>(observed) : null;
        var system = Merged("system") is { } carried ? binder.Bind<ISystemSource>(carried) : null;
        node.Remove("weights");
        foreach (var part in Parts)
            if (training is { IsMapping: true })
                training.Remove(part);
        if (training is { IsMapping: true, Entries.Count: 0 })
            node.Remove("training");
        return (new TrainingSetup(file, of, observations, system), () =>
        {
            if (weights is not null)
                node.Set("weights", weights);
            if (whole is null)
                return;
            foreach (var (key, value) in training!.Entries)             // with the defaults that were filled in
                whole.Set(key, value);
            node.Set("training", whole);
        });

        // a mapping of another kind replaces the experiment's; otherwise its keys do, one by one
        ConfigNode? Merged(string key)
        {
            if (training is not { IsMapping: true } || training[key] is not { IsNull: false } given)
                return null;
            var usual = key == "system" ? root["truth"] is { IsNull: false } truth ? truth : root["system"] : root[key];
            if (!given.IsMapping || given["kind"] is not null || usual is not { IsMapping: true })
                return given.Copy();
            var merged = usual.Copy();
            if (given["times"] is not null)
                merged.Remove("every");
            if (given["every"] is not null)
                merged.Remove("times");
            foreach (var (name, value) in given.Entries)
                merged.Set(name, value.Copy());
            return merged;
        }
    }
}
