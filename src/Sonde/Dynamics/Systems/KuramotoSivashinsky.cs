using System.Numerics.Tensors;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Kuramoto-Sivashinsky: ∂u/∂t = −u ∂u/∂x − ∂²u/∂x² − ∂⁴u/∂x⁴ on a ring, by Fourier modes; a row holds u at equally spaced points
/// x = 0, Δ, 2Δ, …. The mean is conserved. Kassam and Trefethen, SIAM J. Sci. Comput. 26, 2005, eq. 3.1; the defaults are theirs and
/// those of Bocquet et al., Nonlin. Processes Geophys. 26, 2019, which steps by 0.5.
/// </summary>
public sealed class KuramotoSivashinsky : IDifferentiableSystem
{
    private const int Remembered = 4;               // lengths of step whose coefficients are kept

    private readonly SemilinearScheme scheme;
    private readonly double[] symbol;               // k² − k⁴ of the real, then of the imaginary parts
    private readonly Advection advection;
    private SemilinearTableau[] tableaus = [];      // replaced as a whole, so that threads may share it

    /// <summary>A ring of equally spaced points.</summary>
    /// <param name="size">How many; at least 4, with no prime factor above 5.</param>
    /// <param name="length">Of the ring.</param>
    /// <param name="scheme">How it is stepped.</param>
    /// <exception cref="ArgumentException">The size has another prime factor, is too small, or the length is not above 0.</exception>
    public KuramotoSivashinsky(int size = 128, double length = 32 * Math.PI, SemilinearScheme scheme = SemilinearScheme.Etdrk4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 4);
        if (!(length > 0) || !double.IsFinite(length))
            throw new ArgumentOutOfRangeException(nameof(length), length, "A ring has a length above 0.");
        (Width, Length, this.scheme) = (size, length, scheme);
        var plan = new FftPlan<double>(size);
        var wavenumbers = Enumerable.Range(0, plan.HalfSize).Select(j => 2 * Math.PI * j / length).ToArray();
        var half = wavenumbers.Select(k => k * k * (1 - k * k)).ToArray();
        symbol = [.. half, .. half];
        if (size % 2 == 0)
            wavenumbers[^1] = 0;                    // the first derivative of the shortest wave vanishes at the points
        advection = new Advection(plan, wavenumbers);
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <summary>Of the ring.</summary>
    public double Length { get; }

    /// <summary>Field "u" on a ring.</summary>
    public Domain Domain => new(new Line(Length), [new Field("u", "1", new RegularGrid(new GridAxis(0, Length / Width, Width, Length)))]);

