using System.Globalization;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Configuration;
using Sonde.Observing.Quality;

namespace Sonde.Experiments.Files;

/// <summary>
/// Reads observations from NetCDF or Zarr by the same layout as from CSV: a variable stands for a column. Variables may share
/// one dimension (obs), or have several (time, station; time, lat, lon): those with fewer dimensions repeat along the others.
/// </summary>
internal sealed class ArrayObservationReader
{
    private static readonly string[] Longitudes = ["longitude", "lon"], Latitudes = ["latitude", "lat"];
    private static readonly string[] Stations = ["station", "station_name", "station_id", "id"];
    private readonly IDataReader reader;
    private readonly CsvLayout layout;
    private readonly Domain domain;
    private readonly CsvTime timing;
    private readonly DateTimeOffset? stated;
    private readonly double[] missingNumbers;
    private readonly List<Reading> readings = [];
    private readonly Dictionary<string, int> missing = [];
    private DateTimeOffset? first;          // where no origin is stated: the moment that times are counted from until the earliest is known
    private double earliest = double.PositiveInfinity;

    private ArrayObservationReader(IDataReader reader, CsvLayout layout, Domain domain)
    {
        (this.reader, this.layout, this.domain, timing) = (reader, layout, domain, layout.Time ?? new CsvTime());
        missingNumbers = [.. (layout.Missing ?? []).Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)];
        stated = CsvTime.Moment(timing.Origin, "origin of time", reader.Location);
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InputException">The file does not fit, in one sentence that says where, what was found and what was expected.</exception>
    public static ObservationTable Read(string path, CsvLayout layout, Domain domain)
    {
        using var file = DataFiles.Open(path);
        return new ArrayObservationReader(file, layout, domain).Read();
    }

    private ObservationTable Read()
    {
        var names = domain.Fields.Select(field => field.Name).ToArray();
        foreach (var field in layout.Fields ?? [])
            if (domain.IndexOf(field.Field) < 0)
                throw new InputException($"{reader.Location}: the system has no field '{field.Field}'{Suggestion.For(field.Field, names)}");
        if (Find(layout.ValueColumn) is { } value && Find(layout.FieldColumn) is { } fields)
            ReadLong(value, fields, layout.Fields ?? [.. names.Select(name => new CsvField(name))]);
        else
            foreach (var field in layout.Fields ?? Present(names))
                ReadField(Require(field.Column ?? field.Field), field);
        var origin = stated ?? first;
        if (stated is null && first is not null && double.IsFinite(earliest))
        {
            var unit = CsvTime.Span(timing.Unit).Ticks;
            for (var i = 0; i < readings.Count; i++)
                readings[i] = readings[i] with { Time = readings[i].Time - earliest };
            origin = first.Value.AddTicks((long)Math.Round(earliest * unit));
        }
        return new ObservationTable(reader.Location, readings, origin, timing.Unit, missing);
    }

    private void ReadField(VariableSchema variable, CsvField field)
    {
        var source = SourceOf(field, variable, null);
        Walk(variable, (index, number, at) => Add(source, index, number, at));
    }

    private void ReadLong(VariableSchema variable, VariableSchema fields, IReadOnlyList<CsvField> known)
    {
        var names = new ArrayColumn(reader, fields.Name, variable);
        var common = Find(layout.ErrorColumn) is { } found ? new ArrayColumn(reader, found.Name, variable) : null;
        var sources = known.ToDictionary(field => field.Column ?? field.Field, field => SourceOf(field, variable, common), StringComparer.OrdinalIgnoreCase);
        Walk(variable, (index, number, at) =>
        {
            var name = names.Text(index);
            if (name.Length == 0)
                throw names.Wrong(index, "the name of a field");
            if (sources.TryGetValue(name, out var source))
                Add(source, index, number, at);
            else if (layout.Fields is null)                              // kept, so that quality control can count it
                Add(new Source(new CsvField(name), double.NaN, null, null), index, number, at);
        });
    }

    private delegate void Visit(ReadOnlySpan<long> index, ArrayColumn number, Func<long[], Reading> at);

