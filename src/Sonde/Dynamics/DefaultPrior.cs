using Sonde.Dynamics.Noise;

namespace Sonde.Dynamics;

/// <summary>What is usually believed of a system's state before anything was observed: a Gaussian, or states to draw with the Gaussian of their moments.</summary>
/// <param name="Mean">[Width].</param>
/// <param name="StandardDeviation">[Width].</param>
/// <param name="Correlated">Draws departures from the mean; null where components are independent.</param>
/// <param name="States">Draws states where they are not Gaussian; null where they are.</param>
public sealed record DefaultPrior(double[] Mean, double[] StandardDeviation, IGaussianNoise? Correlated = null, IStartingStates? States = null);
