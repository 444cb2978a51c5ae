namespace Sonde.Dynamics.Fields;

/// <summary>Coordinates that repeat; a period of 0 means that they do not.</summary>
internal static class Periodic
{
    /// <summary>The same place with 0 ≤ coordinate &lt; period.</summary>
    public static double Wrap(double coordinate, double period)
    {
        if (period <= 0)
            return coordinate;
        var wrapped = coordinate - period * Math.Floor(coordinate / period);
        return wrapped >= period ? 0 : wrapped;         // −1e-17 rounds to the period itself
    }

    /// <summary>a − b by the shorter way round.</summary>
    public static double Difference(double a, double b, double period)
    {
        var difference = a - b;
        return period > 0 ? difference - period * Math.Round(difference / period) : difference;
    }
}
