namespace Sonde.Experiments.Configuration;

/// <summary>What <c>kind: name</c> stands for: a record, and records that some of its parameters are made of from the same mapping.</summary>
/// <param name="Name">The word in the file.</param>
/// <param name="Type">The record to construct.</param>
/// <param name="Inline">Parameter name → record whose own parameters stand in the same mapping.</param>
public sealed record Kind(string Name, Type Type, IReadOnlyDictionary<string, Type> Inline);

/// <summary>The table from interfaces to the kinds that implement them. A new kind is one line.</summary>
public sealed class Kinds
{
    private readonly Dictionary<Type, List<Kind>> table = [];
    private readonly Dictionary<Type, Func<ConfigNode, ConfigNode?>> shorthands = [];

    /// <summary>Adds a kind of <typeparamref name="TInterface"/>.</summary>
    public Kinds Add<TInterface, TRecord>(string name, params (string Parameter, Type Type)[] inline)
    {
        if (!table.TryGetValue(typeof(TInterface), out var kinds))
            table[typeof(TInterface)] = kinds = [];
        kinds.Add(new Kind(name, typeof(TRecord), inline.ToDictionary(p => p.Parameter, p => p.Type)));
        return this;
    }

    /// <summary>Says how something shorter than a mapping stands for a record; the function returns null where it does not.</summary>
    public Kinds Shorthand<TRecord>(Func<ConfigNode, ConfigNode?> expand)
    {
        shorthands[typeof(TRecord)] = expand;
        return this;
    }

    /// <summary>The kinds of an interface; empty where it has none.</summary>
    public IReadOnlyList<Kind> Of(Type type) => table.TryGetValue(type, out var kinds) ? kinds : [];

    /// <summary>The mapping a short form stands for; null where it stands for none.</summary>
    public ConfigNode? Expand(Type type, ConfigNode node) => shorthands.TryGetValue(type, out var expand) ? expand(node) : null;
}
