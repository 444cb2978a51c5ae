using System.Globalization;

namespace Sonde.Experiments.Configuration;

/// <summary>A piece of a YAML file that knows where it came from.</summary>
public sealed class ConfigNode
{
    private readonly List<KeyValuePair<string, ConfigNode>> entries = [];

    private ConfigNode(string source, int line, string path) => (Source, Line, Path) = (source, line, path);

    /// <summary>The file, as the user named it, or "--set".</summary>
    public string Source { get; }

    /// <summary>Line in the file, from 1; 0 where there is none.</summary>
    public int Line { get; }

    /// <summary>Keys from the root, such as <c>methods[1].localization.radius</c>.</summary>
    public string Path { get; }

    /// <summary>The text of a scalar; null for anything else.</summary>
    public string? Text { get; private init; }

    /// <summary>True where the scalar was written in quotes, so that it is a word even if it looks like a number.</summary>
    public bool IsQuoted { get; private init; }

    /// <summary>The items of a sequence; null for anything else.</summary>
    public List<ConfigNode>? Items { get; private init; }

    /// <summary>True for a mapping.</summary>
    public bool IsMapping { get; private init; }

    /// <summary>Keys and values in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, ConfigNode>> Entries => entries;

    /// <summary>True where nothing was written: <c>key:</c>, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => Text is "" or "~" or "null" && !IsQuoted;

    /// <summary>A scalar.</summary>
    public static ConfigNode Scalar(string text, string source = "", int line = 0, string path = "", bool quoted = false) =>
        new(source, line, path) { Text = text, IsQuoted = quoted };

    /// <summary>A sequence.</summary>
    public static ConfigNode Sequence(IEnumerable<ConfigNode> items, string source = "", int line = 0, string path = "") =>
        new(source, line, path) { Items = [.. items] };

    /// <summary>An empty mapping.</summary>
    public static ConfigNode Mapping(string source = "", int line = 0, string path = "") => new(source, line, path) { IsMapping = true };

    /// <summary>The value of a key; null where it is absent.</summary>
    public ConfigNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in entries)
                if (name == key)
                    return value;
            return null;
        }
    }

    /// <summary>Sets a key, at the place it has or at the end.</summary>
    public void Set(string key, ConfigNode value)
    {
        var at = entries.FindIndex(entry => entry.Key == key);
        if (at < 0)
            entries.Add(new(key, value));
        else
            entries[at] = new(key, value);
    }

    /// <summary>Removes a key if it is there.</summary>
    public void Remove(string key) => entries.RemoveAll(entry => entry.Key == key);

    /// <summary>An independent copy, whose nodes keep their origin.</summary>
    public ConfigNode Copy()
    {
        if (Items is not null)
            return Sequence(Items.Select(item => item.Copy()), Source, Line, Path);
        if (!IsMapping)
            return Scalar(Text!, Source, Line, Path, IsQuoted);
        var copy = Mapping(Source, Line, Path);
        foreach (var (key, value) in entries)
            copy.Set(key, value.Copy());
        return copy;
    }

    /// <summary>"file, line 7", or the file alone.</summary>
    public string Where => Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Source}, line {Line}") : Source;

    /// <summary>What a user would call this in a sentence: <c>'abc'</c>, <c>a list of 3</c>, <c>a mapping</c>, <c>nothing</c>.</summary>
    public string Description => IsNull ? "nothing"
        : Text is not null ? $"'{(Text.Length > 60 ? Text[..57] + "..." : Text)}'"
        : Items is not null ? $"a list of {Items.Count}"
        : entries.Count == 0 ? "an empty mapping" : $"a mapping with the keys {string.Join(", ", entries.Take(4).Select(e => e.Key))}{(entries.Count > 4 ? ", ..." : "")}";
}
