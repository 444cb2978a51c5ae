using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Steps of a discretized flow in a form of its own. Fields are n² values of u, then n² values of v, x fastest. A form of Fourier
/// modes holds adjoints as the modes of the adjoint field, so that what is a product of modes with i k pulls back as one with −i k.
/// Immutable: one instance serves all threads.
/// </summary>
internal interface IFlowSteps
{
    /// <summary>Numbers of a state in the scheme's own form.</summary>
    int Width { get; }

    /// <summary>Where u and v of the first cell lie, in units of the spacing.</summary>
    (double X, double Y) PlaceOfU { get; }

    /// <summary>Where v of the first cell lies, in units of the spacing.</summary>
    (double X, double Y) PlaceOfV { get; }

    /// <summary>Where the streamfunction that <see cref="Curl"/> reads has its first point, along both axes, in units of the spacing.</summary>
    double PlaceOfStreamfunction { get; }

    /// <summary>The longest stable step at this viscosity, as far as diffusion limits it.</summary>
    double LongestStep(double viscosity);

    /// <summary>The largest viscosity at which steps of dt are stable, at most 1.</summary>
    double LargestViscosity(double dt);

    /// <summary>Fields to the scheme's form.</summary>
    void Enter(ReadOnlySpan<double> fields, Span<double> state);

    /// <summary>The scheme's form to fields.</summary>
    void Leave(ReadOnlySpan<double> state, Span<double> fields);

    /// <summary>The transpose of <see cref="Enter"/>.</summary>
    void EnterAdjoint(ReadOnlySpan<double> stateBar, Span<double> fieldsBar);

    /// <summary>The transpose of <see cref="Leave"/>.</summary>
    void LeaveAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> stateBar);

    /// <summary>One step of dt, in place.</summary>
    void Advance(Span<double> state, FlowNumbers numbers, double dt);

    /// <summary>One step of a state, to the bits of <see cref="Advance"/>, and of each of its perturbations by the tangent, in place.</summary>
    /// <param name="state">One state.</param>
    /// <param name="numbers">Of its equation.</param>
    /// <param name="dStates">Perturbations of the state, [any, Width].</param>
    /// <param name="dNumbers">Perturbations of the numbers, one for each of these.</param>
    /// <param name="dt">Step length.</param>
    void AdvanceTangent(Span<double> state, FlowNumbers numbers, Batch<double> dStates, ReadOnlySpan<FlowNumbers> dNumbers, double dt);

    /// <summary>One step of adjoints back, in place.</summary>
    /// <param name="state">The state before the step.</param>
    /// <param name="numbers">Of its equation.</param>
    /// <param name="stateBars">Adjoints, [any, Width].</param>
    /// <param name="numbersBars">Adjoints of the numbers, added to; none where they are not asked for.</param>
    /// <param name="dt">Step length.</param>
    void StepBack(ReadOnlySpan<double> state, FlowNumbers numbers, Batch<double> stateBars, Span<FlowNumbers> numbersBars, double dt);

    /// <summary>u = ∂ψ/∂y, v = −∂ψ/∂x, free of divergence as the scheme has it, from ψ's half spectrum.</summary>
    void Curl(ReadOnlySpan<double> streamfunction, Span<double> fields);

    /// <summary>The transpose of <see cref="Curl"/>: the modes of the adjoint of ψ.</summary>
    void CurlAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> streamfunctionBar);

    /// <summary>∂v/∂x − ∂u/∂y at the places of the streamfunction.</summary>
    void Vorticity(ReadOnlySpan<double> fields, Span<double> vorticity);
}
