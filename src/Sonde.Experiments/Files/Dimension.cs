namespace Sonde.Experiments.Files;

/// <summary>An axis that variables share.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Length">Points along it; for an unlimited dimension, those written so far.</param>
/// <param name="Unlimited">Whether it grows as records are appended; only the first dimension of a variable can.</param>
public sealed record Dimension(string Name, long Length, bool Unlimited = false);
