using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>Carries an ensemble from one place of a time grid to another, in parallel over blocks of members.</summary>
public static class Forecast
{
    private const int BlockBytes = 1 << 16;         // a block of members stays in the second-level cache over all its steps

    /// <summary>
    /// Advances every row from <paramref name="from"/> to <paramref name="to"/>: to the next grid point by a partial step,
    /// then whole steps, then a partial step. Model error of step k is drawn from <c>random.Fork(k)</c>. Where single members
    /// can fail, the system then replaces those that did.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="to"/> lies before <paramref name="from"/>.</exception>
    public static void Run(IDynamicalSystem system, TimeGrid grid, GridTime from, GridTime to, Matrix<double> members, RandomSource random, Workers workers)
    {
        if (to < from)
            throw new ArgumentException($"A forecast cannot run backwards, from {grid.TimeOf(from)} to {grid.TimeOf(to)}.", nameof(to));
        var block = Math.Max(1, BlockBytes / (sizeof(double) * Math.Max(1, members.Width)));
        workers.ForBlocks(members.Rows, block, (first, count) => Run(system, grid, from, to, members.All.Slice(first, count), first, random));
        if (system is IFallibleSystem fallible && from < to)
            fallible.Settle(members, grid.TimeOf(to), random.Fork("settle"));
    }

    /// <summary>The same for rows first … of an ensemble, on this thread.</summary>
    public static void Run(IDynamicalSystem system, TimeGrid grid, GridTime from, GridTime to, Batch<double> rows, int first, RandomSource random)
    {
        var dt = grid.StepLength;
        if (from.Step == to.Step)
        {
            Partial(from, to.Fraction - from.Fraction, rows);
            return;
        }
        if (from.Fraction > 0)
        {
            Partial(from, 1 - from.Fraction, rows);
            from = new GridTime(from.Step + 1);
        }
        if (to.Step > from.Step)
            system.Advance(rows, grid.TimeOf(from), dt, to.Step - from.Step, first, random.Fork(from.Step));
        Partial(new GridTime(to.Step), to.Fraction, rows);

        void Partial(GridTime at, double share, Batch<double> x)
        {
            if (share > 0)
                system.Advance(x, grid.TimeOf(at), share * dt, 1, first, random.Fork(at.Step).Fork("partial").Fork((long)(at.Fraction * 1e9)));
        }
    }
}
