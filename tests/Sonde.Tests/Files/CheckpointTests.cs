using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Tests.Files;

public sealed class CheckpointTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Everything_comes_back_to_the_same_bits()
    {
        var members = new Matrix<double>(3, 5);
        for (var i = 0; i < 15; i++)
            members.Values[i] = Math.Exp(i * 40 - 300);
        (members[0, 0], members[1, 1], members[2, 2], members[2, 3]) = (double.NaN, double.NegativeInfinity, -0.0, BitConverter.Int64BitsToDouble(0x7ff8_0000_dead_beef));
        var weights = new Matrix<float>(1, 3);
        (weights[0, 0], weights[0, 1], weights[0, 2]) = (1f / 3, float.NaN, float.Epsilon);
        var saved = new Checkpoint();
        saved.Set("members", members);
        saved.Set("weights", weights);
        saved.Set("empty", new Matrix<double>(4, 0));
        saved.Set("series", [1.5, double.NaN]);
        saved.Set("method", "létkf-7 東京");
        saved.Set("seconds", 0.1 + 0.2);
        saved.Set("window", long.MinValue);
        saved.Write(folder["a.checkpoint"]);

        var read = Checkpoint.Read(folder["a.checkpoint"]);
        Assert.Equal(["members", "weights", "empty", "series", "method", "seconds", "window"], read.Names);
        SampleData.AssertSameBits(members.Values.ToArray(), read.Matrix("members").Values.ToArray());
        Assert.Equal((3, 5), (read.Matrix("members").Rows, read.Matrix("members").Width));
        SampleData.AssertSameBits(weights.Values.ToArray(), read.FloatMatrix("weights").Values.ToArray());
        Assert.Equal((4, 0), (read.Matrix("empty").Rows, read.Matrix("empty").Width));
        Assert.Equal([1.5, double.NaN], read.Matrix("series").Values.ToArray());
        Assert.Equal("létkf-7 東京", read.Text("method"));
        Assert.Equal(0.1 + 0.2, read.Number("seconds"));
        Assert.Equal(long.MinValue, read.WholeNumber("window"));
        Assert.True(read.Contains("window"));
        Assert.False(read.Contains("door"));
        Assert.Contains("a.checkpoint holds no number 'window'.", Assert.Throws<InputException>(() => read.Number("window")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_single_altered_byte_and_any_cut_is_noticed()
    {
        var saved = new Checkpoint();
        saved.Set("x", [1.0, 2, 3]);
        saved.Set("k", 7L);
        saved.Write(folder["a"]);
        var good = File.ReadAllBytes(folder["a"]);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 0x10;
            File.WriteAllBytes(folder["b"], bad);
            AssertRefused(folder["b"]);
            File.WriteAllBytes(folder["b"], good[..i]);
            AssertRefused(folder["b"]);
        }
        File.WriteAllBytes(folder["b"], [.. good, 0]);
        AssertRefused(folder["b"]);
    }

    [Theory]
    [InlineData("", "is no checkpoint.")]
    [InlineData("hello, this is a text", "(21 bytes) is no checkpoint.")]
    [InlineData("SondeCP1", "is damaged: it has 8 bytes where its header needs 16.")]
    [InlineData("SondeCP9........", "is a checkpoint of version 9; this program reads version 1, so start the run anew.")]
    public void What_is_no_checkpoint_is_said(string content, string sentence)
    {
        File.WriteAllText(folder["a"], content);
        Assert.EndsWith(sentence, Assert.Throws<InputException>(() => Checkpoint.Read(folder["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_said() =>
        Assert.Contains("There is no checkpoint", Assert.Throws<InputException>(() => Checkpoint.Read(folder["absent"])).Message, StringComparison.Ordinal);

    private static void AssertRefused(string path) => Assert.Throws<InputException>(() => Checkpoint.Read(path));
}
