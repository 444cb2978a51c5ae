using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>Steps of an explicit Runge-Kutta scheme and their tangent, for any tendency.</summary>
internal static class RungeKutta
{
    private const int BlockValues = 512;        // x, point, slope and sum of a block fill half of the first-level cache

    /// <summary>How many rows are best carried through all steps together.</summary>
    public static int BlockRows(int width) => Math.Max(1, BlockValues / Math.Max(1, width));

    /// <summary>x ← steps steps of x, in place.</summary>
    public static void Advance<TSlopes>(TSlopes f, ButcherTableau tableau, Batch<double> x, double time, double dt, int steps)
        where TSlopes : ISlopes, allows ref struct
    {
        using var frame = Scratch.Enter();
        var point = frame.Rent(x.Rows, x.Width);
        if (tableau.UsesOneSlopeOnly)
        {
            var slope = frame.Rent(x.Rows, x.Width);
            var sum = frame.Rent(x.Rows, x.Width);
            for (var step = 0; step < steps; step++)
                StepWithOneSlope(f, tableau, x, time + step * dt, dt, point, slope, sum);
            return;
        }
        var slopes = frame.Rent(tableau.Stages * x.Rows, x.Width);
        for (var step = 0; step < steps; step++)
        {
            for (var s = 0; s < tableau.Stages; s++)
            {
                StagePoint(tableau, s, dt, x, slopes, point);
                f.Evaluate(time + step * dt + tableau.C(s) * dt, point, Slope(slopes, s, x.Rows));
            }
            AddSlopes(tableau, dt, slopes, x);
        }
    }

    /// <summary>x as by <see cref="Advance"/>, to the bit, and every row of dx by the tangent of the same steps.</summary>
    public static void AdvanceTangent<TSlopes>(TSlopes f, ButcherTableau tableau, Batch<double> x, Batch<double> dx, double time, double dt, int steps)
        where TSlopes : ITangentSlopes, allows ref struct
    {
        using var frame = Scratch.Enter();
        var point = frame.Rent(1, x.Width);
        var dPoint = frame.Rent(dx.Rows, dx.Width);
        var slopes = frame.Rent(tableau.Stages, x.Width);
        var dSlopes = frame.Rent(tableau.Stages * dx.Rows, dx.Width);
        for (var step = 0; step < steps; step++)
        {
            for (var s = 0; s < tableau.Stages; s++)
            {
                var t = time + step * dt + tableau.C(s) * dt;
                StagePoint(tableau, s, dt, x, slopes, point);
                StagePoint(tableau, s, dt, dx, dSlopes, dPoint);
                f.Evaluate(t, point, Slope(slopes, s, 1));
                f.Tangent(t, point, dPoint, Slope(dSlopes, s, dx.Rows));
            }
            AddSlopes(tableau, dt, slopes, x);
            AddSlopes(tableau, dt, dSlopes, dx);
        }
    }

    private static void StepWithOneSlope<TSlopes>(
        TSlopes f, ButcherTableau tableau, Batch<double> x, double time, double dt, Batch<double> point, Batch<double> slope, Batch<double> sum)
        where TSlopes : ISlopes, allows ref struct
    {
        var last = tableau.Stages - 1;
        for (var s = 0; s < last; s++)
        {
            f.Evaluate(time + tableau.C(s) * dt, s == 0 ? x : point, slope);
            var (a, b) = (dt * tableau.A(s + 1, s), dt * tableau.B(s));
            if (s == 0)
                StageSums.Begin(x.Values, slope.Values, a, b, point.Values, sum.Values);
            else
                StageSums.Continue(x.Values, slope.Values, a, b, point.Values, sum.Values);
        }
        f.Evaluate(time + tableau.C(last) * dt, last == 0 ? x : point, slope);
        StageSums.Add(last == 0 ? x.Values : sum.Values, slope.Values, dt * tableau.B(last), x.Values);
    }

    /// <summary>point = x + dt Σᵣ aₛᵣ kᵣ over the stages before s.</summary>
    public static void StagePoint(ButcherTableau tableau, int s, double dt, ReadOnlyBatch<double> x, ReadOnlyBatch<double> slopes, Batch<double> point)
    {
        var from = x.Values;
        for (var r = 0; r < s; r++)
            if (tableau.A(s, r) != 0)
            {
                StageSums.Add(from, slopes.Slice(r * x.Rows, x.Rows).Values, dt * tableau.A(s, r), point.Values);
                from = point.Values;
            }
        if (from == x.Values)
            x.CopyTo(point);
    }

    private static void AddSlopes(ButcherTableau tableau, double dt, Batch<double> slopes, Batch<double> x)
    {
        for (var s = 0; s < tableau.Stages; s++)
            StageSums.Add(x.Values, Slope(slopes, s, x.Rows).Values, dt * tableau.B(s), x.Values);
    }

    private static Batch<double> Slope(Batch<double> slopes, int s, int rows) => slopes.Slice(s * rows, rows);
}
