namespace Sonde.Experiments.Report;

/// <summary>Another quantity on a field's points and times.</summary>
/// <param name="Name">Shown as it is.</param>
/// <param name="Unit">"1" or empty where it has none.</param>
/// <param name="Values">[times][points].</param>
/// <param name="Diverging">Colors diverge from 0.</param>
public sealed record ReportLayer(string Name, string Unit, float[][] Values, bool Diverging = false);
