using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sonde-atomic-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_is_replaced_and_nothing_is_left_beside_it()
    {
        var path = Path.Combine(folder, "deep", "a.txt");
        AtomicFile.WriteText(path, "first");
        AtomicFile.WriteText(path, writer => writer.WriteLine("second °"));
        Assert.Equal("second °\n"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_no_temporary_one()
    {
        var path = Path.Combine(folder, "a.bin");
        AtomicFile.WriteBytes(path, new byte[] { 1, 2, 3 });
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(9);
            throw new InvalidOperationException("the disk is full");
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void Half_a_file_is_never_seen_at_its_place()
    {
        var path = Path.Combine(folder, "a.txt");
        AtomicFile.WriteText(path, writer =>
        {
            writer.Write(new string('x', 100_000));
            writer.Flush();
            Assert.False(File.Exists(path));
        });
        Assert.Equal(100_000, new FileInfo(path).Length);
    }
}
