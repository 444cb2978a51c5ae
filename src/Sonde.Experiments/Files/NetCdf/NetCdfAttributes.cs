using System.Text;
using static Sonde.Experiments.Files.NetCdf.NetCdfLibrary;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>Writes attributes; call with the gate held.</summary>
internal static class NetCdfAttributes
{
    // By the CF conventions these have the type of the variable itself.
    private static readonly string[] OfVariableType = ["_FillValue", "missing_value", "valid_min", "valid_max", "valid_range"];

    public static void Put(int file, int variable, string path, Attributes attributes, int variableType)
    {
        foreach (var (name, value) in attributes)
            NetCdfFile.Check(Put(file, variable, name, value, variableType), path, $"Writing attribute '{name}'");
    }

    private static int Put(int file, int variable, string name, object value, int variableType)
    {
        switch (value)
        {
            case string text when variableType == NetCdfType.Text && name == "_FillValue":
                return NetCdfTexts.With([text], pointers => nc_put_att_string(file, variable, name, 1, pointers));
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                return nc_put_att_text(file, variable, name, (nuint)bytes.Length, bytes);
            case string[] texts:
                return NetCdfTexts.With(texts, pointers => nc_put_att_string(file, variable, name, (nuint)texts.Length, pointers));
            case long or long[]:
                var integers = value as long[] ?? [(long)value];
                return nc_put_att_longlong(file, variable, name, TypeOf(name, variableType, Array.TrueForAll(integers, i => i == (int)i) ? NetCdfType.Int : NetCdfType.Int64), (nuint)integers.Length, integers);
            default:
                var numbers = value as double[] ?? [(double)value];
                return nc_put_att_double(file, variable, name, TypeOf(name, variableType, NetCdfType.Double), (nuint)numbers.Length, numbers);
        }
    }

    private static int TypeOf(string name, int variableType, int otherwise) =>
        variableType != NetCdfType.Text && Array.IndexOf(OfVariableType, name) >= 0 ? variableType : otherwise;
}
