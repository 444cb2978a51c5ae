using Sonde.Experiments;
using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

/// <summary>Zarr stores as other programs write them.</summary>
public sealed class ForeignStoreTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_xarray_writes_unless_told_otherwise_is_read()
    {
        Put("a.zarr/zarr.json", """{"attributes":{"a":1,"low":NaN,"note":"NaN, Infinity"},"zarr_format":3,"node_type":"group"}""");
        Put("a.zarr/f/zarr.json",
            """
            {"shape":[7],"data_type":"float32","chunk_grid":{"name":"regular","configuration":{"chunk_shape":[4]}},
             "chunk_key_encoding":{"name":"default","configuration":{"separator":"/"}},"fill_value":0.0,
             "codecs":[{"name":"bytes","configuration":{"endian":"little"}},{"name":"zstd","configuration":{"level":0,"checksum":false}}],
             "attributes":{"_FillValue":"AAAAgB2vFUQ="},"dimension_names":["x"],"zarr_format":3,"node_type":"array","storage_transformers":[]}
            """);
        Put("a.zarr/f/c/0", Convert.FromBase64String("KLUv/SAQgQAAAACAP+x4rWAAAEBAAACAQA=="));
        Put("a.zarr/f/c/1", Convert.FromBase64String("KLUv/SAQgQAAAACgQAAAwEAAAOBAAAAAAA=="));
        var data = DataFiles.Read(folder["a.zarr"]);
        Assert.Equal([1, double.NaN, 3, 4, 5, 6, 7], data["f"].ToDoubles());
        Assert.Equal(1L, data.Attributes["a"]);
        Assert.Equal(double.NaN, data.Attributes["low"]);
        Assert.Equal("NaN, Infinity", data.Attributes["note"]);
        Put("a.zarr/f/c/1", Convert.FromBase64String("KLUv/SAQgQAAAACgQAA="));
        Assert.Contains("Chunk c/1 of array 'f' in", Assert.Throws<InputException>(() => DataFiles.Read(folder["a.zarr"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_narrow_and_reversed_number_is_widened()
    {
        Put("a.zarr/zarr.json", """{"zarr_format":3,"node_type":"group"}""");
        Array3("int8", "little", [0xff, 0x01]);
        Array3("uint8", "little", [0xff, 0x01]);
        Array3("int16", "big", [0xff, 0xfe, 0x01, 0x00]);
        Array3("uint16", "big", [0xff, 0xfe, 0x01, 0x00]);
        Array3("int32", "big", [0xff, 0xff, 0xff, 0xfd, 0, 0, 1, 0]);
        Array3("uint32", "little", [0xfd, 0xff, 0xff, 0xff, 1, 0, 0, 0]);
        Array3("int64", "big", [0, 0, 0, 0, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        Array3("float16", "little", [0x00, 0x3c, 0x00, 0xc0]);
        Array3("float64", "big", [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
        Array3("bool", "little", [1, 0]);
        Array3("uint64", "little", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0x80]);
        using var reader = DataFiles.Open(folder["a.zarr"]);
        Assert.Equal(new[] { -1, 1 }, reader.Read("int8").Values);
        Assert.Equal(new[] { 255, 1 }, reader.Read("uint8").Values);
        Assert.Equal(new[] { -2, 256 }, reader.Read("int16").Values);
        Assert.Equal(new[] { 65534, 256 }, reader.Read("uint16").Values);
        Assert.Equal(new[] { -3, 256 }, reader.Read("int32").Values);
        Assert.Equal(new long[] { 4294967293, 1 }, reader.Read("uint32").Values);
        Assert.Equal(new long[] { 2, -1 }, reader.Read("int64").Values);
        Assert.Equal(new float[] { 1, -2 }, reader.Read("float16").Values);
        Assert.Equal(new[] { 1, double.NaN }, reader.Read("float64").Values);
        Assert.Equal(new[] { 1, 0 }, reader.Read("bool").Values);
        var refused = Assert.Throws<InputException>(() => reader.Read("uint64")).Message;
        Assert.Contains("holds 9223372036854775808, beyond the largest 64-bit integer 9223372036854775807.", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_2_is_read_without_consolidated_metadata()
    {
        Put("a.zarr/.zgroup", """{"zarr_format":2}""");
        Put("a.zarr/.zattrs", """{"title":"old","scale":[1, 2.5],"empty":null}""");
        Array2("v", "<i2", "-9", "\".\"", [2, 3], [2, 2], ["0.0", "0.1"], [1, 0, 0xf7, 0xff, 3, 0, 4, 0], [5, 0, 0, 0, 6, 0, 0, 0]);
        Array2("w", ">f4", "null", "\"/\"", [2, 3], [2, 2], ["0/0"], [0x3f, 0x80, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]);
        Array2("u", "<U2", "\"\"", "\".\"", [2], [2], ["0"], [0xc5, 0, 0, 0, 0x62, 0, 0, 0, 0x63, 0, 0, 0, 0, 0, 0, 0]);
        Array2("s", "|S2", "null", "\".\"", [2], [2], ["0"], "abc\0"u8.ToArray());
        Array2("n", "<f8", "\"NaN\"", "\".\"", [], [], ["0"], BitConverter.GetBytes(0.1));
        var data = DataFiles.Read(folder["a.zarr"]);
        Assert.Equal([1, double.NaN, 5, 3, 4, 6], data["v"].ToDoubles());
        Assert.Equal(["v_0", "v_1"], data["v"].Schema.Dimensions);
        Assert.Equal(-9L, data["v"].Schema.Attributes["_FillValue"]);
        Assert.Equal([1, 0, double.NaN, 2, 0, double.NaN], data["w"].ToDoubles());
        Assert.Equal(new[] { "Åb", "c" }, data["u"].Values);
        Assert.Equal(new[] { "ab", "c" }, data["s"].Values);
        Assert.Equal([0.1], data["n"].ToDoubles());
        Assert.Equal("old", data.Attributes.Text("title"));
        Assert.Equal([1, 2.5], data.Attributes.Numbers("scale"));
        Assert.Null(data.Attributes["empty"]);
    }

    private void Array3(string type, string endian, byte[] chunk)
    {
        Put($"a.zarr/{type}/zarr.json",
            $$"""
            {"zarr_format":3,"node_type":"array","shape":[2],"data_type":"{{type}}","fill_value":{{(type == "bool" ? "false" : "0")}},
             "chunk_grid":{"name":"regular","configuration":{"chunk_shape":[2]} },"chunk_key_encoding":"v2",
             "codecs":[{"name":"bytes","configuration":{"endian":"{{endian}}" } }]}
            """);
        Put($"a.zarr/{type}/0", chunk);
    }

    private void Array2(string name, string type, string fill, string separator, int[] shape, int[] chunk, string[] keys, params byte[][] chunks)
    {
        Put($"a.zarr/{name}/.zarray",
            $$"""
            {"zarr_format":2,"shape":[{{string.Join(',', shape)}}],"chunks":[{{string.Join(',', chunk)}}],"dtype":"{{type}}","order":"C",
             "fill_value":{{fill}},"filters":null,"compressor":null,"dimension_separator":{{separator}}}
            """);
        for (var i = 0; i < keys.Length; i++)
            Put($"a.zarr/{name}/{keys[i]}", chunks[i]);
    }

    private void Put(string file, string text) => Put(file, System.Text.Encoding.UTF8.GetBytes(text));

    private void Put(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
        File.WriteAllBytes(folder[file], bytes);
    }
}
