using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Steps by Fourier modes of the vorticity ω = ∂v/∂x − ∂u/∂y:
/// dω/dt = (∂²/∂y² − ∂²/∂x²) uv − ∂²/∂x∂y (v² − u²) − A k cos(k y) + (ν ∇² − μ) ω. Products of kept modes are free of aliasing.
/// u and v lie together, at (i h, j h). On their means, which a vorticity does not tell, nothing but drag acts.
/// Five stages: rate ← N(ω) + βₖ rate, ω ← [ω + γₖ dt rate + m L ω] / (1 − m L), m = ½ (αₖ₊₁ − αₖ) dt, L = ν ∇² − μ.
/// Carpenter and Kennedy, NASA TM 109112, 1994; Canuto et al., "Spectral Methods: Evolution to Complex Geometries", 2007, appendix D.3.
/// </summary>
internal sealed class SpectralSteps : IFlowSteps
{
    private const int Stages = 5;
    private static readonly double[] Alpha = [0, 0.1496590219993, 0.3704009573644, 0.6222557631345, 0.9582821306748, 1];
    private static readonly double[] Beta = [0, -0.4178904745, -1.192151694643, -1.697784692471, -1.514183444257];
    private static readonly double[] Gamma = [0.1496590219993, 0.3792103129999, 0.8229550293869, 0.6994504559488, 0.1530572479681];

    private readonly SpectralModes modes;
    private readonly int cells;
    private readonly int wavenumber, forced, conjugate; // where kx = 0 and ky = ±k

    public SpectralSteps(KolmogorovFlow flow)
    {
        if (3 * flow.Wavenumber >= flow.Size)
            throw new ArgumentException(
                $"Of {flow.Size} points modes below a third of them are kept, but the forcing has wavenumber {flow.Wavenumber}.", nameof(flow));
        (modes, cells, wavenumber) = (new SpectralModes(flow.Size), flow.Size * flow.Size, flow.Wavenumber);
        (forced, conjugate) = (wavenumber * modes.Plan.HalfColumns, (flow.Size - wavenumber) * modes.Plan.HalfColumns);
    }

    public int Width => modes.Width;

    public (double X, double Y) PlaceOfU => (0, 0);

    public (double X, double Y) PlaceOfV => (0, 0);

    public double PlaceOfStreamfunction => 0;

    public double LongestStep(double viscosity) => double.PositiveInfinity;

    public double LargestViscosity(double dt) => 1;

