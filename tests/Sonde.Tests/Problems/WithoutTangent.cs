using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>A system whose tangent is hidden, as that of an external program.</summary>
internal class WithoutTangent(IDynamicalSystem inner) : IDynamicalSystem
{
    public Domain Domain => inner.Domain;

    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise) =>
        inner.Advance(x, time, dt, steps, firstRow, noise);

    /// <summary>The same of a system with model error.</summary>
    internal sealed class Stochastic(IStochasticSystem inner) : WithoutTangent(inner), IStochasticSystem
    {
        private readonly IStochasticSystem noisy = inner;

        public void AddStepCovariance(double dt, Batch<double> covariance) => noisy.AddStepCovariance(dt, covariance);
    }
}
