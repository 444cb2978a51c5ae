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

    /// <summary>The tangent of one step at the state before it, in place.</summary>
    void Tangent(ReadOnlySpan<double> state, FlowNumbers numbers, Span<double> dState, FlowNumbers dNumbers, double dt);

    /// <summary>One step back, in place; returns the adjoints of the numbers, or zeros where they are not asked for.</summary>
    FlowNumbers Adjoint(ReadOnlySpan<double> state, FlowNumbers numbers, Span<double> stateBar, bool wantsNumbers, double dt);

    /// <summary>u = ∂ψ/∂y, v = −∂ψ/∂x, free of divergence as the scheme has it, from ψ's half spectrum.</summary>
    void Curl(ReadOnlySpan<double> streamfunction, Span<double> fields);

    /// <summary>The transpose of <see cref="Curl"/>: the modes of the adjoint of ψ.</summary>
    void CurlAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> streamfunctionBar);

    /// <summary>∂v/∂x − ∂u/∂y at the places of the streamfunction.</summary>
    void Vorticity(ReadOnlySpan<double> fields, Span<double> vorticity);
}
