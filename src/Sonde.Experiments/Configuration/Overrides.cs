using System.Globalization;

namespace Sonde.Experiments.Configuration;

/// <summary>Changes to a configuration by path: <c>--set methods[0].inflation=1.04</c>, and the points of a <c>sweep:</c>.</summary>
public static class Overrides
{
    /// <summary>A file with the overrides of the command line applied.</summary>
    /// <exception cref="InputException">The file cannot be read, or an override leads nowhere.</exception>
    public static ConfigNode Read(string path, long? seed, IReadOnlyList<string> assignments)
    {
        var root = YamlFile.Read(path);
        foreach (var assignment in assignments)
            Apply(root, assignment);
        if (seed is { } number)
            Set(root, "seed", ConfigNode.Scalar(number.ToString(CultureInfo.InvariantCulture), "--seed"), "--seed");
        return root;
    }

    /// <summary>Applies <c>key=value</c>; the value is YAML.</summary>
    /// <exception cref="InputException">There is no '=', or the path leads nowhere.</exception>
    public static void Apply(ConfigNode root, string assignment)
    {
        var split = assignment.IndexOf('=', StringComparison.Ordinal);
        if (split <= 0)
            throw new InputException($"--set {assignment}: found no '='; expected key=value, such as methods[0].inflation=1.04.");
        var (path, text) = (assignment[..split].Trim(), assignment[(split + 1)..]);
        Set(root, path, YamlFile.Parse(text.Length == 0 ? "~" : text, $"--set {path}"), "--set");
    }

    /// <summary>Puts a value at a path, making the last key if it is not there.</summary>
    /// <exception cref="InputException">The path leads nowhere.</exception>
    public static void Set(ConfigNode root, string path, ConfigNode value, string who)
    {
        var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length == 0)
            throw new InputException($"{who} names an empty key.");
        var node = root;
        for (var i = 0; i < steps.Length; i++)
        {
            var last = i == steps.Length - 1;
            if (steps[i][0] == '[')
            {
                var at = Index(node, steps[i].Trim('[', ']'), path, who);
                if (last)
                    node.Items![at] = Relabel(value, path);
                else
                    node = node.Items![at];
            }
            else if (!node.IsMapping)
            {
                throw new InputException($"{who} {path}: {node.Path} is {node.Description}, which has no key '{steps[i]}'.");
            }
            else if (last)
            {
                node.Set(steps[i], Relabel(value, path));
            }
            else
            {
                if (node[steps[i]] is null)
                    node.Set(steps[i], ConfigNode.Mapping(who, 0, string.Join('.', steps[..(i + 1)])));
                node = node[steps[i]]!;
            }
        }
    }

    private static int Index(ConfigNode node, string word, string path, string who)
    {
        if (node.Items is null)
            throw new InputException($"{who} {path}: {node.Path} is {node.Description}, not a list.");
        var at = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : node.Items.FindIndex(item => (item["name"] ?? item["kind"])?.Text == word);
        return at >= 0 && at < node.Items.Count ? at : throw new InputException($"{who} {path}: {node.Path} has {node.Items.Count} items and none is '{word}'.");
    }

    private static ConfigNode Relabel(ConfigNode node, string path)
    {
        if (node.Text is not null)
            return ConfigNode.Scalar(node.Text, node.Source, node.Line, path, node.IsQuoted);
        if (node.Items is not null)
            return ConfigNode.Sequence(node.Items.Select((item, i) => Relabel(item, $"{path}[{i}]")), node.Source, node.Line, path);
        var mapping = ConfigNode.Mapping(node.Source, node.Line, path);
        foreach (var (key, value) in node.Entries)
            mapping.Set(key, Relabel(value, $"{path}.{key}"));
        return mapping;
    }
}
