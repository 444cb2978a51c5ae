namespace Sonde.Experiments.Configuration;

/// <summary>One point of a sweep: a configuration and what was overridden to make it.</summary>
/// <param name="Root">The configuration, without the key <c>sweep</c>.</param>
/// <param name="Overrides">Path → value as text, in the order of the file; empty outside a sweep.</param>
public sealed record SweepPoint(ConfigNode Root, IReadOnlyDictionary<string, string> Overrides);

/// <summary>Expands <c>sweep: { key: [values], ... }</c> into its grid, the last key fastest.</summary>
public static class Sweep
{
    private const int MostPoints = 100_000;

    /// <summary>All points of the grid; the configuration itself where there is no sweep.</summary>
    /// <exception cref="InputException">A swept key is not a list, is empty, or leads nowhere; or the grid is too large.</exception>
    public static IReadOnlyList<SweepPoint> Expand(ConfigNode root)
    {
        if (root["sweep"] is not { IsNull: false } sweep)
        {
            root.Remove("sweep");
            return [new SweepPoint(root, new Dictionary<string, string>())];
        }
        if (!sweep.IsMapping || sweep.Entries.Count == 0)
            throw new InputException($"{sweep.Where}: sweep is {sweep.Description}; expected a mapping of keys to lists of values.");
        root.Remove("sweep");
        List<SweepPoint> points = [new(root, new Dictionary<string, string>())];
        foreach (var (path, values) in sweep.Entries)
        {
            if (values.Items is not { Count: > 0 } items)
                throw new InputException($"{values.Where}: {values.Path} is {values.Description}; expected a list of values to sweep over.");
            if ((long)points.Count * items.Count > MostPoints)
                throw new InputException($"{sweep.Where}: the sweep has more than {MostPoints} points.");
            points = [.. points.SelectMany(point => items.Select(value => With(point, path, value)))];
        }
        return points;
    }

    private static SweepPoint With(SweepPoint point, string path, ConfigNode value)
    {
        var root = point.Root.Copy();
        Overrides.Set(root, path, value, $"{value.Where}: sweep");
        var text = value.Text ?? YamlFile.WriteInline(value);
        return new SweepPoint(root, new Dictionary<string, string>(point.Overrides) { [path] = text });
    }
}
