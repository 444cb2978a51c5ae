using Sonde.Dynamics.Noise;

namespace Sonde.Dynamics;

/// <summary>What is usually believed of a system's state before anything was observed: a Gaussian.</summary>
/// <param name="Mean">[Width].</param>
/// <param name="StandardDeviation">[Width].</param>
/// <param name="Correlated">Draws departures from the mean; null where components are independent.</param>
public sealed record DefaultPrior(double[] Mean, double[] StandardDeviation, IGaussianNoise? Correlated = null);