    // Every value of a variable, with when, where and by whom it was read.
    private void Walk(VariableSchema variable, Visit visit)
    {
        var values = new ArrayColumn(reader, variable.Name, variable);
        var times = new ArrayColumn(reader, Require(timing.Column).Name, variable);
        var clock = Clock(times);
        var place = Place(variable);
        var station = layout.Station is { } named ? Require(named) : Stations.Select(Find).FirstOrDefault(found => found is not null && Fits(found, variable));
        var who = station is null ? null : new ArrayColumn(reader, station.Name, variable);
        var shape = reader.Schema.ShapeOf(variable);
        if (Region.Count(shape) == 0)
            throw new InputException($"{reader.Location}: variable '{variable.Name}' has no values.");
        var index = new long[shape.Length];
        do
        {
            var time = clock(index);
            if (double.IsFinite(time))
                earliest = Math.Min(earliest, time);
            visit(index, values, at =>
            {
                if (!double.IsFinite(time))
                    throw times.Wrong(at, times.IsText ? "a time such as 1995-03-18T06:00:00Z" : "a finite number");
                var (point, number) = place(at);
                return new Reading(time, "", 0, 0, point, number, who?.Text(at) is { Length: > 0 } name ? name : null);
            });
        }
        while (Region.Advance(index, shape));
    }

    private void Add(Source source, ReadOnlySpan<long> index, ArrayColumn values, Func<long[], Reading> at)
    {
        var (own, number) = (source.Own, values.Number(index));
        if (double.IsNaN(number) || Array.IndexOf(missingNumbers, number) >= 0)
        {
            missing[own.Field] = missing.GetValueOrDefault(own.Field) + 1;
            return;
        }
        if (!double.IsFinite(number) && layout.NotFinite == CsvNotFinite.Refuse)
            throw values.Wrong(index, "a finite number, or a missing value");
        var reduction = source.Heights is { } heights ? own.LapseRate * heights.Finite(index) : 0;
        readings.Add(at(index.ToArray()) with
        {
            Field = own.Field, Value = own.Scale * number + own.Offset + reduction, StandardDeviation = ErrorOf(source, index),
        });
    }

    private static double ErrorOf(Source source, ReadOnlySpan<long> index)
    {
        if (source.Errors is not { } errors || (double.IsNaN(errors.Number(index)) && !double.IsNaN(source.Error)))
            return source.Error;
        var error = errors.Finite(index, "a standard deviation");
        return error >= 0 ? Math.Abs(source.Own.Scale) * error : throw errors.Wrong(index, "a standard deviation, which is not negative");
    }

    private Source SourceOf(CsvField field, VariableSchema beside, ArrayColumn? commonErrors)
    {
        var errors = field.ErrorColumn is { } own ? new ArrayColumn(reader, Require(own).Name, beside) : commonErrors;
        var error = field.Error ?? layout.Error;
        if (error is null && errors is null)
            throw new InputException($"{reader.Location}: nothing says how wrong values of {field.Field} are; expected a variable '{layout.ErrorColumn}' or a standard deviation for the field.");
        if (error is { } sd && !(sd > 0 && double.IsFinite(sd)))
            throw new InputException(FormattableString.Invariant($"{reader.Location}: the standard deviation of {field.Field} is {sd}; expected a finite number above 0."));
        if (!double.IsFinite(field.Scale * field.Offset * field.LapseRate) || field.Scale == 0)
            throw new InputException(FormattableString.Invariant(
                $"{reader.Location}: {field.Field} is scaled by {field.Scale}, shifted by {field.Offset} and reduced by {field.LapseRate}; expected a scale that is not 0, and finite numbers."));
        return new Source(field, error ?? double.NaN, errors, field.HeightColumn is { } height ? new ArrayColumn(reader, Require(height).Name, beside) : null);
    }

    // Times in the system's unit; not finite where there is none.
    private Func<long[], double> Clock(ArrayColumn column)
    {
        var unit = (double)CsvTime.Span(timing.Unit).Ticks;
        if (column.IsText)
        {
            return index => CsvTime.TryParse(column.Text(index), out var moment)
                ? (moment - (stated ?? (first ??= moment))).Ticks / unit
                : double.NaN;
        }
        var counted = CfTime.Of(reader.Location, column.Schema) ?? (CsvTime.Moment(timing.Since, "moment that times count from", reader.Location) is { } given ? new CfTime(given, CsvTime.Span(timing.NumbersIn).Ticks) : null);
        if (counted is null)
            return index => column.Number(index);
        var origin = stated ?? (first ??= counted.Since);
        return index => ((counted.Since - origin).Ticks + column.Number(index) * counted.Unit) / unit;
    }

