using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Configuration;

/// <summary>Makes a system from a configuration.</summary>
public interface ISystemSource
{
    /// <summary>The system.</summary>
    /// <param name="folder">Where relative file names begin.</param>
    /// <param name="asTruth">True for the system that makes the truth of a twin experiment: its parameters are known exactly.</param>
    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    IDynamicalSystem Build(string folder, bool asTruth = false);
}

/// <summary>A tendency and an integrator; some parameters may be uncertain, steps may carry model error.</summary>
/// <param name="Field">The tendency.</param>
/// <param name="Scheme">How it is stepped.</param>
/// <param name="Estimate">Parameters to estimate with the state.</param>
/// <param name="ModelError">Noise added to the state.</param>
/// <param name="Term">The file of weights whose training learned what the tendency leaves out; null for none.</param>
public sealed record FieldSystem(
    IDifferentiableVectorField Field, RungeKuttaScheme Scheme = RungeKuttaScheme.Classical4, IReadOnlyList<UncertainParameter>? Estimate = null,
    ModelError? ModelError = null, string? Term = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false) =>
        ModelError.Around(ModelError, Plain(asTruth, Term is null ? null : LearnedTerm.Load(Path.Combine(folder, Term))));

    /// <summary>The system with a term that was learned, in place of its own where it has one.</summary>
    /// <param name="term">Knots and values.</param>
    /// <exception cref="ArgumentException">Parameters are estimated, or the knots are none.</exception>
    internal IDynamicalSystem With(Matrix<double> term) => ModelError.Around(ModelError, Plain(false, term));

    private IDifferentiableSystem Plain(bool asTruth, Matrix<double>? term)
    {
        if (term is not null)
            return Estimate is not { Count: > 0 } ? new RungeKuttaSystem(LearnedTerm.Beside(Field, term), Scheme)
                : throw new ArgumentException("A tendency with a learned term has no parameters to estimate; expected 'term' or 'estimate'.");
        if (Estimate is not { Count: > 0 })
            return new RungeKuttaSystem(Field, Scheme);
        if (Field is not IParametricField parametric)
            throw new ArgumentException("The parameters of this system cannot be estimated.");
        return new AugmentedSystem(parametric, asTruth ? [.. Estimate.Select(parameter => parameter.OfTruth())] : Estimate, Scheme);
    }
}

/// <summary>A system that steps itself.</summary>
/// <param name="System">The system.</param>
/// <param name="ModelError">Noise added to the state.</param>
public sealed record SteppedSystem(IDifferentiableSystem System, ModelError? ModelError = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false) => ModelError.Around(ModelError, System);
}

/// <summary>Kuramoto-Sivashinsky: u_t = −u u_x − u_xx − u_xxxx on a ring.</summary>
/// <param name="Size">Grid points.</param>
/// <param name="Length">Length of the ring.</param>
/// <param name="Scheme">How it is stepped.</param>
/// <param name="ModelError">Noise added to the state.</param>
public sealed record KuramotoSivashinskySource(
    int Size = 128, double Length = 32 * Math.PI, SemilinearScheme Scheme = SemilinearScheme.Etdrk4, ModelError? ModelError = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false) => ModelError.Around(ModelError, new KuramotoSivashinsky(Size, Length, Scheme));
}

/// <summary>Independent Gaussian noise added to the fields, not to parameters: variance sd² dt at each step.</summary>
/// <param name="Sd">Standard deviation after one unit of time, above 0.</param>
public sealed record ModelError(double Sd)
{
    /// <summary>Standard deviation after one unit of time.</summary>
    public double Sd { get; init; } = Sd > 0 ? Sd : throw new ArgumentOutOfRangeException(nameof(Sd), Sd, "The standard deviation must be above 0.");

    /// <summary>The system with the error, or itself where there is none.</summary>
    /// <param name="error">Null where there is none.</param>
    /// <param name="system">The system without it.</param>
    /// <param name="walks">Standard deviations after one unit of time of random walks of the parameters, for a system that makes no such walks itself.</param>
    public static IDynamicalSystem Around(ModelError? error, IDifferentiableSystem system, ReadOnlySpan<double> walks = default)
    {
        if (error is null && !walks.ContainsAnyExcept(0))
            return system;
        var deviations = new double[system.Width];
        Array.Fill(deviations, error?.Sd ?? 0, 0, system.Domain.FieldWidth);
        walks.CopyTo(deviations.AsSpan(system.Domain.FieldWidth));
        return new DifferentiableNoisySystem(system, new DiagonalNoise(deviations));
    }
}
