using System.Runtime.Intrinsics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Shallow water in a closed basin, with linear momentum and nonlinear continuity: ∂u/∂t − f v = −g ∂η/∂x − κ u, ∂v/∂t + f u = −g ∂η/∂y − κ v,
/// ∂η/∂t + ∂((η + H) u)/∂x + ∂((η + H) v)/∂y = 0, no flow through the walls. A row is u, v, η, then the center of the bump from which the water
/// started, in m: constants, which a method estimates from how they go together with the fields.
/// </summary>
/// <remarks>
/// The scheme with which Xiao et al., "LD-EnSF: Synergizing latent dynamics with ensemble score filters", 2024, made their tsunamis, in turn that of
/// a public teaching code (Bringedal, 2018): u on the east face of a cell and v on its north face; u and v by a forward step with the centered slope of
/// η, turned by the Coriolis force with α = f dt, β = α²/4 and the u and v of the same cell; then η by the new u and v with the thickness upwind.
/// What crosses a face leaves one cell and enters the other, so the mass is conserved to rounding. A step longer than <see cref="Basin.LongestStep"/>
/// is cut into equal ones. All fields are told to lie at the centers of cells, as in the published data, though u and v belong half a cell to the
/// east and to the north.
/// </remarks>
public sealed class ShallowWater : IDifferentiableSystem
{
    private readonly Lazy<DefaultPrior> prior;

    /// <summary>A basin, and what stirs it.</summary>
    /// <param name="basin">The basin.</param>
    /// <param name="bump">Where the water starts from.</param>
    /// <exception cref="ArgumentException">A number of the basin or of the bump is out of its range.</exception>
    public ShallowWater(Basin? basin = null, Bump? bump = null)
    {
        (Basin, Bump) = (basin ?? new Basin(), bump ?? new Bump());
        Basin.Check();
        Bump.Check();
        var grid = new RegularGrid(
            new GridAxis(-0.5 * Basin.LengthX, Basin.SpacingX, Basin.SizeX), new GridAxis(-0.5 * Basin.LengthY, Basin.SpacingY, Basin.SizeY));
        Domain = new Domain(
            new Plane(), [new Field("u", "m s-1", grid), new Field("v", "m s-1", grid), new Field("eta", "m", grid)], ["sourceX", "sourceY"]);
        prior = new Lazy<DefaultPrior>(new BumpStates(Basin, Bump).Prior);
    }

    /// <summary>Grid and physics.</summary>
    public Basin Basin { get; }

    /// <summary>Where the water starts from.</summary>
    public Bump Bump { get; }

    /// <inheritdoc/>
    public int Width => Domain.Width;

    /// <summary>Fields "u", "v" and "eta" on a plane, in m; parameters "sourceX" and "sourceY".</summary>
    public Domain Domain { get; }

    /// <summary>Bumps with their centers anywhere in their rectangle, and the Gaussian with the same mean and covariance.</summary>
    public DefaultPrior DefaultPrior => prior.Value;

    /// <summary>x ← the state of rest under a bump at this center.</summary>
    /// <param name="centerX">In m.</param>
    /// <param name="centerY">In m.</param>
    /// <param name="x">[Width].</param>
    public void Place(double centerX, double centerY, Span<double> x) => new BumpStates(Basin, Bump).Place(centerX, centerY, x[..Width]);

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        if (Vector512.IsHardwareAccelerated)
            Advance<Simd512<double>>(x, dt, steps);
        else if (Vector256.IsHardwareAccelerated)
            Advance<Simd256<double>>(x, dt, steps);
        else
            Advance<Simd128<double>>(x, dt, steps);
    }

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        if (Vector512.IsHardwareAccelerated)
            AdvanceTangent<Simd512<double>>(x, dx, dt, steps);
        else if (Vector256.IsHardwareAccelerated)
            AdvanceTangent<Simd256<double>>(x, dx, dt, steps);
        else
            AdvanceTangent<Simd128<double>>(x, dx, dt, steps);
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        if (Vector512.IsHardwareAccelerated)
            AdvanceAdjoint<Simd512<double>>(x, xBar, dt, steps);
        else if (Vector256.IsHardwareAccelerated)
            AdvanceAdjoint<Simd256<double>>(x, xBar, dt, steps);
        else
            AdvanceAdjoint<Simd128<double>>(x, xBar, dt, steps);
    }

    /// <summary><see cref="Advance(Batch{double}, double, double, int, int, RandomSource)"/> with vectors of a given width.</summary>
    internal void Advance<V>(Batch<double> x, double dt, int steps) where V : unmanaged, ISimd<V, double>
    {
        using var frame = Scratch.Enter();
        var parts = Basin.StepsIn(dt);
        var model = new ShallowWaterSteps<V>(Basin, dt / parts, frame);
        var padded = frame.Rent(1, ShallowWaterSteps<V>.WidthOf(Basin));
        for (var row = 0; row < x.Rows; row++)
        {
            ShallowWaterSteps<V>.Pad(Basin, x[row], padded[0]);
            model.Advance(padded, 0, steps * parts);
            ShallowWaterSteps<V>.Unpad(Basin, padded[0], x[row]);
        }
    }

    private void AdvanceTangent<V>(Span<double> x, Batch<double> dx, double dt, int steps) where V : unmanaged, ISimd<V, double>
    {
        using var frame = Scratch.Enter();
        var parts = Basin.StepsIn(dt);
        var model = new ShallowWaterSteps<V>(Basin, dt / parts, frame);
        var state = frame.Rent(1, ShallowWaterSteps<V>.WidthOf(Basin))[0];
        var perturbations = Padded<V>(dx, frame);
        ShallowWaterSteps<V>.Pad(Basin, x, state);
        for (var step = 0; step < steps * parts; step++)
            model.AdvanceTangent(state, perturbations);
        ShallowWaterSteps<V>.Unpad(Basin, state, x);
        for (var row = 0; row < dx.Rows; row++)
            ShallowWaterSteps<V>.Unpad(Basin, perturbations[row], dx[row]);
    }

    private void AdvanceAdjoint<V>(ReadOnlyBatch<double> x, Batch<double> xBar, double dt, int steps) where V : unmanaged, ISimd<V, double>
    {
        var parts = Basin.StepsIn(dt);
        for (var row = 0; row < x.Rows; row++)                 // one state after the other: what is kept of its way is large
        {
            using var frame = Scratch.Enter();
            var model = new ShallowWaterSteps<V>(Basin, dt / parts, frame);
            var bars = x.Rows == 1 ? xBar : xBar.Slice(row, 1);
            var padded = Padded<V>(bars, frame);
            Backward.Run(model, Padded<V>(x.Slice(row, 1), frame), padded, steps * parts);
            for (var bar = 0; bar < bars.Rows; bar++)
                ShallowWaterSteps<V>.Unpad(Basin, padded[bar], bars[bar]);
        }
    }

    private Batch<double> Padded<V>(ReadOnlyBatch<double> rows, ScratchFrame frame) where V : unmanaged, ISimd<V, double>
    {
        var padded = frame.Rent(rows.Rows, ShallowWaterSteps<V>.WidthOf(Basin));
        for (var row = 0; row < rows.Rows; row++)
            ShallowWaterSteps<V>.Pad(Basin, rows[row], padded[row]);
        return padded;
    }
}
