using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>An ensemble forecast that uses no observation: what any assimilation must improve on.</summary>
/// <param name="Members">N, 1 or more.</param>
public sealed record FreeRun(int Members) : IAssimilationMethod
{
    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Members { get; init => field = Check.AtLeast(1, value, nameof(Members)); } = Check.AtLeast(1, Members, nameof(Members));

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random) =>
        EnsembleCycle.Run(window, BeliefConversion.ToEnsemble(background, Members, random), random, static (_, _, forecast, _, _) => new EnsembleStep(forecast));
}
