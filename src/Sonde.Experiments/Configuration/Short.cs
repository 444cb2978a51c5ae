namespace Sonde.Experiments.Configuration;

/// <summary>Short forms of mappings: <c>noise: 1.0</c> for <c>noise: { sd: 1.0 }</c>.</summary>
internal static class Short
{
    /// <summary>A scalar is the value of one key; null for anything else.</summary>
    public static ConfigNode? Scalar(ConfigNode node, string key) => node.Text is null || node.IsNull ? null : One(node, key, node);

    /// <summary>A list, or a scalar as a list of one, is the value of one key; null for anything else.</summary>
    public static ConfigNode? List(ConfigNode node, string key) =>
        node.Items is not null ? One(node, key, node)
        : node.Text is null || node.IsNull ? null
        : One(node, key, ConfigNode.Sequence([node], node.Source, node.Line, node.Path));

    /// <summary>A scalar is the value of both keys, a list of two of one each; null for anything else.</summary>
    public static ConfigNode? Both(ConfigNode node, string first, string second) =>
        node.Items is { Count: 2 } ? Positions(node, first, second)
        : node.Text is null || node.IsNull ? null
        : Positions(ConfigNode.Sequence([node, node], node.Source, node.Line, node.Path), first, second);

    /// <summary>The items of a list are the values of keys, in order; null for anything else.</summary>
    public static ConfigNode? Positions(ConfigNode node, params ReadOnlySpan<string> keys)
    {
        if (node.Items is not { } items || items.Count == 0 || items.Count > keys.Length)
            return null;
        var mapping = ConfigNode.Mapping(node.Source, node.Line, node.Path);
        for (var i = 0; i < items.Count; i++)
            mapping.Set(keys[i], items[i]);
        return mapping;
    }

    /// <summary>A value stands for a kind with this value at one key.</summary>
    public static ConfigNode Kind(ConfigNode node, string kind, string key)
    {
        var mapping = One(node, key, node);
        mapping.Set("kind", ConfigNode.Scalar(kind, node.Source, node.Line, $"{node.Path}.kind"));
        return mapping;
    }

    /// <summary>A mapping without the key 'kind' is of the kind whose name is one of its keys; null where none is.</summary>
    public static ConfigNode? ByKey(ConfigNode node, Kinds kinds, Type type)
    {
        if (!node.IsMapping || node["kind"] is not null)
            return null;
        foreach (var kind in kinds.Of(type))
            if (node[kind.Name] is not null)
            {
                var mapping = node.Copy();
                mapping.Set("kind", ConfigNode.Scalar(kind.Name, node.Source, node.Line, $"{node.Path}.kind"));
                return mapping;
            }
        return null;
    }

    private static ConfigNode One(ConfigNode node, string key, ConfigNode value)
    {
        var mapping = ConfigNode.Mapping(node.Source, node.Line, node.Path);
        mapping.Set(key, value);
        return mapping;
    }
}
