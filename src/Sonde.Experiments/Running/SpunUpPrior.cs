using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>What becomes of another prior's draws until t = 0. As a Gaussian it is the moments of such draws.</summary>
/// <param name="start">The prior before the spin-up.</param>
/// <param name="system">Carries the draws, with its model error.</param>
/// <param name="step">The integrator's step, in the system's time unit.</param>
/// <param name="steps">So many of them.</param>
/// <param name="random">Of the draws that moments are made of.</param>
internal sealed class SpunUpPrior(IPrior start, IDynamicalSystem system, double step, int steps, RandomSource random) : IPrior
{
    private const int Draws = 256;
    private readonly Lazy<GaussianBelief> moments = new(() => OfDraws(start, system, step, steps, random));

    /// <summary>The prior before the spin-up: of the same parameters, where no walk moves them.</summary>
    public IPrior Start => start;

    /// <inheritdoc/>
    public void Sample(Batch<double> members, RandomSource random) => Sample(start, system, step, steps, members, random);

    /// <inheritdoc/>
    public GaussianBelief Moments() => moments.Value;

    private static GaussianBelief OfDraws(IPrior start, IDynamicalSystem system, double step, int steps, RandomSource random)
    {
        var states = new Matrix<double>(Draws, system.Width);
        Sample(start, system, step, steps, states, random);
        return new EmpiricalPrior(states).Moments();
    }

    private static void Sample(IPrior start, IDynamicalSystem system, double step, int steps, Batch<double> members, RandomSource random)
    {
        start.Sample(members, random);
        Preparation.Carry(system, members, -steps * step, step, steps, random.Fork("spin-up"));
    }
}
