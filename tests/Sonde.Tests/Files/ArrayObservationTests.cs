using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments;
using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

/// <summary>Observations in NetCDF and Zarr are the same readings as those in CSV.</summary>
public sealed class ArrayObservationTests : IDisposable
{
    private static readonly Domain Earth = new(new Sphere(),
        [new("pressure", "hPa", new SinglePoint()), new("temperature", "K", new SinglePoint())]);

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.nc")]
    [InlineData("a.zarr")]
    public void Long_form_gives_the_readings_of_the_same_table(string name)
    {
        File.WriteAllText(folder["a.csv"],
            """
            time,station,longitude,latitude,field,value,error
            1995-03-18T06:00:00Z,KJFK,-73.75,40.5,pressure,1013.25,0.5
            1995-03-18T06:30:00Z,KJFK,-73.75,40.5,temperature,280.5,1
            1995-03-18T05:00:00Z,,10.5,59.75,pressure,,0.5
            1995-03-18T07:00:00Z,ENGM,11.0,60.25,humidity,0.5,0.1
            """);
        DataFiles.Write(folder[name], new DataSet([new("obs", 4)],
        [
            new Variable("time", ["obs"], new[] { 30.0, 30.5, 29, 31 }, new() { ["units"] = "hours since 1995-03-17 00:00:00 UTC" }),
            new Variable("station", ["obs"], new[] { "KJFK", "KJFK", "", "ENGM" }),
            new Variable("longitude", ["obs"], new[] { -73.75, -73.75, 10.5, 11 }),
            new Variable("latitude", ["obs"], new[] { 40.5, 40.5, 59.75, 60.25 }),
            new Variable("field", ["obs"], new[] { "pressure", "temperature", "pressure", "humidity" }),
            new Variable("value", ["obs"], new[] { 1013.25, 280.5, double.NaN, 0.5 }),
            new Variable("error", ["obs"], new[] { 0.5, 1, 0.5, 0.1 }),
        ]));
        foreach (var origin in new[] { null, "1995-03-18" })
        {
            var layout = new CsvLayout(new CsvTime(Origin: origin, Unit: CsvTimeUnit.Days));
            var expected = ObservationTableReader.Read(folder["a.csv"], layout, Earth);
            var actual = ObservationTableReader.Read(folder[name], layout, Earth);
            Assert.Equal(3, actual.Readings.Count);
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(expected.Readings[i].Time, actual.Readings[i].Time, 1e-12);
                Assert.Equal(expected.Readings[i] with { Time = 0 }, actual.Readings[i] with { Time = 0 });
            }
            Assert.Equal(expected.Missing, actual.Missing);
            Assert.Equal(expected.Origin, actual.Origin);
        }
    }

    [Fact]
    public void Wide_form_scales_and_repeats_stations_and_times()
    {
        DataFiles.Write(folder["a.nc"], new DataSet([new("t", 2), new("s", 3)],
        [
            new Variable("time", ["t"], new[] { 0.0, 60 }, new() { ["units"] = "minutes since 2000-01-01T12:00:00Z" }),
            new Variable("station_name", ["s"], new[] { "A", "B", "C" }),
            new Variable("x_of_station", ["s"], new[] { 10f, 20f, 30f }, new() { ["units"] = "degrees_east" }),
            new Variable("y_of_station", ["s"], new[] { 50f, 60f, 70f }, new() { ["units"] = "degrees_north" }),
            new Variable("t2m", ["s", "t"], new[] { 1, 2, 3, -999, 5, 6 }, new() { ["_FillValue"] = -999L, ["scale_factor"] = 0.5 }),
            new Variable("t2m_error", ["s"], new[] { 0.1, 0.2, double.NaN }),
            new Variable("height", ["s"], new[] { 0.0, 100, 200 }),
        ]));
        var layout = new CsvLayout(Fields: [new CsvField("temperature", "T2M", Error: 0.7, ErrorColumn: "t2m_error", Scale: 2, Offset: 273, HeightColumn: "height", LapseRate: 0.25)]);
        var table = ObservationTableReader.Read(folder["a.nc"], layout, Earth);
        Assert.Equal(new DateTimeOffset(2000, 1, 1, 12, 0, 0, TimeSpan.Zero), table.Origin);
        Assert.Equal(1, table.Missing["temperature"]);
        Assert.Equal(
            [
                (0.0, 274.0, 0.2, new SpacePoint(10, 50), "A"), (1, 275, 0.2, new SpacePoint(10, 50), "A"), (0, 276 + 25, 0.4, new SpacePoint(20, 60), "B"),
                (0, 278 + 50, 0.7, new SpacePoint(30, 70), "C"), (1, 279 + 50, 0.7, new SpacePoint(30, 70), "C"),
            ],
            table.Readings.Select(r => (r.Time, r.Value, r.StandardDeviation, r.Point!.Value, r.Station!)));
    }

    [Fact]
    public void A_gridded_analysis_serves_as_observations()
    {
        DataFiles.Write(folder["a.zarr"], new DataSet([new("time", 2), new("lat", 2), new("lon", 3)],
        [
            new Variable("time", ["time"], new[] { 0.25, 0.5 }),
            new Variable("lat", ["lat"], new[] { 0.0, 1 }),
            new Variable("lon", ["lon"], new[] { 5.0, 6, 7 }),
            new Variable("pressure", ["time", "lat", "lon"], Enumerable.Range(0, 12).Select(i => 1000.0 + i).ToArray()),
        ]));
        var table = ObservationTableReader.Read(folder["a.zarr"], new CsvLayout(Error: 1), Earth);
        Assert.Null(table.Origin);
        Assert.Equal(12, table.Readings.Count);
        Assert.Equal((0.5, 1000 + 6 + 3 + 2.0, new SpacePoint(7, 1)), (table.Readings[11].Time, table.Readings[11].Value, table.Readings[11].Point!.Value));
    }

    [Theory]
    [InlineData("no time", "a.nc has no variable 'time'; it has lon, lat, pressure.")]
    [InlineData("no place", "no variables say where values belong; expected longitude and latitude or index among time, lat, pressure.")]
    [InlineData("no field", "no variable holds a field; expected one of pressure, temperature, or the variables field and value, among time, lon, lat, other.")]
    [InlineData("no error", "nothing says how wrong values of pressure are; expected a variable 'error' or a standard deviation for the field.")]
    [InlineData("latitude 95", "'lat' is '95' at [1]; expected a latitude from -90 to 90 degrees.")]
    [InlineData("infinite", "'pressure' is 'Infinity' at [1]; expected a finite number, or a missing value.")]
    [InlineData("no moment", "'time' is '' at [1]; expected a finite number.")]
    [InlineData("fortnights", "variable 'time' counts 'fortnights'; expected days, hours, minutes, seconds or parts of a second.")]
    [InlineData("calendar", "variable 'time' has the calendar '360_day'; expected standard, gregorian, proleptic_gregorian.")]
    [InlineData("since when", "variable 'time' counts since 'the flood'; expected a moment such as 1995-03-18 06:00:00.")]
    [InlineData("foreign", "'lon' has the dimension 'other', which 'pressure' has not; expected no others than obs.")]
    [InlineData("unknown field", "the system has no field 'presure'")]
    public void What_does_not_fit_is_one_sentence(string fault, string sentence)
    {
        var units = fault switch { "fortnights" => "fortnights since 2000-01-01", "since when" => "days since the flood", _ => "days since 2000-01-01" };
        var time = new Variable("time", ["obs"], new[] { 0, fault == "no moment" ? double.NaN : 1 }, new() { ["units"] = units, ["calendar"] = fault == "calendar" ? "360_day" : "standard" });
        var variables = new List<Variable>
        {
            time,
            new("lon", [fault == "foreign" ? "other" : "obs"], new[] { 1.0, 2 }),
            new("lat", ["obs"], new[] { 1, fault == "latitude 95" ? 95.0 : 2 }),
            new(fault == "no field" ? "other" : "pressure", ["obs"], new[] { 1000, fault == "infinite" ? double.PositiveInfinity : 1001 }),
        };
        variables.RemoveAll(variable => (fault == "no time" && variable.Name == "time") || (fault == "no place" && variable.Name == "lon"));
        DataFiles.Write(folder["a.nc"], new DataSet([new("obs", 2), new("other", 2)], variables));
        var layout = new CsvLayout(Error: fault == "no error" ? null : 1, Fields: fault == "unknown field" ? [new CsvField("presure")] : null);
        var refused = Assert.Throws<InputException>(() => ObservationTableReader.Read(folder["a.nc"], layout, Earth)).Message;
        Assert.StartsWith(folder["a.nc"], refused, StringComparison.Ordinal);
        Assert.Contains(sentence, refused, StringComparison.Ordinal);
    }
}
