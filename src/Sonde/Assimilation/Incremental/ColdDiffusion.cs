using Sonde.Assimilation.Learned;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Cold diffusion of a window: increments whose restoration is a network's alone and never sees the observations again, after the Gaussian interpolation
/// of them. Bansal et al., NeurIPS 2023; the unconditional baseline of Blanke, Fablet, Lelarge, "Neural incremental data assimilation", 2024, §4.
/// </summary>
/// <param name="Window">As <see cref="NeuralIncremental"/>.</param>
/// <param name="Increments">As <see cref="NeuralIncremental"/>.</param>
/// <param name="Network">As <see cref="NeuralIncremental"/>.</param>
/// <param name="Output">As <see cref="NeuralIncremental"/>.</param>
/// <param name="Linearizations">As <see cref="NeuralIncremental"/>.</param>
/// <param name="Moments">As <see cref="NeuralIncremental"/>.</param>
/// <param name="Training">As <see cref="NeuralIncremental"/>, without a share of likelihood: the errors held out are the spread.</param>
public sealed record ColdDiffusion(
    int? Window = null, int Increments = 5, IWindowNetwork? Network = null, IncrementalOutput Output = IncrementalOutput.Mean, int Linearizations = 1,
    WindowMoments? Moments = null, IncrementalTraining? Training = null) : ILearnedMethod
{
    private readonly NeuralIncremental method = new(
        Window, Increments, LocalPriorForm.None, Network: Network, Informed: false, Output: Output, Linearizations: Linearizations, Moments: Moments,
        Training: (Training ?? new()) with { Likelihood = 0 });

    /// <inheritdoc/>
    public WindowPlan Plan => method.Plan;

    /// <inheritdoc/>
    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers) => method.Prepare(twins, random, workers);

    /// <inheritdoc/>
    public IAssimilationMethod With(LearnedState state) => method.With(state);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => method.Begin(problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) => method.Assimilate(window, background, random);
}
