using Sonde.Assimilation.Inflation;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>
/// LEVDA's ensemble-variational smoother, in any differentiable system, of which a surrogate's latent rows are one: each member i seeks the weights of the
/// minimum of Jᵢ(w) = ½ |w − cᵢ|² + ½ Σ |y + εᵢ − H(M(z̄ + Z′w))|²_{R⁻¹} over a window, with exact derivatives of model, decoder and instruments (LEVDA,
/// eq. 19). Parameters are components of z; observations lie anywhere in space and time. Where the model errs, each interval's error is sought too.
/// <para>Sought are r = min(n, N − 1) numbers, the directions of w that move anything: those beyond keep the prior's minimum.</para>
/// </summary>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Stride">Observation times by which a window slides, 1 … Window; null for whole windows one after the other.</param>
/// <param name="Prior">Where each member's prior is centred.</param>
/// <param name="PerturbObservations">Whether each member has draws εᵢ of the errors, of mean 0 over the members, of its own.</param>
/// <param name="Minimizer">How minima are found; null for Gauss-Newton to a gradient of 1e-4 of the first one.</param>
/// <param name="Iterations">Most steps; null for the minimizer's own.</param>
/// <param name="Tolerance">Stops when the gradient's norm is this fraction of the first one; null for the minimizer's own.</param>
/// <param name="Jacobian">Where the Hessians of Gauss-Newton and Levenberg-Marquardt are taken.</param>
/// <param name="Joint">True lowers the sum of all costs in one search, as the authors' script does; for L-BFGS, whose steps it changes.</param>
/// <param name="QuasiStatic">Observation times by which the window grows until it is whole; 0 takes it at once.</param>
/// <param name="Reuse">
/// True uses all observations in each window they lie in, as LEVDA does, so that they count more than once. False counts each once: a window uses its new
/// ones alone, or, where the model errs, all of them with the background that used none.
/// </param>
/// <param name="Inflation">Factor on the anomalies at the window's start before the search.</param>
/// <param name="AdditiveInflation">Standard deviation of noise of mean 0 added to them there, as a share of each component's in the first ensemble.</param>
/// <param name="Exchange">True lets members begin, and begin again, where another's place has a lower cost for them, so that few end in a wrong minimum.</param>
/// <param name="ModelError">Standard deviation of independent model errors that accumulate over one unit of time, beside those of the system; null for none.</param>
/// <param name="RelativeModelError">The same as a share of each component's in the first ensemble, and none of parameters; null for none.</param>
public sealed record Levda(
    int Members, int Window = 1, int? Stride = null, PriorCenter Prior = PriorCenter.Member, bool PerturbObservations = true,
    ILeastSquaresMinimizer? Minimizer = null, int? Iterations = null, double? Tolerance = null, JacobianPoint Jacobian = JacobianPoint.Member,
    bool Joint = false, int QuasiStatic = 0, bool Reuse = false, double Inflation = 1.0, double AdditiveInflation = 0.0, bool Exchange = true, double? ModelError = null,
    double? RelativeModelError = null) : IAssimilationMethod
{
    internal const string Key = "perturbations", Scales = "first deviations", Latest = "latest members";

    private const double UsualTolerance = 1e-4;

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Window { get; init => field = Check.AtLeast(1, value, nameof(Window)); } = Check.AtLeast(1, Window, nameof(Window));

    /// <summary>Observation times by which a window slides.</summary>
    /// <exception cref="ArgumentException">Below 1 or above the window.</exception>
    public int? Stride { get; init; } = Stride is null || (Stride >= 1 && Stride <= Window)
        ? Stride
        : throw new ArgumentException($"Stride is {Stride} but must lie between 1 and the window, {Window}.", nameof(Stride));

    /// <summary>Most steps.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Iterations { get; init => field = Check.AtLeast(0, value, nameof(Iterations)); } = Check.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double? Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>By how much a growing window grows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int QuasiStatic { get; init => field = Check.AtLeast(0, value, nameof(QuasiStatic)); } = Check.AtLeast(0, QuasiStatic, nameof(QuasiStatic));

    /// <summary>Factor on anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>Noise added, in units of the first spread.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double AdditiveInflation { get; init => field = Check.AtLeast(0.0, value, nameof(AdditiveInflation)); } =
        Check.AtLeast(0.0, AdditiveInflation, nameof(AdditiveInflation));

    /// <summary>Standard deviation of model errors over one unit of time.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? ModelError { get; init => field = Check.Positive(value, nameof(ModelError)); } = Check.Positive(ModelError, nameof(ModelError));

    /// <summary>The same in units of the first spread.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? RelativeModelError { get; init => field = Check.Positive(value, nameof(RelativeModelError)); } =
        Check.Positive(RelativeModelError, nameof(RelativeModelError));

    /// <inheritdoc/>
    public WindowPlan Plan => new(Window, Stride ?? Window);

    internal ILeastSquaresMinimizer Chosen =>
        Variational.MinimizerChoice.Complete(Minimizer ?? new GaussNewton(Tolerance: UsualTolerance), Iterations, Tolerance, 0, new DenseNormal());

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var byNewton = StepRule.Of(Chosen) is not null;
        return problem.System is not IDifferentiableSystem ? "LEVDA needs a system with a tangent linear and an adjoint model."
            : Joint && byNewton ? "A joint search needs the minimizer l-bfgs: steps of Gauss-Newton and Levenberg-Marquardt are each member's own."
            : Jacobian == JacobianPoint.Mean && !byNewton ? "A Jacobian at the mean needs the minimizer gauss-newton or levenberg-marquardt with direct steps."
            : null;
    }

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var members = EnsembleCycle.Begin(Members, problem, prior, random).Members;
        var memory = new Dictionary<string, Matrix<double>>
        {
            [Key] = new(1, 1) { [0, 0] = random.Fork("perturbations").NextUInt64() >> 11 },        // whole numbers that a double holds
            [Scales] = Deviations(new EnsembleBelief(members)),
        };
        return new EnsembleBelief(members, null, memory);
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(background);
        var belief = BeliefConversion.ToEnsemble(background, Members, random);
        return new LevdaWindow(this, window, belief, random).Run();
    }

    /// <summary>The system with all of its errors.</summary>
    internal IDifferentiableSystem Erring(IDynamicalSystem system, Matrix<double> scales)
    {
        var erring = (IDifferentiableSystem)system;
        if (ModelError is { } deviation)
            erring = new DifferentiableNoisySystem(erring, new DiagonalNoise(system.Width, deviation));
        if (RelativeModelError is { } share)
            erring = new DifferentiableNoisySystem(
                erring, new DiagonalNoise([.. Enumerable.Range(0, system.Width).Select(i => i < system.Domain.FieldWidth ? share * scales[0, i] : 0)]));
        return erring;
    }

    /// <summary>Whether the model errs.</summary>
    internal bool IsWeak(IDynamicalSystem system) => ModelError is not null || RelativeModelError is not null || Smoothers.ModelError.Refuses(system) is not null;

    /// <summary>What is added to the members before the search; null for nothing.</summary>
    internal AdditiveInflation? Additive(Matrix<double> scales) => AdditiveInflation == 0
        ? null
        : new() { Noise = new DiagonalNoise([.. scales.Values.ToArray().Select(scale => AdditiveInflation * scale)]) };

    /// <summary>Standard deviations of the first ensemble, or, where another method began, of this one.</summary>
    internal static Matrix<double> ScalesOf(EnsembleBelief belief) => belief.Memory.GetValueOrDefault(Scales) ?? Deviations(belief);

    private static Matrix<double> Deviations(EnsembleBelief belief)
    {
        var deviations = new Matrix<double>(1, belief.Width);
        belief.Variance(deviations[0]);
        for (var i = 0; i < belief.Width; i++)
            deviations[0, i] = Math.Sqrt(deviations[0, i]);
        return deviations;
    }
}
