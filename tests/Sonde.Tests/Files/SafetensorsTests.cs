using System.Buffers.Binary;
using System.Text;
using Sonde.Calculus;
using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Tests.Files;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly Chain<double> Network = Chain<double>.Perceptron([3, 4, 2], Activation.Tanh);
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Weights_come_back_by_name_to_the_same_bits_and_in_the_other_precision()
    {
        var weights = Weights();
        var path = folder["a/network.safetensors"];
        NetworkFile.Save(path, Network, weights, "decoder.");
        Assert.Equal(["decoder.0.weight", "decoder.0.bias", "decoder.1.weight", "decoder.1.bias"], SafetensorsFile.Open(path).Tensors.Select(tensor => tensor.Name));
        Assert.Equal(weights.Values.ToArray(), NetworkFile.Load(path, Network, "decoder.").Values.ToArray());
        var single = NetworkFile.Load(path, Chain<float>.Perceptron([3, 4, 2], Activation.Tanh), "decoder.");
        Assert.Equal(weights.Values.ToArray().Select(weight => (float)weight), single.Values.ToArray());
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path)) % 8);
    }

    [Fact]
    public void Several_networks_and_texts_share_a_file()
    {
        var (first, second) = (Weights(), Weights(8));
        var writer = new SafetensorsWriter();
        NetworkFile.Add(writer, Network, first, "a.");
        NetworkFile.Add(writer, Network, second, "b.");
        writer.SetMetadata("made by", "Sonde \"東京\"");
        writer.Write(folder["two"]);
        Assert.Equal(first.Values.ToArray(), NetworkFile.Load(folder["two"], Network, "a.").Values.ToArray());
        Assert.Equal(second.Values.ToArray(), NetworkFile.Load(folder["two"], Network, "b.").Values.ToArray());
        Assert.Equal("Sonde \"東京\"", SafetensorsFile.Open(folder["two"]).Metadata["made by"]);
        Assert.Throws<ArgumentException>(() => NetworkFile.Add(writer, Network, first, "a."));
    }

    [Fact]
    public void Tensors_that_are_not_the_networks_are_all_named_in_one_sentence()
    {
        var writer = new SafetensorsWriter();
        writer.Add<double>("0.weight", [4, 3], new double[12]);
        writer.Add<double>("0.bias", [2, 2], new double[4]);
        writer.Add<double>("1.weight", [2, 4], new double[8]);
        writer.Add<double>("scale", [], [1]);
        writer.Write(folder["a"]);
        Assert.Equal(
            $"{folder["a"]} does not fit the network: tensor '0.bias' is [2, 2] where [4] was expected, tensor '1.bias' [2] is missing, tensor 'scale' [] is surplus.",
            Assert.Throws<InputException>(() => NetworkFile.Load(folder["a"], Network)).Message);
    }

    [Theory]
    [InlineData("[1]", 0, "its header is [1], not an object")]
    [InlineData("{\"a\":", 0, "its header is not JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "Tensor 'a' in FILE is {\"dtype\":\"F32\",\"shape\":[2]}; expected dtype, shape and two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "expected dtype, shape and two data_offsets")]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8, "Tensor 'a' in FILE is of type 'F31'; expected one of F64")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "Tensor 'a' in FILE has 8 bytes, from 0 to 8; F32 [3] needs 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,4],"data_offsets":[0,8]}}""", 8, "Tensor 'a' in FILE has 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "tensor 'a' ends at byte 8, but only 4 bytes follow the header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "FILE holds 12 bytes behind its header; its tensors fill 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "Tensor 'b' in FILE begins at byte 4; expected 8, where tensor 'a' ends")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "FILE holds tensor 'a' twice")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "its header is not JSON")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "'a' in __metadata__ is 1; expected a text")]
    public void A_bad_header_gives_one_sentence(string header, int bytes, string sentence)
    {
        var message = Refusal(header, bytes);
        Assert.Contains(sentence.Replace("FILE", folder["bad"], StringComparison.Ordinal), message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_such_file_is_refused()
    {
        Assert.Contains("There is no file", Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["none"])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder["short"], [1, 2, 3]);
        Assert.Contains("has 3 bytes", Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["short"])).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["text"], "lat,lon,value and so on");
        Assert.Contains("is no safetensors file, or cut off", Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["text"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_single_altered_byte_of_a_header_is_borne_or_refused_in_a_sentence()
    {
        NetworkFile.Save(folder["good"], Network, Weights());
        var good = File.ReadAllBytes(folder["good"]);
        var refused = 0;
        for (var i = 0; i < 8 + BinaryPrimitives.ReadInt64LittleEndian(good); i++)
        {
            foreach (var letter in "\0\"\\{[9-")
            {
                var bad = (byte[])good.Clone();
                bad[i] = (byte)letter;
                File.WriteAllBytes(folder["bad"], bad);
                refused += Record.Exception(() => NetworkFile.Load(folder["bad"], Network)) switch
                {
                    null => 0,
                    InputException => 1,
                    var other => throw new InvalidOperationException($"Byte {i} as '{letter}'.", other),
                };
            }
        }
        Assert.InRange(refused, 1000, int.MaxValue);
    }

    [Fact]
    public void Whole_numbers_may_lie_in_a_file_but_are_not_read()
    {
        Write("""{"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""", 8);
        var file = SafetensorsFile.Open(folder["bad"]);
        Assert.Contains("Tensor 'steps' in", Assert.Throws<InputException>(() => file.Read<double>("steps", new double[1])).Message, StringComparison.Ordinal);
        Assert.Contains("holds no tensor 'x'", Assert.Throws<InputException>(() => file.Read<double>("x", new double[1])).Message, StringComparison.Ordinal);
    }

    private static Matrix<double> Weights(long seed = 7)
    {
        var weights = new Matrix<double>(1, Network.WeightCount);
        Network.Initialize(weights.Values, new RandomSource(seed));
        return weights;
    }

    private string Refusal(string header, int bytes)
    {
        Write(header, bytes);
        return Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["bad"])).Message;
    }

    private void Write(string header, int bytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        File.WriteAllBytes(folder["bad"], file);
    }
}
