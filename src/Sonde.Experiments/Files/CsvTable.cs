using System.Globalization;
using CsvHelper;
using Sonde.Experiments.Configuration;

namespace Sonde.Experiments.Files;

/// <summary>A file of comma-separated values, line by line. Whatever is wrong becomes one sentence with file, line and column.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly CsvReader reader;
    private readonly string[] header;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="delimiter">What stands between cells, one character; null to find out from the first lines.</param>
    /// <exception cref="InputException">It is missing or empty, or its header is not one.</exception>
    public CsvTable(string path, string? delimiter = null)
    {
        Path = path;
        if (delimiter is not null && (delimiter.Length != 1 || delimiter[0] >= 128))
            throw new InputException($"The delimiter of {path} is '{delimiter}'; expected one ASCII character.");
        if (Directory.Exists(path) || !File.Exists(path))
            throw new InputException(Directory.Exists(path) ? $"{path} is a folder; expected a CSV file." : $"{path} was not found; expected a CSV file.");
        try
        {
            reader = CsvReader.FromFile(path, new CsvReaderOptions
            {
                Separator = delimiter?[0],
                TrimWhitespace = true,
                TrackLineNumbers = true,
                PoolStrings = true,
                MalformedData = CsvMalformedDataHandling.Throw,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} could not be opened: {e.Message}", e);
        }
        try
        {
            header = ReadHeader();
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The file, as it was named.</summary>
    public string Path { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Header => header;

    /// <summary>The current line, from 1.</summary>
    public long Line => reader.LineNumber;

    /// <summary>A cell of the current line, without blanks around it.</summary>
    public string this[int column] => reader.GetString(column);

    /// <summary>True where a cell of the current line holds nothing.</summary>
    public bool IsEmpty(int column) => reader.IsEmpty(column);

    /// <summary>Goes to the next line that is not blank; false at the end.</summary>
    /// <exception cref="InputException">The line has another number of cells than the header.</exception>
    public bool Next()
    {
        if (!Guarded(reader.Read))
            return false;
        return reader.FieldCount == header.Length
            ? true
            : throw new InputException($"{Path}, line {Line}: found {reader.FieldCount} cells; expected {header.Length}, as in the header.");
    }

    /// <summary>The column of this name, in any case; −1 where there is none.</summary>
    public int Find(string name) => Array.FindIndex(header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first column that has one of these names; −1 where there is none.</summary>
    public int FindAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (Find(name) is >= 0 and var column)
                return column;
        return -1;
    }

    /// <summary>The column of this name.</summary>
    /// <exception cref="InputException">There is none; the sentence names the nearest.</exception>
    public int Column(string name) => Find(name) is >= 0 and var column
        ? column
        : throw new InputException(header.Length == 1 && header[0].AsSpan().IndexOfAny(";,\t|") >= 0
            ? $"{Path}: the header is one cell, '{header[0]}': expected the column '{name}'; is the delimiter '{reader.Separator}'?"
            : $"{Path}: there is no column '{name}'{Suggestion.For(name, header)}");

    /// <summary>A finite number in the current line.</summary>
    /// <exception cref="InputException">The cell holds something else.</exception>
    public double Number(int column)
    {
        var number = NumberOrNot(column, "a number");
        return double.IsFinite(number) ? number : throw Wrong(column, "a finite number");
    }

    /// <summary>A number in the current line, finite or not.</summary>
    /// <exception cref="InputException">The cell holds something else.</exception>
    public double NumberOrNot(int column, string expected)
    {
        if (double.TryParse(reader.GetSpan(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        return this[column].TrimStart('+', '-').ToUpperInvariant() switch
        {
            "NAN" => double.NaN,
            "INF" or "INFINITY" => this[column][0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            _ => throw Wrong(column, expected),
        };
    }

    /// <summary>The sentence about a cell of the current line that is not what was expected.</summary>
    public InputException Wrong(int column, string expected) => new(
        $"{Path}, line {Line}: {header[column]} is {(this[column].Length == 0 ? "empty" : $"'{this[column]}'")}; expected {expected}.");

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private string[] ReadHeader()
    {
        var names = Guarded(() => reader.Headers).ToArray();
        if (names.Length == 0 || (names.Length == 1 && names[0].Length == 0))
            throw new InputException($"{Path} is empty; expected a header line and lines of values.");
        for (var i = 0; i < names.Length; i++)
            if (Array.FindIndex(names, name => name.Equals(names[i], StringComparison.OrdinalIgnoreCase)) is var first && first < i)
                throw new InputException($"{Path}: the name '{names[i]}' heads columns {first + 1} and {i + 1}; expected names that differ.");
        return names;
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException e)
        {
            throw new InputException($"{Path}, line {e.LineNumber}: a quotation mark is out of place; expected cells that are quoted whole or not at all.", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{Path} could not be read: {e.Message}", e);
        }
    }
}
