namespace Sonde.Experiments.Files;

/// <summary>
/// How stored numbers stand for physical ones by the CF conventions (section 8.1 and 2.5.1): value = stored · scale_factor +
/// add_offset, and missing where the stored number is _FillValue or a missing_value.
/// </summary>
/// <param name="Scale">scale_factor.</param>
/// <param name="Offset">add_offset.</param>
/// <param name="Missing">Stored numbers that mean "no value".</param>
internal sealed record Packing(double Scale, double Offset, double[] Missing)
{
    public static Packing Of(Attributes attributes) => new(
        attributes.Number("scale_factor") ?? 1, attributes.Number("add_offset") ?? 0,
        [.. attributes.Numbers("_FillValue"), .. attributes.Numbers("missing_value")]);

    /// <summary>Physical numbers; null for text.</summary>
    public double[]? Unpack(Array stored)
    {
        var values = new double[stored.Length];
        switch (stored)
        {
            case double[] a: a.CopyTo(values, 0); break;
            case float[] a: for (var i = 0; i < a.Length; i++) values[i] = a[i]; break;
            case int[] a: for (var i = 0; i < a.Length; i++) values[i] = a[i]; break;
            case long[] a: for (var i = 0; i < a.Length; i++) values[i] = a[i]; break;
            default: return null;
        }
        foreach (var stored8 in Missing)
        {
            var missing = stored is float[] ? (float)stored8 : stored8;
            for (var i = 0; i < values.Length; i++)
                if (values[i] == missing)
                    values[i] = double.NaN;
        }
        if (Scale != 1 || Offset != 0)
            for (var i = 0; i < values.Length; i++)
                values[i] = values[i] * Scale + Offset;
        return values;
    }
}
