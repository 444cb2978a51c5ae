using System.IO.Compression;
using Sonde.Experiments;
using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

/// <summary>What is wrong with a file is one sentence that names the file, the variable, what was found and what was expected.</summary>
public sealed class MalformedFileTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static readonly Dictionary<string, (Action<string> Harm, string Sentence)> Stores = new()
    {
        ["absent"] = (store => Directory.Delete(store, true), "There is no Zarr store"),
        ["a file"] = (store =>
        {
            Directory.Delete(store, true);
            File.WriteAllText(store, "");
        }, "is a file; a Zarr store is a folder"),
        ["empty"] = (store =>
        {
            Directory.Delete(store, true);
            Directory.CreateDirectory(store);
        }, "is no Zarr store: it holds neither zarr.json nor .zgroup"),
        ["broken JSON"] = (store => File.WriteAllText(Path.Combine(store, "zarr.json"), "{ \"zarr_format\": 3,\n  \"node_type\" }"), "zarr.json is not sound JSON (line 2, byte 15)"),
        ["empty JSON"] = (store => File.WriteAllText(Path.Combine(store, "zarr.json"), ""), "zarr.json is not sound JSON (line 1, byte 1)"),
        ["a list"] = (store => File.WriteAllText(Path.Combine(store, "zarr.json"), "[]"), "zarr.json holds no JSON object"),
        ["a later format"] = (Edit("\"zarr_format\": 3,\n  \"node_type\": \"group\"", "\"zarr_format\": 4,\n  \"node_type\": \"group\""), "'zarr_format' must be 3; found 4"),
        ["no format"] = (Edit("\"zarr_format\": 3,\n  \"node_type\": \"group\"", "\"node_type\": \"group\""), "'zarr_format' must be 3; there is none"),
        ["one array"] = (Edit("\"node_type\": \"group\"", "\"node_type\": \"array\""), "describes a single array; a group of named arrays is expected"),
        ["a shape that is no list"] = (Edit("\"shape\": [\n          5,\n          7\n        ]", "\"shape\": 35"), "array 'v': 'shape' must be a list of integers, 0 or more; found 35"),
        ["a negative shape"] = (Edit("\"shape\": [\n          5,", "\"shape\": [\n          -5,"), "array 'v': 'shape' must be a list of integers, 0 or more; found ["),
        ["another grid"] = (Edit("\"name\": \"regular\"", "\"name\": \"rectilinear\""), "array 'v': 'chunk_grid' must be regular; found {"),
        ["no chunks"] = (Edit("\"chunk_shape\"", "\"chunks\""), "array 'v': 'chunk_shape' must be a list of integers, 0 or more; there is none"),
        ["a chunk of nothing"] = (Edit("\"chunk_shape\": [\n              2,", "\"chunk_shape\": [\n              0,"), "array 'v': chunks [0, 4] do not fit the shape [5, 7]"),
        ["an enormous chunk"] = (Edit("\"chunk_shape\": [\n              2,", "\"chunk_shape\": [\n              2000000000,"), "does not fit in memory"),
        ["other keys"] = (Edit("\"name\": \"default\"", "\"name\": \"suffix\""), "array 'v': 'chunk_key_encoding' must be default or v2; found {"),
        ["another type"] = (Edit("\"float64\"", "\"complex128\""), "Variable 'v' in {store} cannot be read: its data type is not supported; found \"complex128\""),
        ["a type that does not fit"] = (Edit("\"float64\"", "\"float32\""), "Chunk c/0/0 of array 'v' in {store} holds 64 bytes where 8 values of 4 bytes need 32"),
        ["a fill value of another type"] = (Edit("\"fill_value\": \"NaN\"", "\"fill_value\": \"none\""), "array 'v': 'fill_value' must be a value of type float64; found \"none\""),
        ["too few names"] = (Edit("\"y\",\n          \"x\"", "\"y\""), "array 'v': 'dimension_names' must be 2 names; found ["),
        ["an unknown codec"] = (Edit("\"name\": \"crc32c\"", "\"name\": \"pcodec\""), "Array 'v' in {store} cannot be read: its codec 'pcodec' is not supported"),
        ["shards"] = (Edit("\"name\": \"crc32c\"", "\"name\": \"sharding_indexed\""), "its chunks are packed into shards"),
        ["a short chunk"] = (store => Cut(Path.Combine(store, "v/c/0/0"), 30), "Chunk c/0/0 of array 'v' in {store} has the checksum"),
        ["a chunk of three bytes"] = (store => Cut(Path.Combine(store, "v/c/0/0"), 3), "Chunk c/0/0 of array 'v' in {store} holds 3 bytes, too few for its checksum"),
        ["a changed bit"] = (store =>
        {
            var bytes = File.ReadAllBytes(Path.Combine(store, "v/c/2/1"));
            bytes[17] ^= 4;
            File.WriteAllBytes(Path.Combine(store, "v/c/2/1"), bytes);
        }, "Chunk c/2/1 of array 'v' in {store} has the checksum"),
        ["a missing chunk"] = (store => File.Delete(Path.Combine(store, "v/c/1/1")), "Chunk c/1/1 of array 'v' is missing in {store}"),
    };

    public static TheoryData<string> StoreNames => [.. Stores.Keys];

    [Theory]
    [MemberData(nameof(StoreNames))]
    public void A_damaged_store_is_refused(string name)
    {
        var store = folder["a.zarr"];
        DataFiles.Write(store, Plain(), new StorageOptions(Compression: 0, Checksum: true));
        Stores[name].Harm(store);
        AssertRefused(() =>
        {
            using var reader = DataFiles.Open(store, requireChunks: true);
            reader.Read("v");
        }, Stores[name].Sentence.Replace("{store}", store, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "is not sound gzip data (0 bytes)")]
    [InlineData(20, "holds ")]
    [InlineData(-1, "is not sound gzip data")]
    public void A_damaged_packed_chunk_is_refused(int keep, string sentence)
    {
        DataFiles.Write(folder["a.zarr"], Plain());
        var chunk = folder["a.zarr/v/c/0/1"];
        if (keep >= 0)
        {
            Cut(chunk, keep);
        }
        else
        {
            var bytes = File.ReadAllBytes(chunk);
            bytes[bytes.Length / 2] ^= 255;
            File.WriteAllBytes(chunk, bytes);
        }
        AssertRefused(() => DataFiles.Read(folder["a.zarr"]), $"Chunk c/0/1 of array 'v' in {folder["a.zarr"]} {sentence}");
    }

    [Fact]
    public void A_packed_chunk_of_another_size_is_refused()
    {
        DataFiles.Write(folder["a.zarr"], Plain());
        using (var packed = new GZipStream(File.Create(folder["a.zarr/v/c/0/0"]), CompressionLevel.Fastest))
            packed.Write(new byte[65]);
        AssertRefused(() => DataFiles.Read(folder["a.zarr"]), "unpacks to more than the 64 bytes expected");
        using (var packed = new GZipStream(File.Create(folder["a.zarr/v/c/0/0"]), CompressionLevel.Fastest))
            packed.Write(new byte[56]);
        AssertRefused(() => DataFiles.Read(folder["a.zarr"]), "holds 56 bytes where 8 values of 8 bytes need 64");
    }

    [Fact]
    public void A_missing_chunk_stands_for_missing_values_unless_all_are_required()
    {
        DataFiles.Write(folder["a.zarr"], Plain());
        File.Delete(folder["a.zarr/v/c/2/0"]);
        var values = DataFiles.Read(folder["a.zarr"])["v"].ToDoubles();
        Assert.Equal(4, values.Count(double.IsNaN));
        Assert.Equal(35 - 4, values.Count(double.IsFinite));
    }

    [Theory]
    [InlineData("\"order\": \"C\"", "\"order\": \"F\"", "stored column by column (order F)")]
    [InlineData("\"<f8\"", "\"<M8[ns]\"", "its data type is not supported; found \"<M8[ns]\"")]
    [InlineData("\"<f8\"", "[[\"a\", \"<f8\"]]", "its data type is not supported; found [[\"a\", \"<f8\"]]")]
    [InlineData("\"chunks\"", "\"chunk\"", "'chunks' must be a list of integers, 0 or more; there is none")]
    [InlineData("\"id\": \"gzip\"", "\"id\": \"bz2\"", "its codec 'bz2' is not supported")]
    [InlineData("\"id\": \"gzip\"", "\"id\": \"zlib\"", "is not sound zlib data")]
    [InlineData("\"zarr_format\": 2,\n  \"shape\"", "\"zarr_format\": 2\n  \"shape\"", ".zarray is not sound JSON (line 3, byte 3)")]
    public void A_damaged_store_of_format_2_is_refused(string good, string bad, string sentence)
    {
        DataFiles.Write(folder["a.zarr"], Plain(), new StorageOptions(ZarrFormat: 2));
        File.Delete(folder["a.zarr/.zmetadata"]);
        var text = File.ReadAllText(folder["a.zarr/v/.zarray"]);
        Assert.Contains(good, text, StringComparison.Ordinal);
        File.WriteAllText(folder["a.zarr/v/.zarray"], text.Replace(good, bad, StringComparison.Ordinal));
        AssertRefused(() =>
        {
            using var reader = DataFiles.Open(folder["a.zarr"]);
            reader.Read("v");
        }, sentence);
    }

    [Fact]
    public void Arrays_that_disagree_about_a_dimension_are_refused()
    {
        DataFiles.Write(folder["a.zarr"], new DataSet([new("x", 4), new("z", 5)], [new Variable("v", ["x"], new double[4]), new Variable("w", ["z"], new double[5])]));
        var file = folder["a.zarr/zarr.json"];
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"z\"", "\"x\"", StringComparison.Ordinal));
        AssertRefused(() => DataFiles.Read(folder["a.zarr"]), "Dimension 'x' in {0} has 5 points in array 'w' but 4 in another".Replace("{0}", folder["a.zarr"], StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_that_end_early_are_refused()
    {
        DataFiles.Write(folder["a.zarr"], new DataSet([new("x", 3)], [new Variable("name", ["x"], new[] { "Oslo", "Bergen", "Tromsø" })]), new StorageOptions(0));
        Cut(folder["a.zarr/name/c/0"], 28);
        AssertRefused(() => DataFiles.Read(folder["a.zarr"]), "Chunk c/0 of array 'name' in {0} ends within text 3 of 3".Replace("{0}", folder["a.zarr"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("absent", "There is no file {0}.")]
    [InlineData("folder", "{0} is a folder; a NetCDF file is expected.")]
    [InlineData("empty", "{0} (0 bytes) cannot be opened as NetCDF, it is damaged or of another format")]
    [InlineData("text", "{0} (12 bytes) cannot be opened as NetCDF, it is damaged or of another format")]
    [InlineData("half", "cannot be opened as NetCDF, it is damaged or of another format")]
    [InlineData("superblock", "cannot be opened as NetCDF, it is damaged or of another format")]
    [InlineData("classic, cut off", "{0} was cut off: it has 450 bytes where its variables need 508.")]
    [InlineData("classic, cut off in the header", "{0} (150 bytes) cannot be opened as NetCDF, it is damaged or of another format")]
    public void A_damaged_NetCDF_file_is_refused(string name, string sentence)
    {
        var file = folder["a.nc"];
        if (name is "half" or "superblock")
            DataFiles.Write(file, Plain());
        switch (name)
        {
            case "folder": Directory.CreateDirectory(file); break;
            case "empty": File.WriteAllText(file, ""); break;
            case "text": File.WriteAllText(file, "hello, world"); break;
            case "half": Cut(file, (int)new FileInfo(file).Length / 2); break;
            case "superblock":
                var bytes = File.ReadAllBytes(file);
                bytes.AsSpan(8, 40).Fill(77);
                File.WriteAllBytes(file, bytes);
                break;
            case "classic, cut off": File.WriteAllBytes(file, NetCdfTests.Classic[..450]); break;
            case "classic, cut off in the header": File.WriteAllBytes(file, NetCdfTests.Classic[..150]); break;
        }
        AssertRefused(() => DataFiles.Read(file), sentence.Replace("{0}", file, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.zarr")]
    [InlineData("a.nc")]
    public void A_variable_that_is_missing_or_text_is_refused(string name)
    {
        DataFiles.Write(folder[name], new DataSet([new("x", 2)], [new Variable("v", ["x"], new double[2]), new Variable("t", ["x"], new[] { "a", "b" })]));
        using var reader = DataFiles.Open(folder[name]);
        AssertRefused(() => reader.Read("w"), $"{folder[name]} has no variable 'w'; it has v, t.");
        AssertRefused(() => reader.ReadDoubles("t"), $"Variable 't' in {folder[name]} holds text where numbers are needed.");
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a")]
    [InlineData("a.hdf5")]
    public void A_name_without_known_ending_is_refused(string name)
    {
        AssertRefused(() => DataFiles.Open(folder[name]), "is not known; data files end in .zarr or .nc");
        AssertRefused(() => DataFiles.Write(folder[name], Plain()), "is not known; data files end in .zarr or .nc");
    }

    private static DataSet Plain() => new([new("y", 5), new("x", 7)],
        [new Variable(new VariableSchema("v", DataType.Real64, ["y", "x"]) { Chunk = [2, 4] }, Enumerable.Range(0, 35).Select(i => i / 3.0).ToArray())]);

    private static Action<string> Edit(string good, string bad) => store =>
    {
        var file = Path.Combine(store, "zarr.json");
        var text = File.ReadAllText(file);
        Assert.Contains(good, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(good, bad, StringComparison.Ordinal));
    };

    private static void Cut(string file, int length)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(length);
    }

    private static void AssertRefused(Action action, string sentence)
    {
        var message = Assert.Throws<InputException>(action).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", message, StringComparison.Ordinal);
    }
}
