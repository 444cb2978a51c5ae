using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>A form of local Gaussians: what their numbers are, and what observations make of them. Evidence is −log p = ½ xᵀ a x − bᵀ x with a banded a.</summary>
internal interface ILocalForm
{
    /// <summary>Numbers that the network gives for each number of the window, beside its mean.</summary>
    int Channels { get; }

    /// <summary>Numbers that are trained and the same for all estimates, which follow those of the network; null for none.</summary>
    /// <param name="inputs">What the network reads.</param>
    ILayer<float>? Own(int inputs);

    /// <summary>The Gaussians' numbers; null where there are none.</summary>
    /// <param name="y">What the network and then the form's own layer give.</param>
    Variable<float>? Numbers(Variable<float> y);

    /// <summary>The Gaussians' means after the observations, [rows, d].</summary>
    /// <param name="prior">Before them.</param>
    /// <param name="evidence">a, [rows, d (p + 1)].</param>
    /// <param name="right">b, [rows, d].</param>
    Variable<float> Condition(LocalGaussian prior, Variable<float> evidence, Variable<float> right);

    /// <summary>Covariances after the observations.</summary>
    /// <param name="numbers">Of one Gaussian.</param>
    /// <param name="evidence">a, [d, p + 1].</param>
    /// <param name="states">One a state, one under the other, [d, n], overwritten; unchanged where the form has none.</param>
    /// <returns>False where there is no such covariance.</returns>
    bool Covariances(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> states);

    /// <summary>Draws whole windows after the observations, about their mean: white noise through a factor of the covariance.</summary>
    /// <param name="numbers">Of one Gaussian.</param>
    /// <param name="evidence">a, [d, p + 1].</param>
    /// <param name="draws">A draw a row, [any, d], overwritten; unchanged where the form has no covariance.</param>
    /// <param name="random">All randomness.</param>
    /// <returns>False where there is no such covariance.</returns>
    bool Draw(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> draws, RandomSource random);
}
