using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Linear advection on a ring, du/dt + v du/dx = 0, with damping: a step moves values by v dt sites, exactly where that is a whole
/// number and by linear interpolation (first-order upwind) otherwise, and multiplies by keptᵈᵗ.
/// Evensen, Physica D 77, 2004; Sakov and Oke, Tellus A 60, 2008. Model error is a <see cref="NoisySystem"/> around it.
/// </summary>
/// <param name="Size">n, the number of sites, one length unit apart.</param>
/// <param name="Speed">v, in sites a unit of time; positive towards larger x.</param>
/// <param name="Kept">Share of an amplitude that is left after one unit of time; 1 for no damping.</param>
public sealed record LinearAdvection(int Size = 1000, double Speed = 1, double Kept = 1) : IDifferentiableSystem
{
    private const int PriorWavenumbers = 25;
    private const double Snap = 1e-9;                   // in sites: 0.1 × 10 steps are one site

    /// <summary>n, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 site.</exception>
    public int Size { get; init => field = AtLeastOne(value); } = AtLeastOne(Size);

    /// <inheritdoc/>
    public int Width => Size;

    /// <summary>Field "u" on a ring of length n.</summary>
    public Domain Domain => new(new Line(Size), [new Field("u", "1", RegularGrid.Ring(Size))]);

    /// <summary>Mean 0 and variance 0.05 in wavenumbers 1 to 25 (fewer on a short ring). Raanes, thesis, Oxford 2015, section 3.3.</summary>
    public DefaultPrior DefaultPrior
    {
        get
        {
            var standardDeviation = Math.Sqrt(0.05);
            var wavenumbers = Math.Min(PriorWavenumbers, (Size - 1) / 2);
            return new DefaultPrior(new double[Size], [.. Enumerable.Repeat(standardDeviation, Size)],
                wavenumbers < 1 ? null : LowRankNoise.Ring(Size, wavenumbers, standardDeviation));
        }
    }

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        using var frame = Scratch.Enter();
        var moved = frame.Rent(1, Size)[0];
        var (whole, share, factor) = StepOf(dt);
        for (var row = 0; row < x.Rows; row++)
            for (var step = 0; step < steps; step++)
                Move(x[row], whole, share, factor, moved);
    }

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        var nothing = new RandomSource(0);
        Advance(new Batch<double>(x), time, dt, steps, 0, nothing);
        Advance(dx, time, dt, steps, 0, nothing);
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        using var frame = Scratch.Enter();
        var moved = frame.Rent(1, Size)[0];
        var (whole, share, factor) = StepOf(dt);
        for (var row = 0; row < xBar.Rows; row++)
            for (var step = 0; step < steps; step++)
                MoveBack(xBar[row], whole, share, factor, moved);
    }

    /// <summary>A step's shift in whole sites and the rest of it, and what is left of an amplitude.</summary>
    private (int Whole, double Share, double Factor) StepOf(double dt)
    {
        var shift = Periodic.Wrap(Speed * dt, Size);
        var whole = (int)Math.Floor(shift + Snap);
        var share = shift - whole;
        return (whole % Size, share < Snap ? 0 : share, Math.Pow(Kept, dt));
    }

    /// <summary>u ← factor [(1 − share) u(i − whole) + share u(i − whole − 1)].</summary>
    private static void Move(Span<double> u, int whole, double share, double factor, Span<double> moved)
    {
        u[..^whole].CopyTo(moved[whole..]);
        u[^whole..].CopyTo(moved);
        u[0] = factor * ((1 - share) * moved[0] + share * moved[^1]);
        for (var i = 1; i < u.Length; i++)
            u[i] = factor * ((1 - share) * moved[i] + share * moved[i - 1]);
    }

    /// <summary>The transpose: ū ← factor [(1 − share) ū(i + whole) + share ū(i + whole + 1)].</summary>
    private static void MoveBack(Span<double> u, int whole, double share, double factor, Span<double> moved)
    {
        u[whole..].CopyTo(moved);
        u[..whole].CopyTo(moved[^whole..]);
        for (var i = 0; i < u.Length - 1; i++)
            u[i] = factor * ((1 - share) * moved[i] + share * moved[i + 1]);
        u[^1] = factor * ((1 - share) * moved[^1] + share * moved[0]);
    }

    private static int AtLeastOne(int size) => size >= 1
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), size, "A ring needs at least 1 site.");
}
