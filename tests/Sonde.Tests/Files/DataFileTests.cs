using Sonde.Experiments;
using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

public sealed class DataFileTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, StorageOptions> Formats => new()
    {
        { "a.zarr", new StorageOptions() },
        { "a.zarr", new StorageOptions(Compression: 0) },
        { "a.zarr", new StorageOptions(Compression: 0, Checksum: true) },
        { "a.zarr", new StorageOptions(Compression: 9, Checksum: true) },
        { "a.zarr", new StorageOptions(ZarrFormat: 2) },
        { "a.zarr", new StorageOptions(Compression: 0, ZarrFormat: 2) },
        { "a.nc", new StorageOptions() },
        { "a.nc", new StorageOptions(Compression: 0) },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_type_comes_back_to_the_same_bits(string name, StorageOptions options)
    {
        var data = SampleData.Everything();
        DataFiles.Write(folder[name], data, options);
        SampleData.AssertSame(data, DataFiles.Read(folder[name], requireChunks: true));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));          // nothing temporary stays
    }

    [Theory]
    [InlineData("a.zarr")]
    [InlineData("a.nc")]
    public void Any_block_is_the_same_part_of_the_whole(string name)
    {
        var data = SampleData.Everything();
        DataFiles.Write(folder[name], data);
        using var reader = DataFiles.Open(folder[name]);
        var whole = (double[])data["temperature"].Values;
        long[] shape = [3, 5, 7];
        for (var t = 0; t < 3; t++)
            for (var y = 0; y < 5; y++)
                for (var x = 0; x < 7; x++)
                {
                    long[] start = [t, y, x], count = [3 - t, Math.Min(2, 5 - y), 7 - x];
                    var expected = new double[count[0] * count[1] * count[2]];
                    var at = 0;
                    for (var i = 0; i < count[0]; i++)
                        for (var j = 0; j < count[1]; j++)
                            for (var k = 0; k < count[2]; k++)
                                expected[at++] = whole[((t + i) * 5 + y + j) * 7 + x + k];
                    SampleData.AssertSameBits(expected, reader.Read("temperature", start, count));
                }
        Assert.Empty(reader.Read("temperature", [0, 0, 0], [0, 5, 7]));
    }

    [Theory]
    [InlineData("a.zarr", 5)]
    [InlineData("a.zarr", 6)]
    [InlineData("a.nc", 5)]
    public void Records_are_appended_in_any_number_of_goes(string name, int first)
    {
        var schema = new DataSchema(
            [new("time", 0, Unlimited: true), new("x", 4)],
            [new("time", DataType.Real64, ["time"]), new("state", DataType.Real32, ["time", "x"]) { Chunk = [3, 4] }, new("x", DataType.Integer32, ["x"])]);
        using (var writer = DataFiles.Create(folder[name], schema))
        {
            writer.WriteAll<int>("x", [1, 2, 3, 4]);
            for (var k = 0; k < first; k++)
                WriteRecord(writer, k);
            writer.Commit();
        }
        using (var writer = DataFiles.Append(folder[name], "time"))
        {
            Assert.Equal(first, writer.LengthOf("time"));
            for (var k = first; k < 8; k++)
                WriteRecord(writer, k);
            writer.Commit();
        }
        var data = DataFiles.Read(folder[name]);
        Assert.Equal([0.0, 1, 2, 3, 4, 5, 6, 7], data["time"].ToDoubles());
        Assert.Equal(Enumerable.Range(0, 32).Select(i => i / 4 + i % 4 / 8.0), data["state"].ToDoubles());
        Assert.Equal(new[] { 1, 2, 3, 4 }, data["x"].Values);
    }

    [Theory]
    [InlineData("a.zarr")]
    [InlineData("a.nc")]
    public void A_run_that_goes_on_may_drop_its_last_records(string name)
    {
        var schema = new DataSchema(
            [new("time", 0, Unlimited: true), new("x", 4)],
            [new("time", DataType.Real64, ["time"]), new("state", DataType.Real32, ["time", "x"]) { Chunk = [3, 4] }, new("late", DataType.Real64, ["time"]) { Chunk = [2] }]);
        using (var writer = DataFiles.Create(folder[name], schema))
        {
            for (var k = 0; k < 8; k++)
            {
                WriteRecord(writer, k);
                writer.WriteRecord("late", k, [k + 0.5]);
            }
            writer.Commit();
        }
        using (var writer = DataFiles.Append(folder[name], "time", keep: 4))
        {
            Assert.Equal(4, writer.LengthOf("time"));
            Assert.Equal(name == "a.zarr" ? 4 : 8, DataFiles.Read(folder[name])["late"].Values.Length);     // NetCDF: until it is disposed of
            for (var k = 4; k < 7; k++)
                WriteRecord(writer, k);                                     // "late" is not written again
            writer.Commit();
        }
        var data = DataFiles.Read(folder[name]);
        Assert.Equal(Enumerable.Range(0, 28).Select(i => i / 4 + i % 4 / 8.0), data["state"].ToDoubles());
        Assert.Equal([0.5, 1.5, 2.5, 3.5, double.NaN, double.NaN, double.NaN], data["late"].ToDoubles());
        var refused = Assert.Throws<InputException>(() => DataFiles.Append(folder[name], "time", keep: 9));
        Assert.Contains("has 7 records along 'time' where 9 are expected", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.zarr")]
    [InlineData("a.nc")]
    public void Values_are_unpacked_and_missing_ones_are_NaN(string name)
    {
        var data = new DataSet([new("x", 4)],
        [
            new Variable("packed", ["x"], new[] { 0, 100, -999, -998 }, new() { ["scale_factor"] = 0.5, ["add_offset"] = 10.0, ["_FillValue"] = -999L, ["missing_value"] = -998L }),
            new Variable("marked", ["x"], new[] { 1f, 1e20f, float.NaN, 2f }, new() { ["_FillValue"] = 1e20f }),
        ]);
        DataFiles.Write(folder[name], data);
        using var reader = DataFiles.Open(folder[name]);
        Assert.Equal([10.0, 60, double.NaN, double.NaN], reader.ReadDoubles("packed"));
        Assert.Equal([1.0, double.NaN, double.NaN, 2], reader.ReadDoubles("marked"));
        Assert.Equal([60, double.NaN], reader.ReadDoubles("packed", [1], [2]));
    }

    [Theory]
    [InlineData("a.zarr", "b.nc")]
    [InlineData("a.nc", "b.zarr")]
    public void A_copy_in_the_other_format_holds_the_same(string from, string to)
    {
        var data = SampleData.Everything();
        DataFiles.Write(folder[from], data);
        DataFiles.Copy(folder[from], folder[to]);
        var copy = DataFiles.Read(folder[to]);
        foreach (var variable in data.Variables)
            SampleData.AssertSameBits(variable.Values, copy[variable.Name].Values);
    }

    [Theory]
    [InlineData("a.zarr")]
    [InlineData("a.nc")]
    public void What_was_there_stays_when_writing_fails(string name)
    {
        var data = SampleData.Everything();
        DataFiles.Write(folder[name], data);
        if (name.EndsWith(".nc", StringComparison.Ordinal))
        {
            using var writer = DataFiles.Create(folder[name], data.Schema);
            writer.WriteAll("step", [7.0]);                                 // never committed
        }
        Assert.Throws<InputException>(() => DataFiles.Copy(folder["absent.zarr"], folder[name]));
        SampleData.AssertSame(data, DataFiles.Read(folder[name]));
        DataFiles.Write(folder[name], new DataSet([], [new Variable("other", [], new[] { 1.0 })]));
        Assert.Equal("other", Assert.Single(DataFiles.Read(folder[name]).Variables).Name);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_store_that_is_not_committed_again_shows_its_last_commit()
    {
        var schema = new DataSchema([new("time", 0, Unlimited: true), new("x", 4)],
            [new("time", DataType.Real64, ["time"]), new("state", DataType.Real32, ["time", "x"]) { Chunk = [3, 4] }]);
        var writer = DataFiles.Create(folder["a.zarr"], schema);
        Assert.Equal(0, DataFiles.Read(folder["a.zarr"]).Schema.Dimension("time").Length);
        for (var k = 0; k < 4; k++)
            WriteRecord(writer, k);
        writer.Commit();
        for (var k = 4; k < 100; k++)
            WriteRecord(writer, k);                                         // the process dies here
        var data = DataFiles.Read(folder["a.zarr"]);
        Assert.Equal([0.0, 1, 2, 3], data["time"].ToDoubles());
        Assert.Equal(16, data["state"].Values.Length);
    }

    [Fact]
    public void A_folder_of_something_else_is_not_overwritten()
    {
        Directory.CreateDirectory(folder["photos.zarr"]);
        File.WriteAllText(folder["photos.zarr/holiday.jpg"], "");
        var refused = Assert.Throws<InputException>(() => DataFiles.Write(folder["photos.zarr"], SampleData.Everything()));
        Assert.Contains("holds no Zarr store; it is not overwritten", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["photos.zarr/holiday.jpg"]));
    }

    [Fact]
    public void Blocks_and_values_that_do_not_fit_are_refused_with_both_numbers()
    {
        var schema = new DataSchema([new("time", 0, Unlimited: true), new("x", 4)],
            [new("state", DataType.Real32, ["time", "x"]), new("mask", DataType.Integer32, ["x"])]);
        using var writer = DataFiles.Create(folder["a.zarr"], schema);
        AssertRefused("3 values were given for 4 places", () => writer.WriteRecord<double>("state", 0, [1, 2, 3]));
        AssertRefused("0 to 5 lie outside dimension 2 of variable 'state', which has 4", () => writer.Write<double>("state", [0, 0], [1, 5], new double[5]));
        AssertRefused("has 2 dimensions but the block has 1 starts", () => writer.Write<double>("state", [0], [1], [1]));
        AssertRefused("0.5 cannot be stored in variable 'mask'", () => writer.WriteAll("mask", [1, 0.5, 0, 1]));
        AssertRefused("holds Integer32 values, not Int64", () => writer.WriteAll("mask", [1L, 0, 0, 1]));
        AssertRefused("no variable 'stat'", () => writer.WriteRecord<double>("stat", 0, [1]));
        AssertRefused("two variables 'a'", () => _ = new DataSchema([], [new("a", DataType.Text, []), new("a", DataType.Text, [])]));
        AssertRefused("a dimension 'x' that is not declared", () => _ = new DataSchema([], [new("a", DataType.Text, ["x"])]));
        AssertRefused("must be the first", () => _ = new DataSchema([new("t", 0, true), new("x", 2)], [new("a", DataType.Text, ["x", "t"])]));
        AssertRefused("cannot name a variable", () => _ = new DataSchema([], [new("a/b", DataType.Text, [])]));
        AssertRefused("has 3 values but its dimensions need 4 = 4", () => _ = new DataSet([new("x", 4)], [new Variable("a", ["x"], new double[3])]));
    }

    private static void AssertRefused(string part, Action action) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static void WriteRecord(IDataWriter writer, int k)
    {
        writer.WriteRecord("time", k, [(double)k]);
        writer.WriteRecord("state", k, [k, k + 0.125, k + 0.25, k + 0.375]);
    }
}
