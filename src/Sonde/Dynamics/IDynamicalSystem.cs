using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// Something that carries rows forward in time: an integrated tendency, a linear map, a surrogate, an external program.
/// Rows do not influence each other. An implementation holds no visible mutable state, so one instance serves all threads.
/// </summary>
public interface IDynamicalSystem
{
    /// <summary>The number of components of a row.</summary>
    int Width => Domain.Width;

    /// <summary>What the components of a row are and where they lie.</summary>
    Domain Domain { get; }

    /// <summary>What is observed and scored of a row: <see cref="Domain"/> itself, or the fields that a decoder makes of rows which do not hold them.</summary>
    Domain Fields => Domain;

    /// <summary>What is usually believed of a state before anything was observed; null where nothing is usual.</summary>
    DefaultPrior? DefaultPrior => null;

    /// <summary>True where no step changes the parameters at the end of a row.</summary>
    bool KeepsParameters => true;

    /// <summary>
    /// Advances every row in place by <paramref name="steps"/> steps of <paramref name="dt"/>, beginning at
    /// <paramref name="time"/>. Numbers that overflow become NaN or infinite and stay in the row: callers detect them.
    /// </summary>
    /// <param name="x">The states, [rows, Width].</param>
    /// <param name="time">Time at the start, in the system's own unit.</param>
    /// <param name="dt">Step length, above 0.</param>
    /// <param name="steps">Number of steps, 0 or more.</param>
    /// <param name="firstRow">Which row of the whole ensemble x[0] is, so that blocks of rows draw the same noise as the whole.</param>
    /// <param name="noise">Where a stochastic system draws its model error: row i from <c>noise.Fork(firstRow + i)</c>. Deterministic systems ignore it.</param>
    void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise);
}

/// <summary>A system with its tangent linear and its adjoint model.</summary>
public interface IDifferentiableSystem : IDynamicalSystem
{
    /// <summary>
    /// Advances one state and, along it, any number of perturbations: dx ← M′(x) dx with exactly the steps that
    /// <see cref="IDynamicalSystem.Advance"/> takes.
    /// </summary>
    /// <param name="x">One state, [Width]; advanced too.</param>
    /// <param name="dx">Perturbations, [any, Width]; advanced in place.</param>
    /// <param name="time">Time at the start.</param>
    /// <param name="dt">Step length.</param>
    /// <param name="steps">Number of steps.</param>
    void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps);

    /// <summary>The same of many states, which a system may carry side by side for less than one after the other.</summary>
    /// <param name="x">States, [rows, Width]; advanced.</param>
    /// <param name="dx">As many perturbations of each, [rows × any, Width]: those of the first state, then those of the second …; advanced in place.</param>
    /// <param name="time">Time at the start.</param>
    /// <param name="dt">Step length.</param>
    /// <param name="steps">Number of steps.</param>
    void AdvanceTangents(Batch<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        var each = x.Rows == 0 ? 0 : dx.Rows / x.Rows;
        for (var row = 0; row < x.Rows; row++)
            AdvanceTangent(x[row], dx.Slice(row * each, each), time, dt, steps);
    }

    /// <summary>
    /// The transpose of <see cref="AdvanceTangent"/>: x̄ ← M′(x)ᵀ x̄, where M are the steps without noise. The states on the way are computed
    /// again, and no more than about 2√steps of them are kept where there are many.
    /// </summary>
    /// <param name="x">States at the start, one for each row of <paramref name="xBar"/>, or one for all.</param>
    /// <param name="xBar">Adjoints at the end, [any, Width]; pulled back in place.</param>
    /// <param name="time">Time at the start.</param>
    /// <param name="dt">Step length.</param>
    /// <param name="steps">Number of steps.</param>
    void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps);
}

/// <summary>
/// A linear Gaussian system that keeps its distribution, <see cref="IDynamicalSystem.DefaultPrior"/>, and in which all departures
/// fade alike: x ← m + a (x − m) + noise, so that departures a time apart have the covariance a C.
/// </summary>
public interface IStationarySystem : IDynamicalSystem
{
    /// <summary>a, the share of a departure that is left after a time: 1 at 0, and the product over consecutive intervals.</summary>
    double Persistence(double interval);
}

/// <summary>A system whose steps carry Gaussian model error of known covariance.</summary>
public interface IStochasticSystem : IDynamicalSystem
{
    /// <summary>
    /// Covariance added to the state by one step of <paramref name="dt"/>, [Width, Width], without what the dynamics makes of it.
    /// </summary>
    void AddStepCovariance(double dt, Batch<double> covariance);
}
