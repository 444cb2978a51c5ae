using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Observing.Quality;

namespace Sonde.Tests.Files;

public sealed class ObservationTableTests : IDisposable
{
    private static readonly RegularGrid Grid = new(new GridAxis(-125, 1, 60), new GridAxis(24, 1, 30));
    private static readonly Domain Earth = new(new Sphere(), [new Field("pressure", "hPa", Grid), new Field("temperature", "K", Grid)]);
    private static readonly Domain Ring = new(new Line(10), [new Field("x", "1", RegularGrid.Ring(10))]);
    private readonly string folder = Directory.CreateTempSubdirectory("sonde-csv-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Wide_form_has_a_column_a_field()
    {
        var table = Read(
            """
            time,station,latitude,longitude,elevation,slp,t
            1995-03-18T01:00:00Z,NUQ,37.42,-122.05,100,1001.7,15.0
            1995-03-18T00:30:00Z,MMMD,20.93,-89.67,10,,24.0
            """,
            new CsvLayout(Fields: [new CsvField("pressure", "slp", 0.5), new CsvField("temperature", "t", 1.5, Offset: 273.15, HeightColumn: "elevation", LapseRate: 0.0065)]),
            Earth);
        Assert.Equal(
            [
                new Reading(0.5, "pressure", 1001.7, 0.5, new SpacePoint(-122.05, 37.42), -1, "NUQ"),
                new Reading(0.5, "temperature", 15.0 + 273.15 + 0.65, 1.5, new SpacePoint(-122.05, 37.42), -1, "NUQ"),
                new Reading(0, "temperature", 24.0 + 273.15 + 0.065, 1.5, new SpacePoint(-89.67, 20.93), -1, "MMMD"),
            ],
            table.Readings);
        Assert.Equal(new DateTimeOffset(1995, 3, 18, 0, 30, 0, TimeSpan.Zero), table.Origin);
        Assert.Equal(1, table.Missing["pressure"]);
    }

    [Fact]
    public void Long_form_has_a_line_a_number()
    {
        var table = Read("time;x;field;value;error\n0.5;3.25;x;1.5;0.1\n\n1;9;y;2;\n1;9;X;;0.2\n", new CsvLayout(Error: 7), Ring);
        Assert.Equal(new Reading(0.5, "x", 1.5, 0.1, new SpacePoint(3.25)), table.Readings[0]);
        Assert.Equal("y", table.Readings[1].Field);
        Assert.Equal(2, table.Readings.Count);
        Assert.Equal(1, table.Missing["x"]);
        Assert.Null(table.Origin);
    }

    [Fact]
    public void An_error_column_yields_to_nothing_but_an_empty_cell()
    {
        var table = Read("time,index,field,value,error\n0,4,x,1,0.25\n1,5,x,2,\n", new CsvLayout(Error: 7), Ring);
        Assert.Equal([0.25, 7], table.Readings.Select(reading => reading.StandardDeviation));
        Assert.Equal([4, 5], table.Readings.Select(reading => reading.Index));
    }

    [Fact]
    public void Fields_of_a_system_are_found_by_their_names_and_need_no_place_where_it_has_none()
    {
        var table = Read("time,y\n0,1\n1,2\n", new CsvLayout(Error: 1), Domain.Unplaced("x", "y"));
        Assert.Equal([new Reading(0, "y", 1, 1), new Reading(1, "y", 2, 1)], table.Readings);
    }

    [Theory]
    [InlineData("1995-03-18T06:00:00Z", 6)]
    [InlineData("1995-03-18T06:00Z", 6)]
    [InlineData("1995-03-18 06:00:00", 6)]
    [InlineData("1995-03-18T08:30:00+02:30", 6)]
    [InlineData("1995-03-19", 24)]
    [InlineData("1995-03-18T00:00:00.5Z", 0.5 / 3600)]
    public void Moments_become_time_since_the_origin(string moment, double hours)
    {
        var table = Read($"time,x,field,value\n{moment},1,x,1\n", new CsvLayout(new CsvTime(Origin: "1995-03-18T00:00Z"), Error: 1), Ring);
        Assert.Equal(hours, table.Readings[0].Time, 1e-12);
    }

    [Fact]
    public void Numbers_may_count_from_a_moment_in_a_unit_of_their_own()
    {
        var time = new CsvTime(Origin: "2000-01-01", Unit: CsvTimeUnit.Days, Since: "1999-12-31T12:00Z", NumbersIn: CsvTimeUnit.Minutes);
        var table = Read("time,x,field,value\n1440,1,x,1\n", new CsvLayout(time, Error: 1), Ring);
        Assert.Equal(0.5, table.Readings[0].Time, 1e-12);
    }

    [Fact]
    public void Words_for_missing_values_are_listed_and_other_numbers_that_are_not_finite_can_be_kept()
    {
        const string Text = "time,x,field,value\n0,1,x,NA\n0,2,x,nan\n0,3,x,-inf\n";
        var table = Read(Text, new CsvLayout(Error: 1, Missing: ["na", "-999"], NotFinite: CsvNotFinite.Keep), Ring);
        Assert.Equal([double.NaN, double.NegativeInfinity], table.Readings.Select(reading => reading.Value));
        Assert.Equal(1, table.Missing["x"]);
    }

    [Theory]
    [InlineData("", "a.csv is empty; expected a header line and lines of values.")]
    [InlineData("time,x,field,value\n", "a.csv has a header but no line of values.")]
    [InlineData("time,x,x,value\n0,1,1,1\n", "a.csv: the name 'x' heads columns 2 and 3; expected names that differ.")]
    [InlineData("tiem,x,field,value\n0,1,x,1\n", "a.csv: there is no column 'time'; did you mean 'tiem'?")]
    [InlineData("time,x,field,value\n0,1,x\n", "a.csv, line 2: found 3 cells; expected 4, as in the header.")]
    [InlineData("time,x,field,value\n0,1,x,1\n\n0,1,x,1,5\n", "a.csv, line 4: found 5 cells; expected 4, as in the header.")]
    [InlineData("time,x,field,value\n0,1,x,1o\n", "a.csv, line 2: value is '1o'; expected a number, or an empty cell where there is none.")]
    [InlineData("time,x,field,value\n0,1,x,\"1,5\"\n", "a.csv, line 2: value is '1,5'; expected a number, or an empty cell where there is none.")]
    [InlineData("time,x,field,value\n0,1,x,NaN\n", "a.csv, line 2: value is 'NaN'; expected a finite number, an empty cell, or a word that the layout lists as missing.")]
    [InlineData("time,x,field,value\n0,1,x,inf\n", "a.csv, line 2: value is 'inf'; expected a finite number, an empty cell, or a word that the layout lists as missing.")]
    [InlineData("time,x,field,value\n0,,x,1\n", "a.csv, line 2: x is empty; expected a number.")]
    [InlineData("time,x,field,value\n0,nan,x,1\n", "a.csv, line 2: x is 'nan'; expected a finite number.")]
    [InlineData("time,x,field,value\n0,1,,1\n", "a.csv, line 2: field is empty; expected the name of a field.")]
    [InlineData("time,x,field,value,error\n0,1,x,1,-0.1\n", "a.csv, line 2: error is '-0.1'; expected a standard deviation, which is not negative.")]
    [InlineData("time,x,field,value\nnoon,1,x,1\n", "a.csv, line 2: time is 'noon'; expected a time such as 1995-03-18T06:00:00Z, or a number.")]
    [InlineData("time,x,field,value\n0,1,x,1\n1995-03-18,1,x,1\n", "a.csv, line 3: time is '1995-03-18'; expected a number, as in the lines before.")]
    [InlineData("time,x,field,value\n1995-03-18,1,x,1\n3,1,x,1\n", "a.csv, line 3: time is '3'; expected a time such as 1995-03-18T06:00:00Z, as in the lines before.")]
    [InlineData("time,x,field,value\n1995-13-18,1,x,1\n", "a.csv, line 2: time is '1995-13-18'; expected a time such as 1995-03-18T06:00:00Z, or a number.")]
    [InlineData("time,index,field,value\n0,1.5,x,1\n", "a.csv, line 2: index is '1.5'; expected the number of a grid point, a whole number from 0.")]
    [InlineData("time,place,field,value\n0,1,x,1\n", "a.csv: no columns say where values belong; expected x or index among time, place, field, value.")]
    [InlineData("time,x,value\n0,1,1\n", null)]
    [InlineData("time,index,z\n0,1,1\n", "a.csv: no column holds a field; expected one of x, or the columns field and value, among time, index, z.")]
    [InlineData("time,x,field,value\n0,1,x,\"1\"2\n", "a.csv, line 2: a quotation mark is out of place; expected cells that are quoted whole or not at all.")]
    public void Whatever_is_wrong_is_said_in_one_sentence_with_its_place(string text, string? sentence)
    {
        if (sentence is null)
            Assert.Single(Read(text, new CsvLayout(Error: 1), Ring).Readings);
        else
            Assert.Equal(sentence, Refusal(text, new CsvLayout(Error: 1), Ring));
    }

    [Fact]
    public void Places_on_the_Earth_are_on_the_Earth()
    {
        Assert.Equal(
            "a.csv, line 2: lat is '91'; expected a latitude from -90 to 90 degrees.",
            Refusal("time,lon,lat,field,value\n0,1,91,pressure,1\n", new CsvLayout(Error: 1), Earth));
        Assert.Equal(
            "a.csv, line 2: lon is '1000'; expected a longitude from -180 to 360 degrees.",
            Refusal("time,lon,lat,field,value\n0,1000,9,pressure,1\n", new CsvLayout(Error: 1), Earth));
        Assert.Equal(
            "a.csv: no columns say where values belong; expected longitude and latitude or index among time, lon, field, value.",
            Refusal("time,lon,field,value\n0,1,pressure,1\n", new CsvLayout(Error: 1), Earth));
        Assert.Equal(
            "a.csv: positions are given by 1 columns; expected 2, as many as the system's space has dimensions.",
            Refusal("time,lon,field,value\n0,1,pressure,1\n", new CsvLayout(Position: ["lon"], Error: 1), Earth));
    }

    [Fact]
    public void What_the_layout_says_must_fit_the_file_and_the_system()
    {
        const string Text = "time,x,field,value\n0,1,x,1\n";
        Assert.Equal("a.csv: nothing says how wrong values of x are; expected a column 'error' or a standard deviation for the field.", Refusal(Text, new CsvLayout(), Ring));
        Assert.Equal("a.csv: the system has no field 'depth'; expected x.", Refusal(Text, new CsvLayout(Fields: [new CsvField("depth")]), Ring));
        Assert.Equal("a.csv: the standard deviation of x is 0; expected a finite number above 0.", Refusal(Text, new CsvLayout(Error: 0), Ring));
        Assert.Equal("a.csv: there is no column 'valeu'; did you mean 'value'?", Refusal("time,x,value\n0,1,1\n", new CsvLayout(Error: 1, Fields: [new CsvField("x", "valeu")]), Ring));
        Assert.Equal("a.csv: the origin of time is 'noon'; expected a moment such as 1995-03-18T06:00:00Z.", Refusal(Text, new CsvLayout(new CsvTime(Origin: "noon"), Error: 1), Ring));
        Assert.Equal(
            "a.csv: times count from 2000-01-01; expected an origin too, the moment at which the system's time is 0.",
            Refusal(Text, new CsvLayout(new CsvTime(Since: "2000-01-01"), Error: 1), Ring));
        Assert.Equal("a.csv: the header is one cell, 'time,x,field,value': expected the column 'time'; is the delimiter ';'?", Refusal(Text, new CsvLayout(Error: 1, Delimiter: ";"), Ring));
        Assert.StartsWith("The delimiter of ", Refusal(Text, new CsvLayout(Error: 1, Delimiter: ";;"), Ring), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_to_be_missing()
    {
        var missing = Path.Combine(folder, "none.csv");
        Assert.Equal($"{missing} was not found; expected a CSV file.", Assert.Throws<InputException>(() => ObservationTableReader.Read(missing, new CsvLayout(), Ring)).Message);
        Assert.Equal($"{folder} is a folder; expected a CSV file.", Assert.Throws<InputException>(() => ObservationTableReader.Read(folder, new CsvLayout(), Ring)).Message);
    }

    [Fact]
    public void What_is_written_reads_back_to_the_same_readings()
    {
        Reading[] readings =
        [
            new(0.1, "pressure", 1.0 / 3, 0.5, new SpacePoint(-100.1, 40), -1, "A \"quoted\", name"),
            new(2.25, "temperature", -1e-20, 1.5, new SpacePoint(3, -40), -1, "B"),
        ];
        var ledger = new ObservationLedger(readings);
        ledger.Mark(1, ObservationFate.BuddyCheck);
        var path = Path.Combine(folder, "out", "observations.csv");
        ObservationTableWriter.Write(path, ledger, Earth.Space, new DateTimeOffset(1995, 3, 18, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(
            """
            time,station,field,longitude,latitude,value,error,fate,departure,spread,analysisDeparture
            1995-03-18T00:06:00Z,"A ""quoted"", name",pressure,-100.1,40,0.3333333333333333,0.5,used,,,
            1995-03-18T02:15:00Z,B,temperature,3,-40,-1E-20,1.5,buddy-check,,,

            """,
            File.ReadAllText(path));
        Assert.Equal(readings, ObservationTableReader.Read(path, new CsvLayout(new CsvTime(Origin: "1995-03-18")), Earth).Readings);

        Reading[] numbered = [new(0.1, "x", 4, 1, Index: 3)];
        ObservationTableWriter.Write(path, new ObservationLedger(numbered), Ring.Space);
        Assert.Equal(numbered, ObservationTableReader.Read(path, new CsvLayout(), Ring).Readings);
    }

    [Fact]
    public void Tracks_are_read_one_an_instrument()
    {
        var path = Write("time,id,x\n0,a,1\n0,b,5\n2,a,2\n4,b,7\n");
        var tracks = CsvTracks.Read(path, new CsvLayout(), Ring.Space);
        Assert.Equal([new SpacePoint(1.5), new SpacePoint(5.5)], tracks.Select(track => track.At(1, Ring.Space)!.Value));
        Assert.Equal(
            "a.csv, line 3: time is '0'; expected a time after that of the line before of 'a'.",
            Refusal(() => CsvTracks.Read(Write("time,id,x\n0,a,1\n0,a,5\n"), new CsvLayout(), Ring.Space)));
    }

    [Fact]
    public void Times_are_read_in_rising_order()
    {
        Assert.Equal([0.5, 2], CsvTimes.Read(Write("time\n0.5\n2\n"), new CsvTime()));
        Assert.Equal("a.csv, line 4: time is '2'; expected a time after that of the line before.", Refusal(() => CsvTimes.Read(Write("time\n0.5\n2\n2\n"), new CsvTime())));
    }

    private ObservationTable Read(string text, CsvLayout layout, Domain domain) => ObservationTableReader.Read(Write(text), layout, domain);

    private string Refusal(string text, CsvLayout layout, Domain domain) => Refusal(() => Read(text, layout, domain));

    private string Refusal(Action action) => Assert.Throws<InputException>(action).Message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    private string Write(string text)
    {
        var path = Path.Combine(folder, "a.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
