namespace Sonde.Assimilation.Amortized;

/// <summary>What <see cref="Coda"/> and <see cref="ViCoda"/> share.</summary>
/// <param name="HalfWindow">W.</param>
/// <param name="Rollout">h.</param>
/// <param name="Alpha">α; null for the rule.</param>
/// <param name="TargetOffset">Times from a rollout's end to the center of the window that it is compared with.</param>
/// <param name="Covariance">Beside the mean; null for none.</param>
/// <param name="Rank">Directions, or neighbors.</param>
/// <param name="Network">What estimates.</param>
/// <param name="Dropout">p.</param>
/// <param name="Samples">Passes with values dropped.</param>
/// <param name="Networks">K.</param>
/// <param name="Recalibrate">One factor on variances.</param>
/// <param name="Refinements">Gauss-Newton steps at inference.</param>
/// <param name="Training">How networks are trained.</param>
/// <param name="Learn">Parameters of the model that are learned.</param>
/// <param name="Tendency">A network that is added to the model; null for none.</param>
internal sealed record AmortizedSettings(
    int HalfWindow, int Rollout, double? Alpha, int TargetOffset, AmortizedCovariance? Covariance, int Rank, IStateEncoder Network, double Dropout, int Samples,
    int Networks, Recalibration Recalibrate, int Refinements, AmortizedTraining Training, IReadOnlyList<LearnedParameter> Learn, TendencyNetwork? Tendency = null)
{
    /// <summary>Times from a state to that which its rollout is compared with.</summary>
    public int Ahead => Training.Supervised ? 0 : Rollout + TargetOffset;

    /// <summary>Passes over a window at inference.</summary>
    public int Passes => Networks * (Dropout > 0 ? Samples : 1);

    /// <summary>Whether a factor on variances is wanted and was not learned.</summary>
    public bool LacksFactor(Learned.LearnedState learned) => Recalibrate != Recalibration.None && !learned.Statistics.ContainsKey(TrainedAmortized.Factor);

    /// <summary>The model with the parameters that are learned of it; null where there are none.</summary>
    /// <exception cref="ArgumentException">The system has no such parameters, or the loss does not run it.</exception>
    public LearnedModel? Model(Dynamics.IDynamicalSystem system) => Learn.Count == 0 ? null
        : Training.Supervised ? throw new ArgumentException("A loss of simulated truths runs no model whose parameters could be learned; expected supervised: false.", nameof(system))
        : new(Learn, system, Training.Rate);

    /// <summary>The model with the network that is added to it; null where there is none.</summary>
    /// <exception cref="ArgumentException">It cannot be added, or not beside other settings.</exception>
    public ClosedModel? Closed(Dynamics.IDynamicalSystem system, EncoderScale scale) => Tendency is null ? null
        : Training.Supervised || Learn.Count > 0 || Networks > 1
            ? throw new ArgumentException("A network in the tendency is learned by the loss that runs the model, beside one network and no parameter; expected no supervised, learn or networks.", nameof(system))
            : new(Tendency, system, scale);

    /// <summary>Whether the term in the tendency is searched for once more after its network was trained.</summary>
    public bool SearchesTendency => Tendency is not null && Refinements > 0;

    /// <summary>The spread that a network gives.</summary>
    public ISpread Spread(EncoderScale scale) => Covariance is { } form ? new GaussianSpread(form, Rank, Network.Input, scale.State.Deviation) : new NoSpread();
}
