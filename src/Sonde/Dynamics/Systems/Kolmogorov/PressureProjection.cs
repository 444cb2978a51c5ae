using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// The nearest flow without divergence on a staggered grid: u − G (D G)⁻¹ D u with D the backward differences at the cells' centers and
/// G = −Dᵀ the forward ones; D G is the Laplacian of five points, inverted by Fourier modes. Symmetric, so it is its own adjoint.
/// </summary>
internal sealed class PressureProjection
{
    private readonly int n;
    private readonly Fft2DPlan<double> plan;
    private readonly double[] inverse;                  // of the Laplacian's eigenvalues times h², real parts, then imaginary parts

    public PressureProjection(int size)
    {
        n = size;
        plan = new Fft2DPlan<double>(n, n);
        var part = n * plan.HalfColumns;
        inverse = new double[2 * part];
        for (var j = 0; j < n; j++)
            for (var i = 0; i < plan.HalfColumns; i++)
            {
                var (sinX, sinY) = (double.SinPi((double)i / n), double.SinPi((double)j / n));
                var at = j * plan.HalfColumns + i;
                inverse[at] = inverse[part + at] = at == 0 ? 0 : -1 / (4 * (sinX * sinX + sinY * sinY));
            }
    }

    public Fft2DPlan<double> Plan => plan;

    /// <summary>fields ← P fields, in place.</summary>
    public void Apply(Span<double> fields)
    {
        using var frame = Scratch.Enter();
        var q = frame.Rent(1, n * n);
        var spectrum = frame.Rent(1, plan.HalfSpectrumWidth);
        Divergence(fields, q[0]);
        plan.ForwardReal(q, spectrum);
        TensorPrimitives.Multiply(spectrum.Values, inverse, spectrum.Values);
        plan.InverseReal(spectrum, q);
        for (var j = 0; j < n; j++)
        {
            var pressure = q[0].Slice(j * n, n);
            var u = fields.Slice(j * n, n);
            TensorPrimitives.Subtract(u[..^1], pressure[1..], u[..^1]);
            u[^1] -= pressure[0];
            TensorPrimitives.Add(u, pressure, u);
            var v = fields.Slice(n * n + j * n, n);
            TensorPrimitives.Subtract(v, q[0].Slice((j + 1) % n * n, n), v);
            TensorPrimitives.Add(v, pressure, v);
        }
    }

    /// <summary>h ∇·u at the centers of the cells.</summary>
    public void Divergence(ReadOnlySpan<double> fields, Span<double> divergence)
    {
        for (var j = 0; j < n; j++)
        {
            var u = fields.Slice(j * n, n);
            var d = divergence.Slice(j * n, n);
            TensorPrimitives.Subtract(fields.Slice(n * n + j * n, n), fields.Slice(n * n + (j + n - 1) % n * n, n), d);
            TensorPrimitives.Add(d, u, d);
            TensorPrimitives.Subtract(d[1..], u[..^1], d[1..]);
            d[0] -= u[^1];
        }
    }
}
