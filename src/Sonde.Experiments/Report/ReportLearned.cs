namespace Sonde.Experiments.Report;

/// <summary>What a method learned of the model in its training.</summary>
/// <param name="Name">A parameter, or a function at a value, such as "tendency(4)".</param>
/// <param name="Value">What it learned.</param>
/// <param name="Truth">The truth's own; NaN where nobody knows it.</param>
public sealed record ReportLearned(string Name, double Value, double Truth = double.NaN);
