using Sonde.Dynamics.Noise;

namespace Sonde.Dynamics;

/// <summary>A system taken apart: its steps, and Gaussian noise that is added after each, whatever the state.</summary>
/// <param name="Steps">Without the noise.</param>
/// <param name="Noise">What is drawn.</param>
/// <param name="InTime">True where the noise has its covariance in one unit of time, and √dt of it is added; false where it has it in one step.</param>
public sealed record AdditiveError(IDynamicalSystem Steps, IGaussianNoise Noise, bool InTime)
{
    /// <summary>The factor on the noise after a step.</summary>
    public double Factor(double dt) => InTime ? Math.Sqrt(dt) : 1;
}
