using Sonde.Dynamics;

namespace Sonde.Observing.Networks;

/// <summary>Components of a row among which locations are chosen together: the points of one grid.</summary>
/// <param name="Components">Which components of the row, in the order of the grid's points.</param>
/// <param name="Shape">Points along each axis, slowest first; their product is the number of components.</param>
public sealed record ComponentGroup(IReadOnlyList<int> Components, IReadOnlyList<int> Shape);

/// <summary>The fields that a network observes.</summary>
public sealed class ObservedFields
{
    /// <summary>Names some fields of a domain, or all.</summary>
    /// <param name="domain">What a row is.</param>
    /// <param name="names">Names of fields, in the order of the values; null for every field of the domain.</param>
    /// <exception cref="ArgumentException">There is no field of that name, or one is named twice.</exception>
    public ObservedFields(Domain domain, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Domain = domain;
        Fields = names is null ? [.. Enumerable.Range(0, domain.Fields.Count)] : [.. names.Select(IndexOf)];
        if (Fields.Distinct().Count() != Fields.Count)
            throw new ArgumentException($"A field is named twice among {string.Join(", ", names!)}.", nameof(names));
        var components = Fields.Select(Components).ToArray();
        Groups = domain.Space.Dimensions > 0
            ? [.. Fields.Select((field, i) => new ComponentGroup(components[i], domain.Fields[field].Grid.Shape))]
            : [new ComponentGroup([.. components.SelectMany(c => c)], [components.Sum(c => c.Length)])];
    }

    /// <summary>What a row is.</summary>
    public Domain Domain { get; }

    /// <summary>Indices of the fields in the domain.</summary>
    public IReadOnlyList<int> Fields { get; }

    /// <summary>The points of each field; where components have no place, all of them together.</summary>
    public IReadOnlyList<ComponentGroup> Groups { get; }

    /// <summary>Components of the row that locations are chosen from, group after group.</summary>
    /// <param name="numbers">Points by number, from 0, the same for each group; null for all.</param>
    /// <exception cref="ArgumentException">A point does not exist.</exception>
    internal int[] Among(IReadOnlyList<int>? numbers)
    {
        if (numbers is null)
            return [.. Groups.SelectMany(group => group.Components)];
        foreach (var group in Groups)
            foreach (var number in numbers)
                if ((uint)number >= (uint)group.Components.Count)
                    throw new ArgumentException($"Location {number} does not exist: there are {group.Components.Count}, counted from 0.", nameof(numbers));
        return [.. Groups.SelectMany(group => numbers.Distinct().Select(number => group.Components[number]))];
    }

    private int IndexOf(string name) => Domain.IndexOf(name) is >= 0 and var field
        ? field
        : throw new ArgumentException($"There is no field '{name}'; the fields are {string.Join(", ", Domain.Fields.Select(f => f.Name))}.", nameof(name));

    private int[] Components(int field) => [.. Enumerable.Range(Domain.OffsetOf(field), Domain.Fields[field].Grid.Count)];
}
