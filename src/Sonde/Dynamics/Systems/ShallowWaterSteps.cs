using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Steps of <see cref="ShallowWater"/> on padded states: u, v and η one after the other, rows of cells a whole number of vectors apart, and a row of
/// zeros behind them. Lives on the stack of one call; the factors are those of one length of step.
/// </summary>
internal readonly unsafe ref struct ShallowWaterSteps<V> : IReversibleSteps where V : unmanaged, ISimd<V, double>
{
    private const int Room = 8;                         // the widest vector
    private const int Sweep = 8;                        // steps that follow each other through the rows, while these are near at hand

    private readonly Basin basin;
    private readonly int pitch, plane;
    private readonly ReadOnlySpan<RowFactors> factors;
    private readonly ReadOnlySpan<double> open;
    private readonly double rx, ry;

    /// <summary>Steps of this length.</summary>
    /// <param name="basin">The basin.</param>
    /// <param name="dt">Length of a step.</param>
    /// <param name="frame">Where tables are kept as long as these steps are used.</param>
    public ShallowWaterSteps(Basin basin, double dt, ScratchFrame frame)
    {
        this.basin = basin;
        pitch = PitchOf(basin);
        plane = pitch * basin.SizeY;
        (rx, ry) = (dt / basin.SpacingX, dt / basin.SpacingY);
        var mask = frame.RentCleared(1, pitch)[0];
        mask[..(basin.SizeX - 1)].Fill(1);
        open = mask;
        var rows = frame.RentSpan<RowFactors>(basin.SizeY);
        for (var j = 0; j < rows.Length; j++)
        {
            var alpha = dt * (basin.Coriolis + basin.Beta * (-0.5 * basin.LengthY + j * basin.SpacingY));
            var beta = alpha * alpha / 4;
            var (a, b) = ((1 - dt * basin.Friction - beta) / (1 + beta), alpha / (1 + beta));
            var (c, d) = (basin.Gravity * rx / (1 + beta), basin.Gravity * ry / (1 + beta));
            rows[j] = j < rows.Length - 1 ? new RowFactors(a, b, c, a, b, d) : new RowFactors(a, b, c, 0, 0, 0);
        }
        factors = rows;
    }

    /// <summary>Numbers in a padded state.</summary>
    public static int WidthOf(Basin basin) => PitchOf(basin) * (3 * basin.SizeY + 1) + Room;

    private static int PitchOf(Basin basin) => (basin.SizeX + Room - 1) / Room * Room;

    /// <summary>padded ← the fields of a row.</summary>
    public static void Pad(Basin basin, ReadOnlySpan<double> row, Span<double> padded)
    {
        var (n, pitch) = (basin.SizeX, PitchOf(basin));
        padded.Clear();
        for (var j = 0; j < 3 * basin.SizeY; j++)
            row.Slice(j * n, n).CopyTo(padded[(j * pitch)..]);
    }

    /// <summary>The fields of a row ← padded.</summary>
    public static void Unpad(Basin basin, ReadOnlySpan<double> padded, Span<double> row)
    {
        var (n, pitch) = (basin.SizeX, PitchOf(basin));
        for (var j = 0; j < 3 * basin.SizeY; j++)
            padded.Slice(j * pitch, n).CopyTo(row[(j * n)..]);
    }

    /// <inheritdoc/>
    public void Advance(Batch<double> x, int first, int steps)
    {
        for (var row = 0; row < x.Rows; row++)
            for (var done = 0; done < steps; done += Sweep)
                Advance(x[row], Math.Min(Sweep, steps - done));
    }

    /// <summary>A few steps in one sweep through the rows: each step follows a row behind the one before it.</summary>
    private void Advance(Span<double> x, int steps)
    {
        using var frame = Scratch.Enter();
        var westRow = frame.RentCleared(1, pitch + 2 * Room)[0];
        var norths = frame.RentCleared(2 * steps, pitch);
        fixed (double* u = x, pOpen = open, pWest = westRow, pNorth = norths.Values)
        fixed (RowFactors* pFactors = factors)
        {
            double* v = u + plane, eta = u + 2 * plane, west = pWest + Room - 1;
            var rows = new ShallowWaterRows<V>(basin.SizeX, pitch, pOpen, rx, ry, basin.Depth);
            for (var front = 0; front < basin.SizeY + steps - 1; front++)
                for (var step = Math.Max(0, front - basin.SizeY + 1); step < Math.Min(steps, front + 1); step++)
                {
                    var j = front - step;
                    var at = j * pitch;
                    double* north = pNorth + (2 * step + (j & 1)) * pitch, south = pNorth + (2 * step + (~j & 1)) * pitch;
                    rows.Flow(pFactors[j], u + at, v + at, eta + at, eta + North(j), west, north);
                    rows.Fill(eta + at, west, south, north);
                }
        }
    }

    /// <summary>A step of one state and, along it, of any number of perturbations: row by row, while what it is taken about is near at hand.</summary>
    public void AdvanceTangent(Span<double> x, Batch<double> dx)
    {
        using var frame = Scratch.Enter();
        var about = frame.Rent(4, pitch);
        var westRow = frame.RentCleared(1, pitch + 2 * Room)[0];
        var norths = frame.RentCleared(2 * dx.Rows, pitch);
        fixed (double* u = x, du = dx.Values, u1 = about.Values, pOpen = open, pWest = westRow, pNorth = norths.Values)
        fixed (RowFactors* pFactors = factors)
        {
            double* v1 = u1 + pitch, hx = v1 + pitch, hy = hx + pitch, west = pWest + Room - 1;
            var rows = new ShallowWaterRows<V>(basin.SizeX, pitch, pOpen, rx, ry, basin.Depth);
            for (var j = 0; j < basin.SizeY; j++)
            {
                var (at, up) = (j * pitch, 2 * plane + North(j));
                rows.Linearize(pFactors[j], u + at, u + plane + at, u + 2 * plane + at, u + up, u1, v1, hx, hy);
                for (var row = 0; row < dx.Rows; row++)
                {
                    double* d = du + (nint)row * dx.Width, dv = d + plane + at, dEta = d + 2 * plane + at;
                    double* north = pNorth + (2 * row + (j & 1)) * pitch, south = pNorth + (2 * row + (~j & 1)) * pitch;
                    rows.FlowTangent(pFactors[j], u1, v1, hx, hy, d + at, dv, dEta, d + up, west, north);
                    rows.Fill(dEta, west, south, north);
                }
            }
        }
        Advance(x, 1);
    }

    /// <inheritdoc/>
    public void StepBack(ReadOnlyBatch<double> x, int step, Batch<double> xBar)
    {
        using var frame = Scratch.Enter();
        var about = frame.Rent(4, pitch);
        var ownRow = frame.Rent(1, pitch)[0];
        var eastRow = frame.RentCleared(1, pitch + 2 * Room)[0];
        var norths = frame.RentCleared(2 * xBar.Rows, pitch);
        fixed (double* u = x[0], uBar = xBar.Values, u1 = about.Values, pOpen = open, own = ownRow, pEast = eastRow, pNorth = norths.Values)
        fixed (RowFactors* pFactors = factors)
        {
            double* v1 = u1 + pitch, hx = v1 + pitch, hy = hx + pitch, east = pEast + Room - 1;
            var rows = new ShallowWaterRows<V>(basin.SizeX, pitch, pOpen, rx, ry, basin.Depth);
            for (var j = 0; j < basin.SizeY; j++)
            {
                var (at, up) = (j * pitch, 2 * plane + North(j));
                rows.Linearize(pFactors[j], u + at, u + plane + at, u + 2 * plane + at, u + up, u1, v1, hx, hy);
                for (var row = 0; row < xBar.Rows; row++)
                {
                    double* bar = uBar + (nint)row * xBar.Width, vBar = bar + plane + at, etaBar = bar + 2 * plane + at;
                    double* north = pNorth + (2 * row + (j & 1)) * pitch, south = pNorth + (2 * row + (~j & 1)) * pitch;
                    rows.FlowAdjoint(pFactors[j], u1, v1, hx, hy, bar + at, vBar, etaBar, bar + up, own, east, north);
                    rows.Gather(etaBar, own, east, south);
                }
            }
        }
    }

    /// <summary>Where the row to the north begins in a plane; at the wall the row itself, so that nothing slopes.</summary>
    private int North(int j) => Math.Min(j + 1, basin.SizeY - 1) * pitch;
}
