using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Fourier modes of a flow on n × n points, as half spectra, of which those below n/3 are kept. The mean of a vorticity is 0; its place
/// holds the means of u (real part) and v (imaginary part).
/// </summary>
internal sealed class SpectralModes
{
    private readonly double[] x, y;                     // kx and ky of kept modes, 0 elsewhere
    private readonly double[] alongU, alongV;           // û = i alongU ω, v̂ = −i alongV ω: ky/k² and kx/k²
    private readonly double[] ofProduct, ofDifference;  // kx² − ky² and kx ky, real parts, then imaginary parts

    public SpectralModes(int size)
    {
        Size = size;
        Plan = new Fft2DPlan<double>(size, size);
        Count = size * Plan.HalfColumns;
        (x, y, alongU, alongV) = (new double[Count], new double[Count], new double[Count], new double[Count]);
        (ofProduct, ofDifference) = (new double[Width], new double[Width]);
        (Squares, Weights) = (new double[Count], new double[Count]);
        for (var j = 0; j < size; j++)
            for (var i = 0; i < Plan.HalfColumns; i++)
            {
                var (kx, ky, at) = (i, 2 * j <= size ? j : j - size, j * Plan.HalfColumns + i);
                if (3 * kx >= size || 3 * Math.Abs(ky) >= size)
                    continue;
                double square = kx * kx + ky * ky;
                (x[at], y[at], Squares[at], Weights[at]) = (kx, ky, square, (kx == 0 ? 1.0 : 2.0) / ((double)size * size));
                (ofProduct[at], ofProduct[Count + at]) = (kx * kx - ky * ky, kx * kx - ky * ky);
                (ofDifference[at], ofDifference[Count + at]) = (kx * ky, kx * ky);
                if (square > 0)
                    (alongU[at], alongV[at]) = (ky / square, kx / square);
            }
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>Modes of a half spectrum.</summary>
    public int Count { get; }

    /// <summary>Numbers of a half spectrum.</summary>
    public int Width => 2 * Count;

    public Fft2DPlan<double> Plan { get; }

    /// <summary>kx² + ky².</summary>
    public double[] Squares { get; }

    /// <summary>How many modes of a whole spectrum each stands for, over n²: weights of an inner product of fields.</summary>
    public double[] Weights { get; }

    /// <summary>u and v to modes.</summary>
    public void OfFields(ReadOnlySpan<double> fields, Batch<double> spectra) => Plan.ForwardReal(new ReadOnlyBatch<double>(fields, 2, Size * Size), spectra);

    /// <summary>Modes to u and v.</summary>
    public void ToFields(ReadOnlyBatch<double> spectra, Span<double> fields) => Plan.InverseReal(spectra, new Batch<double>(fields, 2, Size * Size));

    /// <summary>Modes of u and v from those of the vorticity.</summary>
    public void Velocity(ReadOnlySpan<double> vorticity, Batch<double> spectra)
    {
        Turn(vorticity, alongU, alongV, spectra);
        (spectra[0, 0], spectra[1, 0]) = (vorticity[0], vorticity[Count]);
    }

    /// <summary>Pulls adjoints of u and v back to the vorticity.</summary>
    public void VelocityAdjoint(ReadOnlyBatch<double> spectra, Span<double> vorticityBar)
    {
        Turned(spectra, alongU, alongV, vorticityBar);
        (vorticityBar[0], vorticityBar[Count]) = (spectra[0, 0], spectra[1, 0]);
    }

    /// <summary>Modes of the vorticity, and the means in their place, from those of u and v.</summary>
    public void Vorticity(ReadOnlyBatch<double> spectra, Span<double> vorticity)
    {
        Turned(spectra, y, x, vorticity);
        (vorticity[0], vorticity[Count]) = (spectra[0, 0], spectra[1, 0]);
    }

    /// <summary>Pulls an adjoint of the vorticity back to u and v.</summary>
    public void VorticityAdjoint(ReadOnlySpan<double> vorticityBar, Batch<double> spectra)
    {
        Turn(vorticityBar, y, x, spectra);
        (spectra[0, 0], spectra[1, 0]) = (vorticityBar[0], vorticityBar[Count]);
    }

    /// <summary>û = i ky ψ, v̂ = −i kx ψ.</summary>
    public void Curl(ReadOnlySpan<double> streamfunction, Batch<double> spectra) => Turn(streamfunction, y, x, spectra);

    /// <summary>ω = i kx v̂ − i ky û; what pulls adjoints of u and v back to ψ as well.</summary>
    public void CurlOf(ReadOnlyBatch<double> spectra, Span<double> result) => Turned(spectra, y, x, result);

    /// <summary>rate ← kept · rate + (kx² − ky²) F[p] + kx ky F[d] with p = uv and d = v² − u² on the points.</summary>
    public void AddTransport(ReadOnlySpan<double> products, double kept, Span<double> rate)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        OfFields(products, spectra);
        TensorPrimitives.Multiply(rate, kept, rate);
        TensorPrimitives.MultiplyAdd(spectra[0], ofProduct, rate, rate);
        TensorPrimitives.MultiplyAdd(spectra[1], ofDifference, rate, rate);
    }

    /// <summary>The transpose of <see cref="AddTransport"/>: the adjoints of p and d on the points.</summary>
    public void TransportAdjoint(ReadOnlySpan<double> rateBar, Span<double> productsBar)
    {
        using var frame = Scratch.Enter();
        var spectra = frame.Rent(2, Width);
        TensorPrimitives.Multiply(rateBar, ofProduct, spectra[0]);
        TensorPrimitives.Multiply(rateBar, ofDifference, spectra[1]);
        ToFields(spectra, productsBar);
    }

    /// <summary>û = i a s and v̂ = −i b s.</summary>
    private void Turn(ReadOnlySpan<double> s, double[] a, double[] b, Batch<double> spectra)
    {
        var re = s[..Count];
        var im = s[Count..];
        var u = spectra[0];
        var v = spectra[1];
        TensorPrimitives.Multiply(im, a, u[..Count]);
        TensorPrimitives.Negate(u[..Count], u[..Count]);
        TensorPrimitives.Multiply(re, a, u[Count..]);
        TensorPrimitives.Multiply(im, b, v[..Count]);
        TensorPrimitives.Multiply(re, b, v[Count..]);
        TensorPrimitives.Negate(v[Count..], v[Count..]);
    }

    /// <summary>s = i b v̂ − i a û: the transpose of <see cref="Turn"/>.</summary>
    private void Turned(ReadOnlyBatch<double> spectra, double[] a, double[] b, Span<double> s)
    {
        using var frame = Scratch.Enter();
        var part = frame.Rent(1, Count)[0];
        var u = spectra[0];
        var v = spectra[1];
        TensorPrimitives.Multiply(u[Count..], a, s[..Count]);
        TensorPrimitives.Multiply(v[Count..], b, part);
        TensorPrimitives.Subtract(s[..Count], part, s[..Count]);
        TensorPrimitives.Multiply(v[..Count], b, s[Count..]);
        TensorPrimitives.Multiply(u[..Count], a, part);
        TensorPrimitives.Subtract(s[Count..], part, s[Count..]);
    }
}
