namespace Sonde.Experiments.Files;

/// <summary>What an observation file says about one field.</summary>
/// <param name="Field">The field's name in the system.</param>
/// <param name="Column">The column that holds its values, or the name it has in the file's column of field names; null for the field's own name.</param>
/// <param name="Error">Standard deviation of its errors, in the system's unit; null where <paramref name="ErrorColumn"/> or the layout says.</param>
/// <param name="ErrorColumn">The column that holds standard deviations, in the file's unit; null where there is none.</param>
/// <param name="Scale">Value = scale · number in the file + offset.</param>
/// <param name="Offset">Value = scale · number in the file + offset: 273.15 from degrees Celsius to kelvin.</param>
/// <param name="HeightColumn">The column of heights from which values are reduced to height 0; null where they are taken as they are.</param>
/// <param name="LapseRate">How much the value grows on the way down from 1 to 0 in the unit of heights: 0.0065 for temperature and meters.</param>
public sealed record CsvField(
    string Field, string? Column = null, double? Error = null, string? ErrorColumn = null, double Scale = 1, double Offset = 0,
    string? HeightColumn = null, double LapseRate = 0);