    private Func<long[], (SpacePoint? Point, int Index)> Place(VariableSchema variable)
    {
        var isSphere = domain.Space is Sphere;
        var numbered = layout.Index is { } name ? Require(name) : Find("index");
        var number = numbered is null ? null : new ArrayColumn(reader, numbered.Name, variable);
        VariableSchema?[] found = layout.Position is { } given ? [.. given.Select(Require)]
            : isSphere ? [FindAny(Longitudes) ?? FindUnit("degrees_east"), FindAny(Latitudes) ?? FindUnit("degrees_north")]
            : [.. "xyz".Take(domain.Space.Dimensions).Select(axis => Find(axis.ToString()))];
        ArrayColumn[] axes = Array.Exists(found, axis => axis is null) ? [] : [.. found.Select(axis => new ArrayColumn(reader, axis!.Name, variable))];
        if (axes.Length == 0 && number is null && domain.Space.Dimensions > 0)
            throw new InputException($"{reader.Location}: no variables say where values belong; expected {(isSphere ? "longitude and latitude" : "x, y, z"[..(3 * domain.Space.Dimensions - 2)])} or index among {Names}.");
        if (axes.Length > 0 && axes.Length != domain.Space.Dimensions)
            throw new InputException($"{reader.Location}: positions are given by {axes.Length} variables; expected {domain.Space.Dimensions}, as many as the system's space has dimensions.");
        return index =>
        {
            if (number is not null && (axes.Length == 0 || !double.IsNaN(number.Number(index))))
            {
                var point = number.Number(index);
                return point >= 0 && point <= int.MaxValue && point == Math.Floor(point)
                    ? (null, (int)point)
                    : throw number.Wrong(index, "the number of a grid point, a whole number from 0");
            }
            if (axes.Length == 0)
                return (null, -1);
            var x = axes[0].Finite(index);
            if (isSphere && x is < -360 or > 360)
                throw axes[0].Wrong(index, "a longitude from -180 to 360 degrees");
            var y = axes.Length > 1 ? axes[1].Finite(index) : 0;
            if (isSphere && y is < -90 or > 90)
                throw axes[1].Wrong(index, "a latitude from -90 to 90 degrees");
            return (new SpacePoint(x, y, axes.Length > 2 ? axes[2].Finite(index) : 0), -1);
        };
    }

    private List<CsvField> Present(string[] names)
    {
        var present = names.Where(name => Find(name) is not null).Select(name => new CsvField(name)).ToList();
        return present.Count > 0 ? present : throw new InputException(
            $"{reader.Location}: no variable holds a field; expected one of {string.Join(", ", names)}, or the variables {layout.FieldColumn} and {layout.ValueColumn}, among {Names}.");
    }

    private string Names => string.Join(", ", reader.Schema.Variables.Select(variable => variable.Name));

    private VariableSchema? Find(string name) =>
        reader.Schema.Find(name) ?? reader.Schema.Variables.FirstOrDefault(variable => variable.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private VariableSchema? FindAny(string[] names) => names.Select(Find).FirstOrDefault(found => found is not null);

    private VariableSchema? FindUnit(string unit) => reader.Schema.Variables.FirstOrDefault(variable => variable.Attributes.Text("units") == unit);

    private VariableSchema Require(string name) => Find(name) ?? reader.Require(name);

    private static bool Fits(VariableSchema column, VariableSchema beside) => column.Dimensions.All(beside.Dimensions.Contains);

    /// <summary>How values of one field are made into readings.</summary>
    /// <param name="Own">What the layout says about the field.</param>
    /// <param name="Error">The standard deviation where no variable says; NaN where one always does.</param>
    /// <param name="Errors">Standard deviations; null where no variable holds them.</param>
    /// <param name="Heights">Heights to reduce from; null for none.</param>
    private sealed record Source(CsvField Own, double Error, ArrayColumn? Errors, ArrayColumn? Heights);
}
