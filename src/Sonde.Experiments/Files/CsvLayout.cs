namespace Sonde.Experiments.Files;

/// <summary>
/// Which column of an observation file is what. Without a word, columns are found by their usual names. A file that has both a
/// column of field names and a column of values is in long form, one number a line; any other has a column a field.
/// </summary>
/// <param name="Time">The column of times.</param>
/// <param name="Station">The column of names; null for 'station' or 'id', where there is one.</param>
/// <param name="Position">The columns of coordinates; null for longitude (lon) and latitude (lat), or x, y, z.</param>
/// <param name="Index">The column of numbers of grid points, in place of coordinates; null for 'index', where there is one.</param>
/// <param name="Fields">The fields to read; null for every field of the system that the file has.</param>
/// <param name="FieldColumn">Long form: the column of field names.</param>
/// <param name="ValueColumn">Long form: the column of values.</param>
/// <param name="ErrorColumn">Long form: the column of standard deviations, where there is one.</param>
/// <param name="Error">Standard deviation of errors where nothing nearer says.</param>
/// <param name="Missing">Words that stand for no value, besides an empty cell.</param>
/// <param name="NotFinite">What becomes of a value such as NaN: refused with the whole file, or kept, for quality control to count.</param>
/// <param name="Delimiter">What stands between cells, one character; null to find out from the first lines.</param>
public sealed record CsvLayout(
    CsvTime? Time = null,
    string? Station = null,
    IReadOnlyList<string>? Position = null,
    string? Index = null,
    IReadOnlyList<CsvField>? Fields = null,
    string FieldColumn = "field",
    string ValueColumn = "value",
    string ErrorColumn = "error",
    double? Error = null,
    IReadOnlyList<string>? Missing = null,
    CsvNotFinite NotFinite = CsvNotFinite.Refuse,
    string? Delimiter = null);
