namespace Sonde.Dynamics;

/// <summary>Steps of one length that follow each other.</summary>
internal readonly record struct Leg(double Time, double StepLength, int Steps)
{
    /// <summary>A partial step to the next grid point, whole steps, a partial step: those that <see cref="Forecast"/> takes.</summary>
    public static IEnumerable<Leg> Between(TimeGrid grid, GridTime from, GridTime to)
    {
        var dt = grid.StepLength;
        if (from.Step == to.Step)
        {
            if (to.Fraction > from.Fraction)
                yield return new Leg(grid.TimeOf(from), (to.Fraction - from.Fraction) * dt, 1);
            yield break;
        }
        if (from.Fraction > 0)
        {
            yield return new Leg(grid.TimeOf(from), (1 - from.Fraction) * dt, 1);
            from = new GridTime(from.Step + 1);
        }
        if (to.Step > from.Step)
            yield return new Leg(grid.TimeOf(from), dt, to.Step - from.Step);
        if (to.Fraction > 0)
            yield return new Leg(grid.TimeOf(new GridTime(to.Step)), to.Fraction * dt, 1);
    }
}
