using Sonde.Dynamics;
using Sonde.Experiments.Configuration;

namespace Sonde.Experiments.Files;

/// <summary>Reads a line's values with their errors: one of the field that the line names, or one a column.</summary>
internal sealed class CsvValues
{
    private readonly CsvTable table;
    private readonly CsvLayout layout;
    private readonly int fieldColumn;
    private readonly int valueColumn;
    private readonly int errorColumn;
    private readonly List<Source> sources = [];
    private readonly Dictionary<string, Source> named = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> missing = [];
    private readonly List<(string, double, double)> found = [];

    /// <summary>Finds the columns.</summary>
    /// <exception cref="InputException">A column or a field does not exist, or nothing says how wrong a field's values are.</exception>
    public CsvValues(CsvTable table, CsvLayout layout, Domain domain)
    {
        (this.table, this.layout) = (table, layout);
        var names = domain.Fields.Select(field => field.Name).ToArray();
        foreach (var field in layout.Fields ?? [])
            if (domain.IndexOf(field.Field) < 0)
                throw new InputException($"{table.Path}: the system has no field '{field.Field}'{Suggestion.For(field.Field, names)}");
        (valueColumn, errorColumn) = (table.Find(layout.ValueColumn), table.Find(layout.ErrorColumn));
        fieldColumn = valueColumn < 0 ? -1 : table.Find(layout.FieldColumn);
        if (fieldColumn >= 0)
            foreach (var field in layout.Fields ?? [.. names.Select(name => new CsvField(name))])
                named[field.Column ?? field.Field] = SourceOf(field, valueColumn, errorColumn);
        else
            foreach (var field in layout.Fields ?? Present(names))
                sources.Add(SourceOf(field, table.Column(field.Column ?? field.Field), -1));
    }

    /// <summary>How many cells of each field hold no value.</summary>
    public IReadOnlyDictionary<string, int> Missing => missing;

    /// <summary>Field, value and standard deviation of what the current line holds; valid until the next call.</summary>
    public List<(string Field, double Value, double Error)> Read()
    {
        found.Clear();
        if (fieldColumn < 0)
            sources.ForEach(Add);
        else if (table.IsEmpty(fieldColumn))
            throw table.Wrong(fieldColumn, "the name of a field");
        else if (named.TryGetValue(table[fieldColumn], out var source))
            Add(source);
        else if (layout.Fields is null)                                  // kept, so that quality control can count it
            Add(new Source(table[fieldColumn], valueColumn, -1, double.NaN, new CsvField(table[fieldColumn]), -1));
        return found;
    }

    private void Add(Source source)
    {
        if (table.IsEmpty(source.Value) || layout.Missing?.Contains(table[source.Value], StringComparer.OrdinalIgnoreCase) == true)
        {
            missing[source.Field] = missing.GetValueOrDefault(source.Field) + 1;
            return;
        }
        var number = table.NumberOrNot(source.Value, "a number, or an empty cell where there is none");
        if (!double.IsFinite(number) && layout.NotFinite == CsvNotFinite.Refuse)
            throw table.Wrong(source.Value, "a finite number, an empty cell, or a word that the layout lists as missing");
        var own = source.Own;
        var reduction = source.HeightColumn < 0 ? 0 : own.LapseRate * table.Number(source.HeightColumn);
        found.Add((source.Field, own.Scale * number + own.Offset + reduction, ErrorOf(source)));
    }

    private double ErrorOf(Source source)
    {
        if (source.ErrorColumn < 0 || (table.IsEmpty(source.ErrorColumn) && !double.IsNaN(source.Error)))
            return source.Error;
        var error = table.Number(source.ErrorColumn);
        return error >= 0 ? Math.Abs(source.Own.Scale) * error : throw table.Wrong(source.ErrorColumn, "a standard deviation, which is not negative");
    }

    private Source SourceOf(CsvField field, int value, int commonErrors)
    {
        var errors = field.ErrorColumn is { } own ? table.Column(own) : commonErrors;
        var error = field.Error ?? layout.Error;
        if (error is null && errors < 0)
            throw new InputException($"{table.Path}: nothing says how wrong values of {field.Field} are; expected a column '{layout.ErrorColumn}' or a standard deviation for the field.");
        if (error is { } sd && !(sd > 0 && double.IsFinite(sd)))
            throw new InputException(FormattableString.Invariant($"{table.Path}: the standard deviation of {field.Field} is {sd}; expected a finite number above 0."));
        if (!double.IsFinite(field.Scale * field.Offset * field.LapseRate) || field.Scale == 0)
            throw new InputException(FormattableString.Invariant(
                $"{table.Path}: {field.Field} is scaled by {field.Scale}, shifted by {field.Offset} and reduced by {field.LapseRate}; expected a scale that is not 0, and finite numbers."));
        return new Source(field.Field, value, errors, error ?? double.NaN, field, field.HeightColumn is { } height ? table.Column(height) : -1);
    }

    private List<CsvField> Present(string[] names)
    {
        var present = names.Where(name => table.Find(name) >= 0).Select(name => new CsvField(name)).ToList();
        return present.Count > 0
            ? present
            : throw new InputException(
                $"{table.Path}: no column holds a field; expected one of {string.Join(", ", names)}, or the columns {layout.FieldColumn} and {layout.ValueColumn}, among {string.Join(", ", table.Header)}.");
    }

    private sealed record Source(string Field, int Value, int ErrorColumn, double Error, CsvField Own, int HeightColumn);
}
