using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Steps by finite volumes: c ← c + dt (−∇·(c U) + ν ∇²c + f − μ c) for c = u, v, then the pressure projection. Element (j, i) of u
/// lies at ((i + 1) h, (j + ½) h), of v at ((i + ½) h, (j + 1) h).
/// </summary>
internal sealed unsafe class FiniteVolumeSteps : IFlowSteps
{
    private const int Reach = 2;                        // faces before the first cell that adjoints of a row need

    private readonly int n;
    private readonly double h;
    private readonly PaddedField padded;
    private readonly PressureProjection projection;
    private readonly double[] push;                     // sin(k y) of each row of u

    public FiniteVolumeSteps(KolmogorovFlow flow)
    {
        if (2 * flow.Wavenumber > flow.Size)
            throw new ArgumentException($"A grid of {flow.Size} points resolves wavenumbers up to {flow.Size / 2}, but the forcing has {flow.Wavenumber}.", nameof(flow));
        (n, h, padded, projection) = (flow.Size, flow.Spacing, new PaddedField(flow.Size), new PressureProjection(flow.Size));
        push = [.. Enumerable.Range(0, n).Select(j => Math.Sin(flow.Wavenumber * (j + 0.5) * h))];
    }

    public int Width => 2 * n * n;

    public (double X, double Y) PlaceOfU => (1, 0.5);

    public (double X, double Y) PlaceOfV => (0.5, 1);

    public double PlaceOfStreamfunction => 1;

    /// <summary>Half of what diffusion alone bears, which leaves as much to advection.</summary>
    public double LongestStep(double viscosity) => h * h / (8 * viscosity);

    public double LargestViscosity(double dt) => Math.Min(1, h * h / (8 * dt));

    public void Enter(ReadOnlySpan<double> fields, Span<double> state) => fields.CopyTo(state);

    public void Leave(ReadOnlySpan<double> state, Span<double> fields) => state.CopyTo(fields);

    public void EnterAdjoint(ReadOnlySpan<double> stateBar, Span<double> fieldsBar) => stateBar.CopyTo(fieldsBar);

