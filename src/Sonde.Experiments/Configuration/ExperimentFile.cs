using Sonde.Assimilation;
using Sonde.Assimilation.Learned;

namespace Sonde.Experiments.Configuration;

/// <summary>An experiment read from a file, with every fault found before anything runs.</summary>
/// <param name="Config">The experiment.</param>
/// <param name="Methods">Its methods, under the names they have in results.</param>
/// <param name="Resolved">The file with all overrides and defaults filled in.</param>
/// <param name="Folder">Where relative file names begin.</param>
/// <param name="Overrides">The point of the sweep; empty outside a sweep.</param>
public sealed record ExperimentFile(
    ExperimentConfig Config, IReadOnlyList<MethodEntry> Methods, ConfigNode Resolved, string Folder, IReadOnlyDictionary<string, string> Overrides)
{
    /// <summary>Reads a file, applies overrides, and expands its sweep.</summary>
    /// <exception cref="InputException">Anything in the file does not fit: all faults, a sentence each.</exception>
    public static IReadOnlyList<ExperimentFile> Load(string path, long? seed, IReadOnlyList<string> set) => Load(path, seed, set, Catalog.Kinds);

    /// <summary>The same with kinds of one's own.</summary>
    /// <exception cref="InputException">Anything in the file does not fit: all faults, a sentence each.</exception>
    public static IReadOnlyList<ExperimentFile> Load(string path, long? seed, IReadOnlyList<string> set, Kinds kinds)
    {
        var root = Configuration.Overrides.Read(path, seed, set);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return [.. Sweep.Expand(root).Select(point => Bind(point, folder, kinds))];
    }

    private static ExperimentFile Bind(SweepPoint point, string folder, Kinds kinds)
    {
        var faults = new List<string>();
        var config = Try(() => new Binder(kinds).Bind<ExperimentConfig>(point.Root), faults);
        var nodes = point.Root["methods"]?.Items ?? [];
        if (nodes.Count == 0 && faults.Count == 0)
            faults.Add($"{(point.Root["methods"] ?? point.Root).Where}: methods is an empty list; expected at least one method.");
        var methods = new List<MethodEntry>();
        foreach (var node in nodes)
            if (Try(() => Method(node, point.Root, kinds), faults) is { } entry)
                methods.Add(entry);
        var named = Unique(methods);
        faults.AddRange(named.SelectMany(method => new[] { SharesWith(method, named), TermOf(method, named) }).OfType<string>());
        if (faults.Count > 0)
            throw new InputException(faults);
        return new ExperimentFile(config!, named, point.Root, folder, point.Overrides);
    }

    private static MethodEntry Method(ConfigNode node, ConfigNode root, Kinds kinds)
    {
        if (!node.IsMapping)
            throw new InputException($"{node.Where}: {node.Path} is {node.Description}; expected a mapping with the key 'kind'.");
        var name = node["name"];
        if (name is { Text: null or "" })
            throw new InputException($"{name.Where}: {name.Path} is {name.Description}; expected a word.");
        node.Remove("name");
        var surrogateNode = node["surrogate"];
        var surrogate = SurrogateSetup.Take(node, kinds);
        var termNode = node["term"];
        var term = TermSetup.Take(node);
        var training = TrainingSetup.Take(node, root, kinds);
        var method = new Binder(kinds).Bind<IAssimilationMethod>(node);
        training?.PutBack();
        if (surrogateNode is not null)
            node.Set("surrogate", surrogateNode);
        if (termNode is not null)
            node.Set("term", termNode);
        if (term is not null && (surrogate is not null || method is ILearnedMethod { Learns: true }))
            throw new InputException($"{termNode!.Where}: {termNode.Path} stands with a method that {(surrogate is null ? "learns through the model as it is" : "runs in a surrogate")}; expected a method that runs the model and learns nothing.");
        if (training?.Setup is { IsEmpty: false } && method is not ILearnedMethod { Learns: true })
            throw new InputException($"{node.Where}: {node.Path} has keys of a training, weights or training, but no part of it learns anything.");
        var kind = node["kind"]!.Text!;
        return new MethodEntry(name?.Text ?? kind, kind, method, node, method is ILearnedMethod { Learns: true } ? training?.Setup : null) { Surrogate = surrogate, Term = term };
    }

    /// <summary>What is wrong with the method whose training another shares; null where nothing is.</summary>
    private static string? SharesWith(MethodEntry method, List<MethodEntry> all)
    {
        if (method.Training?.Of is not { } of || all.Exists(other => other.Name == of && IsTrainedHere(other) && method.Kinds.Contains(other.Kind)))
            return null;
        var names = all.Select(other => other.Name).ToArray();
        return $"{method.Settings.Where}: method '{method.Name}' has weights of '{of}'; expected the name of a method of this file that is trained here, of kind {string.Join(" or ", method.Kinds)}{Suggestion.For(of, names)}";
    }

    /// <summary>What is wrong with the method that learns another's term; null where nothing is.</summary>
    private static string? TermOf(MethodEntry method, List<MethodEntry> all)
    {
        if (method.Term?.Of is not { } of || all.Exists(other => other.Name == of && IsTrainedHere(other) && other.Method is ILearnedMethod { LearnsTerm: true }))
            return null;
        var names = all.Select(other => other.Name).ToArray();
        return $"{method.Settings.Where}: method '{method.Name}' has the term of '{of}'; expected the name of a method of this file that is trained here with 'tendency' and 'refinements'{Suggestion.For(of, names)}";
    }

    private static bool IsTrainedHere(MethodEntry entry) => entry.Method is ILearnedMethod { Learns: true } && entry.Training is null or { Weights: null, Of: null };

    /// <summary>Methods of one name become etkf, etkf-2, etkf-3; the names go back into the resolved file.</summary>
    private static List<MethodEntry> Unique(List<MethodEntry> methods)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var named = new List<MethodEntry>();
        foreach (var method in methods)
        {
            var name = method.Name;
            for (var i = 2; !taken.Add(name); i++)
                name = $"{method.Name}-{i}";
            method.Settings.Set("name", ConfigNode.Scalar(name));
            named.Add(method with { Name = name });
        }
        return named;
    }

    private static T? Try<T>(Func<T> bind, List<string> faults) where T : class
    {
        try
        {
            return bind();
        }
        catch (InputException e)
        {
            faults.AddRange(e.Sentences);
            return null;
        }
    }
}
