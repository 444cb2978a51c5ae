using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

public sealed class NetCdfTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// A file of the classic format with an unlimited time of 4 records: double t(time, x), short s(x) with scale_factor 0.1 and
    /// _FillValue −99, char name(x, len), and a global title.
    /// </summary>
    public static byte[] Classic { get; } = Convert.FromBase64String(
        "Q0RGAQAAAAQAAAAKAAAAAwAAAAR0aW1lAAAAAAAAAAF4AAAAAAAABQAAAANsZW4AAAAACAAAAAwAAAABAAAABXRpdGxlAAAAAAAA" +
        "AgAAAAdjbGFzc2ljAAAAAAsAAAADAAAAAXQAAAAAAAACAAAAAAAAAAEAAAAMAAAAAQAAAAV1bml0cwAAAAAAAAIAAAABSwAAAAAA" +
        "AAYAAAAoAAABXAAAAAFzAAAAAAAAAQAAAAEAAAAMAAAAAgAAAApfRmlsbFZhbHVlAAAAAAADAAAAAf+dAAAAAAAMc2NhbGVfZmFj" +
        "dG9yAAAABgAAAAE/uZmZmZmZmgAAAAMAAAAMAAABKAAAAARuYW1lAAAAAgAAAAEAAAACAAAAAAAAAAAAAAACAAAAKAAAATQAAAAB" +
        "AAIAAwAE/51hYgAAAAAAAGNkZQAAAAAAZgAAAAAAAAAAAAAAAAAAAHh5egAAAAAAP+AAAAAAAAA/+AAAAAAAAEAEAAAAAAAAQAwA" +
        "AAAAAABAEgAAAAAAAEAWAAAAAAAAQBoAAAAAAABAHgAAAAAAAEAhAAAAAAAAQCMAAAAAAABAJQAAAAAAAEAnAAAAAAAAQCkAAAAA" +
        "AABAKwAAAAAAAEAtAAAAAAAAQC8AAAAAAABAMIAAAAAAAEAxgAAAAAAAQDKAAAAAAABAM4AAAAAAAA==");

    [Fact]
    public void The_classic_format_is_read()
    {
        File.WriteAllBytes(folder["a.nc"], Classic);
        var data = DataFiles.Read(folder["a.nc"]);
        Assert.Equal(new Dimension("time", 4, Unlimited: true), data.Schema.Dimension("time"));
        Assert.Equal("classic", data.Attributes.Text("title"));
        Assert.Equal("K", data["t"].Schema.Attributes.Text("units"));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i + 0.5), data["t"].ToDoubles());
        Assert.Equal(new[] { 0, 1, 2, 3, 4 }, data["s"].Values);
        Assert.Equal([0.0, 0.1, 0.2, 3 * 0.1, 0.4], data["s"].ToDoubles());
        Assert.Equal(new[] { "ab", "cde", "f", "", "xyz" }, data["name"].Values);
        Assert.Equal(["x"], data["name"].Schema.Dimensions);
    }

    [Fact]
    public void Values_never_written_are_missing()
    {
        var schema = new DataSchema([new("time", 0, Unlimited: true), new("x", 3)],
            [new("a", DataType.Real64, ["time", "x"]), new("b", DataType.Real32, ["time", "x"]), new("c", DataType.Real64, ["x"])]);
        using (var writer = DataFiles.Create(folder["a.nc"], schema))
        {
            writer.WriteRecord("a", 1, [1.0, 2, 3]);
            writer.Commit();
        }
        var data = DataFiles.Read(folder["a.nc"]);
        Assert.Equal([double.NaN, double.NaN, double.NaN, 1, 2, 3], data["a"].ToDoubles());
        Assert.All(data["b"].ToDoubles(), value => Assert.True(double.IsNaN(value)));
        Assert.All(data["c"].ToDoubles(), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Files_are_read_and_written_from_many_threads()
    {
        Parallel.For(0, 16, i =>
        {
            var values = Enumerable.Range(0, 1000).Select(k => Math.Sin(k * i)).ToArray();
            var path = folder[$"{i}.nc"];
            DataFiles.Write(path, new DataSet([new("x", 1000)], [new Variable("v", ["x"], values)]));
            SampleData.AssertSameBits(values, DataFiles.Read(path)["v"].Values);
        });
    }
}
