using System.Globalization;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Running;

/// <summary>Writes and reads the file of one state in one of the formats.</summary>
internal static class ExternalStateFile
{
    private const string Header = "variable,index,value";
    private static readonly StorageOptions Plain = new(Compression: 0);

    public static string Extension(ExternalFiles format) => format switch { ExternalFiles.Csv => "csv", ExternalFiles.Netcdf => "nc", _ => "zarr" };

    public static void Write(string path, ExternalFiles format, ExternalLayout layout, ReadOnlySpan<double> row, double start, double end)
    {
        if (format != ExternalFiles.Csv)
        {
            DataFiles.Write(path, layout.Describe(row, start, end), Plain);
            return;
        }
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine(Header);
        foreach (var part in layout.Parts)
            for (var i = 0; i < part.Count; i++)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part.Name},{part.Places?[i] ?? i},{row[part.Offset + i]:R}"));
    }

    /// <exception cref="InputException">The file is not there, or does not hold exactly one state.</exception>
    public static void Read(string path, ExternalFiles format, ExternalLayout layout, Span<double> row)
    {
        if (format != ExternalFiles.Csv)
        {
            using var reader = DataFiles.Open(path, requireChunks: true);
            layout.Read(reader, row);
            return;
        }
        if (!File.Exists(path))
            throw new InputException($"There is no file {path}.");
        ReadText(path, layout, row);
    }

    private static void ReadText(string path, ExternalLayout layout, Span<double> row)
    {
        var places = layout.Parts.ToDictionary(part => part.Name, part => (part, part.Places?.Select((place, i) => (place, i)).ToDictionary(p => p.place, p => p.i)));
        var seen = new bool[row.Length];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || (number == 1 && text == Header))
                continue;
            var words = text.Split(',');
            if (words.Length != 3
                || !int.TryParse(words[1], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var index)
                || !TryParse(words[2].Trim(), out var value))
                throw new InputException($"{path}, line {number}: '{(text.Length > 60 ? text[..60] + "…" : text)}' is no '{Header}'.");
            if (!places.TryGetValue(words[0].Trim(), out var known))
                throw new InputException($"{path}, line {number}: the state has no '{words[0].Trim()}'; it has {string.Join(", ", places.Keys)}.");
            var (part, inRow) = known;
            if (index < 0 || index >= part.Size)
                throw new InputException($"{path}, line {number}: '{part.Name}' has no value {index}; its indices are 0 to {part.Size - 1}.");
            var at = inRow is null ? index : inRow.GetValueOrDefault(index, -1);
            if (at < 0)
                continue;                               // a place that is no part of the state
            if (seen[part.Offset + at])
                throw new InputException($"{path}, line {number}: value {index} of '{part.Name}' was given before.");
            (seen[part.Offset + at], row[part.Offset + at]) = (true, value);
        }
        var missing = Array.IndexOf(seen, false);
        if (missing >= 0)
        {
            var part = layout.Parts.First(p => missing < p.Offset + p.Count);
            throw new InputException($"{path} holds {seen.Count(s => s)} of {seen.Length} values; value {part.Places?[missing - part.Offset] ?? missing - part.Offset} of '{part.Name}' is missing.");
        }
    }

    // Also as C and Fortran print what is not finite.
    private static bool TryParse(string text, out double value)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return true;
        var word = text.TrimStart('+', '-').ToUpperInvariant();
        value = word == "NAN" ? double.NaN : text.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
        return word is "NAN" or "INF" or "INFINITY";
    }
}
