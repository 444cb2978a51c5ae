using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation;

/// <summary>
/// The analysis step of an ensemble filter: from a forecast ensemble to an analysis ensemble at one time. Never touches
/// time, so it serves filters, and smoothers whose rows hold several times side by side.
/// </summary>
public interface IEnsembleUpdate
{
    /// <summary>
    /// True where the update reads the observation's operator, not only its predictions, so that rows must be states of one
    /// time: such an update serves filters, not smoothers.
    /// </summary>
    bool ReadsOperator => false;

    /// <summary>Overwrites the members with the analysis.</summary>
    /// <param name="members">Forecast in, analysis out, [N, width].</param>
    /// <param name="predicted">H(members), [N, m]; may be overwritten.</param>
    /// <param name="observation">What was observed, m ≥ 1 values.</param>
    /// <param name="context">Where components lie, threads, memory and randomness.</param>
    AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context);
}

/// <summary>What an update may need besides the members.</summary>
/// <param name="Domain">What the components of a row are; a smoother's rows repeat it.</param>
/// <param name="Workers">How many threads may work.</param>
/// <param name="Random">This update's randomness.</param>
/// <param name="Observer">Where diagnostics go.</param>
public sealed record UpdateContext(Domain Domain, Workers Workers, RandomSource Random, IAnalysisObserver Observer)
{
    /// <summary>What the update wants to find again at the next cycle, by name.</summary>
    public Dictionary<string, Matrix<double>> Memory { get; init; } = [];
}
