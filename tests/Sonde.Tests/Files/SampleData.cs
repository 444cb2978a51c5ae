using Sonde.Experiments.Files;

namespace Sonde.Tests.Files;

/// <summary>A data set with every type, awkward numbers, and sizes that no chunk divides.</summary>
public static class SampleData
{
    public static DataSet Everything()
    {
        var temperature = new double[3 * 5 * 7];
        for (var i = 0; i < temperature.Length; i++)
            temperature[i] = 280 + Math.Sin(i) / 3;
        (temperature[4], temperature[5], temperature[6]) = (double.NaN, double.NegativeInfinity, -0.0);
        (temperature[7], temperature[8]) = (double.Epsilon, double.MaxValue);
        var salinity = new float[5 * 7];
        for (var i = 0; i < salinity.Length; i++)
            salinity[i] = 35 + MathF.Cos(i);
        salinity[3] = float.NaN;
        return new DataSet(
            [new("time", 3), new("y", 5), new("x", 7), new("station", 4)],
            [
                new Variable("time", ["time"], new[] { 0.0, 0.05, 0.1 }, new() { ["units"] = "days since 2000-01-01", ["axis"] = "T" }),
                new Variable(new VariableSchema("temperature", DataType.Real64, ["time", "y", "x"])
                {
                    Attributes = new() { ["units"] = "K", ["valid_range"] = new[] { 100.0, 400.5 }, ["levels"] = new[] { 1L, 2L, 9876543210L } },
                    Chunk = [2, 3, 4],
                }, temperature),
                new Variable("salinity", ["y", "x"], salinity, new() { ["_FillValue"] = 1e20f }),
                new Variable("count", ["y"], new[] { int.MinValue, -1, 0, 1, int.MaxValue }, new() { ["_FillValue"] = -1L }),
                new Variable("ticks", ["y"], new[] { long.MinValue, -1L, 0L, 1L, long.MaxValue }),
                new Variable("name", ["station"], new[] { "Ærø", "", "Tromsø \"north\"", "東京" }),
                new Variable("step", [], new[] { 0.1 }),
                new Variable("title", [], new[] { "a single text" }),
            ],
            new() { ["Conventions"] = "CF-1.11", ["version"] = 3L, ["ratio"] = 1.0, ["authors"] = new[] { "Ada", "Émilie" }, ["note"] = "" });
    }

    public static void AssertSame(DataSet expected, DataSet actual)
    {
        Assert.Equal(expected.Schema.Dimensions.Select(d => (d.Name, d.Length)).OrderBy(d => d.Name), actual.Schema.Dimensions.Select(d => (d.Name, d.Length)).OrderBy(d => d.Name));
        Assert.Equal(expected.Variables.Select(v => v.Name).Order(), actual.Variables.Select(v => v.Name).Order());
        AssertSame(expected.Attributes, actual.Attributes);
        foreach (var variable in expected.Variables)
        {
            var other = actual[variable.Name];
            Assert.Equal(variable.Schema.Type, other.Schema.Type);
            Assert.Equal(variable.Schema.Dimensions, other.Schema.Dimensions);
            AssertSame(variable.Schema.Attributes, other.Schema.Attributes);
            AssertSameBits(variable.Values, other.Values);
        }
    }

    public static void AssertSameBits(Array expected, Array actual)
    {
        switch (expected)
        {
            case double[] a: Assert.Equal(Array.ConvertAll(a, BitConverter.DoubleToInt64Bits), Array.ConvertAll((double[])actual, BitConverter.DoubleToInt64Bits)); break;
            case float[] a: Assert.Equal(Array.ConvertAll(a, BitConverter.SingleToInt32Bits), Array.ConvertAll((float[])actual, BitConverter.SingleToInt32Bits)); break;
            default: Assert.Equal(expected, actual); break;
        }
    }

    private static void AssertSame(Attributes expected, Attributes actual)
    {
        Assert.Equal(expected.Select(a => a.Key).Order(), actual.Select(a => a.Key).Order());
        foreach (var (name, value) in expected)
            Assert.Equal(value, actual[name]);
    }
}