    /// <summary>
    /// Where cos(ξ) (1 + sin(ξ)), ξ = 2πx/Length, has come to after 150 units of time; variance 0.001. Bocquet et al. 2019 by way of
    /// Kassam and Trefethen, eq. 3.2.
    /// </summary>
    public DefaultPrior DefaultPrior
    {
        get
        {
            var start = new double[Width];
            for (var i = 0; i < Width; i++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * i / Width);
                start[i] = cos * (1 + sin);
            }
            Advance(new Batch<double>(start), 0, 0.5, 300, 0, new RandomSource(0));
            return new DefaultPrior(start, [.. Enumerable.Repeat(Math.Sqrt(0.001), Width)]);
        }
    }

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        if (steps == 0)
            return;
        var tableau = TableauOf(dt);
        var block = Math.Max(1, 2048 / Width);
        for (var first = 0; first < x.Rows; first += block)
        {
            using var frame = Scratch.Enter();
            var rows = x.Slice(first, Math.Min(block, x.Rows - first));
            var v = frame.Rent(rows.Rows, symbol.Length);
            advection.Plan.ForwardReal(rows, v);
            SemilinearSteps.Advance(advection, tableau, v, steps);
            advection.Plan.InverseReal(v, rows);
        }
    }

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        if (steps == 0)
            return;
        using var frame = Scratch.Enter();
        var v = frame.Rent(1, symbol.Length);
        var dv = frame.Rent(dx.Rows, symbol.Length);
        advection.Plan.ForwardReal(new Batch<double>(x), v);
        advection.Plan.ForwardReal(dx, dv);
        SemilinearSteps.AdvanceTangent(advection, TableauOf(dt), v, dv, steps);
        advection.Plan.InverseReal(v, new Batch<double>(x));
        advection.Plan.InverseReal(dv, dx);
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        using var frame = Scratch.Enter();
        var v = frame.Rent(x.Rows, symbol.Length);
        var vBar = frame.Rent(xBar.Rows, symbol.Length);        // the adjoint of the spectrum times n, halved where a wave stands for two
        advection.Plan.ForwardReal(x, v);
        advection.Plan.ForwardReal(xBar, vBar);
        Backward.Run(new SpectralSteps(advection, TableauOf(dt)), v, vBar, steps);
        advection.Plan.InverseReal(vBar, xBar);
    }

    private readonly struct SpectralSteps(Advection advection, SemilinearTableau tableau) : IReversibleSteps
    {
        public void Advance(Batch<double> x, int first, int steps) => SemilinearSteps.Advance(advection, tableau, x, steps);

        public void StepBack(ReadOnlyBatch<double> x, int step, Batch<double> xBar) => SemilinearSteps.StepBack(advection, tableau, x, xBar);
    }

    private SemilinearTableau TableauOf(double dt)
    {
        var known = tableaus;
        foreach (var tableau in known)
            if (tableau.StepLength == dt)
                return tableau;
        var made = SemilinearTableau.Of(scheme, symbol, dt);
        tableaus = [made, .. known.Take(Remembered - 1)];
        return made;
    }

    /// <summary>N(v) = −½ i k F[u²] with u = F⁻¹ v.</summary>
    private sealed class Advection(FftPlan<double> plan, double[] wavenumbers) : INonlinearPart
    {
        public FftPlan<double> Plan => plan;

        public void Evaluate(ReadOnlyBatch<double> v, Batch<double> n)
        {
            using var frame = Scratch.Enter();
            var u = frame.Rent(v.Rows, plan.Size);
            plan.InverseReal(v, u);
            TensorPrimitives.Multiply(u.Values, u.Values, u.Values);
            plan.ForwardReal(u, n);
            Differentiate(n, -0.5);
        }

        public void Tangent(ReadOnlyBatch<double> v, ReadOnlyBatch<double> dv, Batch<double> dn)
        {
            using var frame = Scratch.Enter();
            var u = frame.Rent(1, plan.Size);
            var du = frame.Rent(dv.Rows, plan.Size);
            plan.InverseReal(v, u);
            plan.InverseReal(dv, du);
            for (var row = 0; row < du.Rows; row++)
                TensorPrimitives.Multiply(u[0], du[row], du[row]);
            plan.ForwardReal(du, dn);
            Differentiate(dn, -1);
        }

        /// <summary>In terms of the scaled adjoints of a spectrum: F ū, with F⁻¹ its transpose.</summary>
        public void AddAdjoint(ReadOnlyBatch<double> v, ReadOnlyBatch<double> nBar, Batch<double> vBar)
        {
            using var frame = Scratch.Enter();
            var u = frame.Rent(v.Rows, plan.Size);
            var uBar = frame.Rent(nBar.Rows, plan.Size);
            var spectrum = frame.Rent(nBar.Rows, nBar.Width);
            plan.InverseReal(v, u);
            nBar.CopyTo(spectrum);
            Differentiate(spectrum, 1);
            plan.InverseReal(spectrum, uBar);
            for (var row = 0; row < uBar.Rows; row++)
                TensorPrimitives.Multiply(u[u.Rows == 1 ? 0 : row], uBar[row], uBar[row]);
            plan.ForwardReal(uBar, spectrum);
            vBar += spectrum;
        }

        /// <summary>spectrum ← factor i k spectrum.</summary>
        private void Differentiate(Batch<double> spectrum, double factor)
        {
            var h = wavenumbers.Length;
            for (var row = 0; row < spectrum.Rows; row++)
            {
                var re = spectrum[row][..h];
                var im = spectrum[row].Slice(h, h);
                for (var j = 0; j < h; j++)
                    (re[j], im[j]) = (-factor * wavenumbers[j] * im[j], factor * wavenumbers[j] * re[j]);
            }
        }
    }
}