    public void LeaveAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> stateBar) => fieldsBar.CopyTo(stateBar);

    public void Advance(Span<double> state, FlowNumbers numbers, double dt)
    {
        using var frame = Scratch.Enter();
        var u = Pad(frame, state[..(n * n)]);
        var v = Pad(frame, state[(n * n)..]);
        Component(frame, u, u, v, 1, numbers, dt, true, state[..(n * n)]);
        Component(frame, v, u, v, padded.Pitch, numbers, dt, false, state[(n * n)..]);
        projection.Apply(state);
    }

    public void Tangent(ReadOnlySpan<double> state, FlowNumbers numbers, Span<double> dState, FlowNumbers dNumbers, double dt)
    {
        using var frame = Scratch.Enter();
        var u = Pad(frame, state[..(n * n)]);
        var v = Pad(frame, state[(n * n)..]);
        var du = Pad(frame, dState[..(n * n)]);
        var dv = Pad(frame, dState[(n * n)..]);
        Component(frame, u, du, u, du, v, dv, 1, numbers, dNumbers, dt, true, dState[..(n * n)]);
        Component(frame, v, dv, u, du, v, dv, padded.Pitch, numbers, dNumbers, dt, false, dState[(n * n)..]);
        projection.Apply(dState);
    }

    public FlowNumbers Adjoint(ReadOnlySpan<double> state, FlowNumbers numbers, Span<double> stateBar, bool wantsNumbers, double dt)
    {
        using var frame = Scratch.Enter();
        projection.Apply(stateBar);
        var u = Pad(frame, state[..(n * n)]);
        var v = Pad(frame, state[(n * n)..]);
        var uBar = Pad(frame, stateBar[..(n * n)]);
        var vBar = Pad(frame, stateBar[(n * n)..]);
        var sum = wantsNumbers ? NumbersBar(frame, u, uBar, true, dt) + NumbersBar(frame, v, vBar, false, dt) : default;
        var (a, q) = (1 - dt * numbers.Drag, dt * numbers.Viscosity / (h * h));
        for (var j = 0; j < n; j++)
        {
            FlowStencil.Add(uBar + padded.At(j, 0), padded.Pitch, a, q, 0, 0, Row(stateBar, 0, j));
            FlowStencil.Add(vBar + padded.At(j, 0), padded.Pitch, a, q, 0, 0, Row(stateBar, 1, j));
        }
        PullBack(frame, u, uBar, u, v, 0, dt / h, stateBar);
        PullBack(frame, v, vBar, u, v, 1, dt / h, stateBar);
        return sum;
    }

    public void Curl(ReadOnlySpan<double> streamfunction, Span<double> fields)
    {
        using var frame = Scratch.Enter();
        var psi = frame.Rent(1, n * n);
        projection.Plan.InverseReal(new ReadOnlyBatch<double>(streamfunction), psi);
        for (var j = 0; j < n; j++)
        {
            var below = psi[0].Slice((j + n - 1) % n * n, n);
            var here = psi[0].Slice(j * n, n);
            var u = Row(fields, 0, j);
            var v = Row(fields, 1, j);
            for (var i = 0; i < n; i++)
                (u[i], v[i]) = ((here[i] - below[i]) / h, (here[i == 0 ? n - 1 : i - 1] - here[i]) / h);
        }
    }

    public void CurlAdjoint(ReadOnlySpan<double> fieldsBar, Span<double> streamfunctionBar)
    {
        using var frame = Scratch.Enter();
        var vorticity = frame.Rent(1, n * n);
        Vorticity(fieldsBar, vorticity[0]);
        projection.Plan.ForwardReal(vorticity, new Batch<double>(streamfunctionBar));
    }

    /// <summary>At the cells' corners; as a map of fields it is the transpose of the differences that make u and v of ψ.</summary>
    public void Vorticity(ReadOnlySpan<double> fields, Span<double> vorticity)
    {
        for (var j = 0; j < n; j++)
        {
            var u = fields.Slice(j * n, n);
            var above = fields.Slice((j + 1) % n * n, n);
            var v = fields.Slice(n * n + j * n, n);
            var to = vorticity.Slice(j * n, n);
            for (var i = 0; i < n; i++)
                to[i] = (u[i] - above[i] + v[i + 1 == n ? 0 : i + 1] - v[i]) / h;
        }
    }

    /// <summary>The explicit part of a step of component c, whose advecting velocities are means over cells m apart.</summary>
    private void Component(ScratchFrame frame, double* c, double* u, double* v, int m, FlowNumbers numbers, double dt, bool pushed, Span<double> to)
    {
        var x = Line(frame);
        var below = Line(frame);
        var above = Line(frame);
        var (a, q, s) = (1 - dt * numbers.Drag, dt * numbers.Viscosity / (h * h), dt / h);
        VanLeerFlux.Evaluate(c + padded.At(-1, 0), padded.Pitch, v + padded.At(-1, 0), m, s, below, n);
        for (var j = 0; j < n; j++)
        {
            var at = padded.At(j, 0);
            VanLeerFlux.Evaluate(c + at - 1, 1, u + at - 1, m, s, x, n + 1);
            VanLeerFlux.Evaluate(c + at, padded.Pitch, v + at, m, s, above, n);
            var constant = pushed ? dt * numbers.Amplitude * push[j] : 0;
            FlowStencil.Advance(c + at, padded.Pitch, a, q, constant, s, x, below, above, to.Slice(j * n, n));
            var free = below;
            below = above;
            above = free;
        }
    }

    /// <summary>The tangent of <see cref="Component(ScratchFrame, double*, double*, double*, int, FlowNumbers, double, bool, Span{double})"/>.</summary>
    private void Component(
        ScratchFrame frame, double* c, double* dc, double* u, double* du, double* v, double* dv, int m, FlowNumbers numbers, FlowNumbers dNumbers, double dt,
        bool pushed, Span<double> to)
    {
        var x = Line(frame);
        var below = Line(frame);
        var above = Line(frame);
        var (a, q, s) = (1 - dt * numbers.Drag, dt * numbers.Viscosity / (h * h), dt / h);
        var (da, dq) = (-dt * dNumbers.Drag, dt * dNumbers.Viscosity / (h * h));
        var first = padded.At(-1, 0);
        VanLeerFlux.Tangent(c + first, dc + first, padded.Pitch, v + first, dv + first, m, s, below, n);
        for (var j = 0; j < n; j++)
        {
            var at = padded.At(j, 0);
            VanLeerFlux.Tangent(c + at - 1, dc + at - 1, 1, u + at - 1, du + at - 1, m, s, x, n + 1);
            VanLeerFlux.Tangent(c + at, dc + at, padded.Pitch, v + at, dv + at, m, s, above, n);
            var constant = pushed ? dt * dNumbers.Amplitude * push[j] : 0;
            FlowStencil.Advance(dc + at, padded.Pitch, a, q, constant, s, x, below, above, to.Slice(j * n, n));
            if (da != 0 || dq != 0)
                FlowStencil.Add(c + at, padded.Pitch, da, dq, 0, 1, to.Slice(j * n, n));
            var free = below;
            below = above;
            above = free;
        }
    }

    /// <summary>stateBar += what the fluxes of component c (0 or 1) pull back, with cBar the adjoint after the step.</summary>
    private void PullBack(ScratchFrame frame, double* c, double* cBar, double* u, double* v, int component, double s, Span<double> stateBar)
    {
        var count = n + Reach + 1;
        var pitch = padded.Pitch;
        var lines = frame.Rent(5, pitch);
        var bars = (double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(lines.Values));
        var m = component == 0 ? 1 : pitch;
        for (var j = 0; j < n; j++)
        {
            var at = padded.At(j, -Reach);
            VanLeerFlux.Adjoint(c + at, cBar + at, 1, u + at, m, s, bars, pitch, count);
            var to = Row(stateBar, component, j);
            for (var k = 0; k < 4; k++)
                TensorPrimitives.Add(to, lines[k].Slice(3 - k, n), to);
            Carried(lines[4], component, Row(stateBar, 0, j), Row(stateBar, 0, (j + 1) % n));
            VanLeerFlux.Adjoint(c + at, cBar + at, pitch, v + at, m, s, bars, pitch, count);
            for (var k = 0; k < 4; k++)
            {
                to = Row(stateBar, component, (j + k - 1 + n) % n);
                TensorPrimitives.Add(to, lines[k].Slice(Reach, n), to);
            }
            Carried(lines[4], component, Row(stateBar, 1, j), Row(stateBar, 1, (j + 1) % n));
        }
    }

    /// <summary>What a row of faces pulls back to the velocity that carries through them.</summary>
    private void Carried(ReadOnlySpan<double> bars, int component, Span<double> here, Span<double> above)
    {
        TensorPrimitives.Add(here, bars.Slice(Reach, n), here);
        var there = component == 0 ? here : above;
        TensorPrimitives.Add(there, bars.Slice(component == 0 ? Reach - 1 : Reach, n), there);
    }

    private FlowNumbers NumbersBar(ScratchFrame frame, double* c, double* cBar, bool pushed, double dt)
    {
        var line = frame.Rent(1, n)[0];
        var (viscosity, drag, amplitude) = (0.0, 0.0, 0.0);
        for (var j = 0; j < n; j++)
        {
            var value = new ReadOnlySpan<double>(c + padded.At(j, 0), n);
            var bar = new ReadOnlySpan<double>(cBar + padded.At(j, 0), n);
            line.Clear();
            FlowStencil.Add(c + padded.At(j, 0), padded.Pitch, 0, dt / (h * h), 0, 0, line);
            viscosity += TensorPrimitives.Dot(bar, line);
            drag -= dt * TensorPrimitives.Dot(bar, value);
            if (pushed)
                amplitude += dt * push[j] * TensorPrimitives.Sum(bar);
        }
        return new FlowNumbers(viscosity, drag, amplitude);
    }

    private Span<double> Row(Span<double> fields, int component, int j) => fields.Slice((component * n + j) * n, n);

    private double* Pad(ScratchFrame frame, ReadOnlySpan<double> field)
    {
        var to = frame.RentSpan<double>(padded.Length);
        padded.Fill(field, to);
        return (double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(to));       // scratch memory does not move
    }

    private double* Line(ScratchFrame frame) => (double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(frame.RentSpan<double>(padded.Pitch)));
}