    public void Enter(ReadOnlySpan<double> fields, Span<double> state)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        modes.OfFields(fields, spectra);
        modes.Vorticity(spectra, state);
    }

    public void Leave(ReadOnlySpan<double> state, Span<double> fields)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        modes.Velocity(state, spectra);
        modes.ToFields(spectra, fields);
    }

    public void EnterAdjoint(ReadOnlySpan<double> stateBar, Span<double> fieldsBar)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        modes.VorticityAdjoint(stateBar, spectra);
        modes.ToFields(spectra, fieldsBar);
    }

    public void LeaveAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> stateBar)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        modes.OfFields(fieldsBar, spectra);
        modes.VelocityAdjoint(spectra, stateBar);
    }

    public void Advance(Span<double> state, FlowNumbers numbers, double dt)
    {
        using var frame = Scratch.Enter();
        var rate = frame.RentCleared(1, Width)[0];
        var fields = frame.Rent(1, 2 * cells)[0];
        for (var k = 0; k < Stages; k++)
        {
            Leave(state, fields);
            AddRate(fields, numbers.Amplitude, k, rate);
            Step(state, rate, numbers, k, dt);
        }
    }

    public void Tangent(ReadOnlySpan<double> state, FlowNumbers numbers, Span<double> dState, FlowNumbers dNumbers, double dt)
    {
        using var frame = Scratch.Enter();
        var points = frame.Rent(Stages + 1, Width);
        var fields = frame.Rent(Stages, 2 * cells);
        var dRate = frame.RentCleared(1, Width)[0];
        Run(state, numbers, points, fields, dt);
        for (var k = 0; k < Stages; k++)
        {
            AddRateTangent(fields[k], dState, dNumbers.Amplitude, k, dRate);
            Step(dState, dRate, numbers, k, dt);
            if (dNumbers.Viscosity != 0 || dNumbers.Drag != 0)
                AddNumbers(points[k], points[k + 1], numbers, dNumbers, Half(k, dt), dState);
        }
    }

    public FlowNumbers Adjoint(ReadOnlySpan<double> state, FlowNumbers numbers, Span<double> stateBar, bool wantsNumbers, double dt)
    {
        using var frame = Scratch.Enter();
        var points = frame.Rent(Stages + 1, Width);
        var fields = frame.Rent(Stages, 2 * cells);
        var rateBar = frame.RentCleared(1, Width)[0];
        Run(state, numbers, points, fields, dt);
        var sum = default(FlowNumbers);
        for (var k = Stages - 1; k >= 0; k--)
        {
            Solve(stateBar, numbers, k, dt);
            TensorPrimitives.MultiplyAdd(stateBar, Gamma[k] * dt, rateBar, rateBar);
            if (wantsNumbers)
                sum += NumbersBar(points[k], points[k + 1], stateBar, rateBar, Half(k, dt));
            Multiply(stateBar, numbers, k, dt);
            AddRateAdjoint(fields[k], rateBar, stateBar);
            TensorPrimitives.Multiply(rateBar, Beta[k], rateBar);
        }
        return sum;
    }

    public void Curl(ReadOnlySpan<double> streamfunction, Span<double> fields)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        modes.Curl(streamfunction, spectra);
        modes.ToFields(spectra, fields);
    }

    public void CurlAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> streamfunctionBar)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        modes.OfFields(fieldsBar, spectra);
        modes.CurlOf(spectra, streamfunctionBar);
    }

    public void Vorticity(ReadOnlySpan<double> fields, Span<double> vorticity)
    {
        using var frame = Scratch.Enter();
        var spectrum = frame.Rent(1, Width);
        CurlAdjoint(fields, spectrum[0]);
        modes.Plan.InverseReal(spectrum, new Batch<double>(vorticity));
    }

    private static double Half(int stage, double dt) => 0.5 * (Alpha[stage + 1] - Alpha[stage]) * dt;

    /// <summary>The stages of a step: ω before and after each, and u and v at each.</summary>
    private void Run(ReadOnlySpan<double> state, FlowNumbers numbers, Batch<double> points, Batch<double> fields, double dt)
    {
        using var frame = Scratch.Enter();
        var rate = frame.RentCleared(1, Width)[0];
        var products = frame.Rent(1, 2 * cells)[0];
        state.CopyTo(points[0]);
        for (var k = 0; k < Stages; k++)
        {
            Leave(points[k], fields[k]);
            fields[k].CopyTo(products);
            AddRate(products, numbers.Amplitude, k, rate);
            points[k].CopyTo(points[k + 1]);
            Step(points[k + 1], rate, numbers, k, dt);
        }
    }

    /// <summary>rate ← N(ω) + β rate; the fields of ω are overwritten.</summary>
    private void AddRate(Span<double> fields, double amplitude, int stage, Span<double> rate)
    {
        FlowProducts.Evaluate(fields);
        modes.AddTransport(fields, Beta[stage], rate);
        Push(amplitude, rate);
    }

    private void AddRateTangent(ReadOnlySpan<double> fields, ReadOnlySpan<double> dVorticity, double dAmplitude, int stage, Span<double> dRate)
    {
        using var frame = Scratch.Enter();
        var dFields = frame.Rent(1, 2 * cells)[0];
        Leave(dVorticity, dFields);
        FlowProducts.Tangent(fields, dFields);
        modes.AddTransport(dFields, Beta[stage], dRate);
        Push(dAmplitude, dRate);
    }

    /// <summary>ω̄ += N′(ω)ᵀ rateBar.</summary>
    private void AddRateAdjoint(ReadOnlySpan<double> fields, ReadOnlySpan<double> rateBar, Span<double> vorticityBar)
    {
        using var frame = Scratch.Enter();
        var bars = frame.Rent(1, 2 * cells)[0];
        var pulled = frame.Rent(1, Width)[0];
        modes.TransportAdjoint(rateBar, bars);
        FlowProducts.Adjoint(fields, bars);
        LeaveAdjoint(bars, pulled);
        TensorPrimitives.Add(vorticityBar, pulled, vorticityBar);
    }

    /// <summary>The curl of A sin(k y) x̂, −A k cos(k y).</summary>
    private void Push(double amplitude, Span<double> rate)
    {
        rate[forced] -= 0.5 * cells * wavenumber * amplitude;
        rate[conjugate] -= 0.5 * cells * wavenumber * amplitude;
    }

    /// <summary>m L of a mode, −m (ν k² + μ); linear in the numbers.</summary>
    private static double Linear(FlowNumbers numbers, double half, double square) => -half * (numbers.Viscosity * square + numbers.Drag);

    private void Step(Span<double> vorticity, ReadOnlySpan<double> rate, FlowNumbers numbers, int stage, double dt)
    {
        var (half, step) = (Half(stage, dt), Gamma[stage] * dt);
        ReadOnlySpan<double> squares = modes.Squares;
        var re = vorticity[..squares.Length];
        var im = vorticity.Slice(squares.Length, squares.Length);
        var rateRe = rate[..squares.Length];
        var rateIm = rate.Slice(squares.Length, squares.Length);
        for (var i = 0; i < squares.Length; i++)
        {
            var l = Linear(numbers, half, squares[i]);
            var inverse = 1 / (1 - l);
            re[i] = inverse * ((1 + l) * re[i] + step * rateRe[i]);
            im[i] = inverse * ((1 + l) * im[i] + step * rateIm[i]);
        }
    }

    /// <summary>dω += m dL (ω before + ω after) / (1 − m L).</summary>
    private void AddNumbers(
        ReadOnlySpan<double> before, ReadOnlySpan<double> after, FlowNumbers numbers, FlowNumbers dNumbers, double half, Span<double> dVorticity)
    {
        for (var i = 0; i < modes.Count; i++)
        {
            var factor = Linear(dNumbers, half, modes.Squares[i]) / (1 - Linear(numbers, half, modes.Squares[i]));
            dVorticity[i] += factor * (before[i] + after[i]);
            dVorticity[modes.Count + i] += factor * (before[modes.Count + i] + after[modes.Count + i]);
        }
    }

    /// <summary>ω̄ ← ω̄ / (1 − m L).</summary>
    private void Solve(Span<double> vorticityBar, FlowNumbers numbers, int stage, double dt)
    {
        var half = Half(stage, dt);
        for (var i = 0; i < modes.Count; i++)
        {
            var inverse = 1 / (1 - Linear(numbers, half, modes.Squares[i]));
            vorticityBar[i] *= inverse;
            vorticityBar[modes.Count + i] *= inverse;
        }
    }

    /// <summary>ω̄ ← (1 + m L) ω̄.</summary>
    private void Multiply(Span<double> vorticityBar, FlowNumbers numbers, int stage, double dt)
    {
        var half = Half(stage, dt);
        for (var i = 0; i < modes.Count; i++)
        {
            var factor = 1 + Linear(numbers, half, modes.Squares[i]);
            vorticityBar[i] *= factor;
            vorticityBar[modes.Count + i] *= factor;
        }
    }

    private FlowNumbers NumbersBar(ReadOnlySpan<double> before, ReadOnlySpan<double> after, ReadOnlySpan<double> solved, ReadOnlySpan<double> rateBar, double half)
    {
        var (viscosity, drag) = (0.0, 0.0);
        for (var i = 0; i < modes.Count; i++)
        {
            var j = modes.Count + i;
            var bar = half * modes.Weights[i] * (solved[i] * (before[i] + after[i]) + solved[j] * (before[j] + after[j]));
            viscosity -= modes.Squares[i] * bar;
            drag -= bar;
        }
        return new FlowNumbers(viscosity, drag, -0.5 * wavenumber * (rateBar[forced] + rateBar[conjugate]));
    }
}
