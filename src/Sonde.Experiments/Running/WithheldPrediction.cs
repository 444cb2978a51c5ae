namespace Sonde.Experiments.Running;

/// <summary>What was predicted for one observation that the method did not use.</summary>
/// <param name="Time">Index of the observation time.</param>
/// <param name="Quantity">What it is of.</param>
/// <param name="Reading">Which reading of the ledger it is.</param>
/// <param name="Departure">Observation − predicted mean.</param>
/// <param name="StandardDeviation">Of the prediction, observation error included.</param>
internal readonly record struct WithheldPrediction(int Time, string Quantity, int Reading, double Departure, double StandardDeviation);
