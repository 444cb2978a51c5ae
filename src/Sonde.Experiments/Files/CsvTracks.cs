using Sonde.Dynamics.Fields;
using Sonde.Observing.Networks;

namespace Sonde.Experiments.Files;

/// <summary>Reads where moving instruments were from CSV: a line a fix, with time, coordinates and, for more than one instrument, its name.</summary>
public static class CsvTracks
{
    /// <summary>One track an instrument, in the order they first appear.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Which column is what; fields and values are not looked for.</param>
    /// <param name="space">Where instruments move.</param>
    /// <exception cref="InputException">The file does not fit, or the times of an instrument do not rise.</exception>
    public static IReadOnlyList<Track> Read(string path, CsvLayout layout, ISpace space)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(space);
        using var table = new CsvTable(path, layout.Delimiter);
        var clock = new CsvClock(table, layout.Time ?? new CsvTime());
        var place = new CsvPlace(table, layout.Position, null, space);
        var station = layout.Station is { } name ? table.Column(name) : table.FindAny("station", "id");
        var tracks = new Dictionary<string, (List<double> Times, List<SpacePoint> Points)>();
        while (table.Next())
        {
            var who = station < 0 ? "" : table[station];
            if (!tracks.TryGetValue(who, out var track))
                tracks[who] = track = ([], []);
            var time = clock.Read();
            if (track.Times.Count > 0 && !(time > track.Times[^1]))
                throw clock.Wrong($"a time after that of the line before{(who.Length == 0 ? "" : $" of '{who}'")}");
            track.Times.Add(time);
            track.Points.Add(place.Read().Point ?? throw new InputException($"{path}, line {table.Line}: found no coordinates; expected as many as the system's space has dimensions."));
        }
        if (tracks.Count == 0)
            throw new InputException($"{path} has a header but no line of values.");
        var shift = clock.Shift;
        return [.. tracks.Values.Select(track => new Track([.. track.Times.Select(time => time + shift)], track.Points))];
    }
}
