namespace Sonde.Experiments.Report;

/// <summary>A histogram of what a method believes about a parameter at the end.</summary>
/// <param name="Method">Name of the method, or "prior".</param>
/// <param name="Parameter">Name of the parameter.</param>
/// <param name="Edges">Of the bins, ascending; one more than there are bins.</param>
/// <param name="Density">Of each bin; integrates to 1.</param>
public sealed record ReportPosterior(string Method, string Parameter, double[] Edges, double[] Density)
{
    /// <summary>Of the parameter; "1" or empty where it has none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Of what is believed; NaN where not known.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>The same.</summary>
    public double StandardDeviation { get; init; } = double.NaN;

    /// <summary>NaN where not known.</summary>
    public double Truth { get; init; } = double.NaN;
}
