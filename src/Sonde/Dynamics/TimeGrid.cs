namespace Sonde.Dynamics;

/// <summary>A place on a time grid: step + fraction, 0 ≤ fraction &lt; 1. LEVDA, eq. 17: τ = t_k + λ Δt.</summary>
/// <param name="Step">k.</param>
/// <param name="Fraction">λ; 0 on the grid itself.</param>
public readonly record struct GridTime(int Step, double Fraction = 0) : IComparable<GridTime>
{
    /// <inheritdoc/>
    public int CompareTo(GridTime other) => (Step, Fraction).CompareTo((other.Step, other.Fraction));

    /// <summary>Earlier.</summary>
    public static bool operator <(GridTime a, GridTime b) => a.CompareTo(b) < 0;

    /// <summary>Later.</summary>
    public static bool operator >(GridTime a, GridTime b) => a.CompareTo(b) > 0;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(GridTime a, GridTime b) => a.CompareTo(b) <= 0;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(GridTime a, GridTime b) => a.CompareTo(b) >= 0;
}

/// <summary>
/// Integer steps of equal length: the one place where real observation times meet them. Times are in the system's unit.
/// </summary>
/// <param name="Start">Time of step 0.</param>
/// <param name="StepLength">dt, above 0.</param>
public readonly record struct TimeGrid(double Start, double StepLength)
{
    private const double Snap = 1e-6;       // times within this share of a step lie on the grid: 0.1 * 3 is not 0.3

    /// <summary>The time of a place on the grid.</summary>
    public double TimeOf(GridTime at) => Start + (at.Step + at.Fraction) * StepLength;

    /// <summary>Where a time lies; a time within 1e-6 of a step from a grid point is that point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before the grid's start or is not finite.</exception>
    public GridTime Locate(double time)
    {
        var steps = (time - Start) / StepLength;
        if (!(steps >= -Snap) || steps > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(time), time, $"The time must be finite and not before the grid's start, {Start}.");
        var whole = Math.Round(steps);
        if (Math.Abs(steps - whole) <= Snap)
            return new GridTime((int)whole);
        whole = Math.Floor(steps);
        return new GridTime((int)whole, steps - whole);
    }
}
