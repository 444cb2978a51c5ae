namespace Sonde.Networks.Training;

/// <summary>One step of a training.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Steps">How many there will be.</param>
/// <param name="Loss">Of this step's samples, before it.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="LearningRate">Of this step; 0 where the loss or its gradient is not finite, and no step was made.</param>
/// <param name="Elapsed">Since this run began.</param>
/// <param name="Left">Expected time to the last step, at this run's pace so far.</param>
/// <param name="HeldOutLoss">After the last complete epoch; NaN before the first, and where nothing is held out.</param>
public readonly record struct TrainingStep(
    long Step, long Steps, double Loss, double GradientNorm, double LearningRate, TimeSpan Elapsed, TimeSpan Left, double HeldOutLoss = double.NaN);
