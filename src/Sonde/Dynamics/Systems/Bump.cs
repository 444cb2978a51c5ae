namespace Sonde.Dynamics.Systems;

/// <summary>
/// Water at rest under a raised surface, η = a exp(−r²/(2 w²)), with its center anywhere in a rectangle, all places alike. The defaults are those of
/// Xiao et al., "LD-EnSF", 2024: the quarter of their basin with the least x and y.
/// </summary>
/// <param name="Amplitude">a, in m.</param>
/// <param name="Width">w, in m.</param>
/// <param name="FromX">Least x of the center, in m.</param>
/// <param name="ToX">Greatest x of the center, in m; equal to <paramref name="FromX"/> where it is known.</param>
/// <param name="FromY">Least y of the center, in m.</param>
/// <param name="ToY">Greatest y of the center, in m; equal to <paramref name="FromY"/> where it is known.</param>
public sealed record Bump(double Amplitude = 1, double Width = 5e4, double FromX = -5e5, double ToX = 0, double FromY = -5e5, double ToY = 0)
{
    /// <summary>Refuses numbers that make no bump.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Check()
    {
        if (!double.IsFinite(Amplitude))
            throw new ArgumentException($"The amplitude of a bump is finite, not {Amplitude}.");
        if (!(Width > 0) || !double.IsFinite(Width))
            throw new ArgumentException($"The width of a bump is a finite number above 0, not {Width}.");
        if (!(ToX >= FromX) || !double.IsFinite(ToX - FromX))
            throw new ArgumentException($"The center of a bump lies between two finite x, the first not above the second, not {FromX} and {ToX}.");
        if (!(ToY >= FromY) || !double.IsFinite(ToY - FromY))
            throw new ArgumentException($"The center of a bump lies between two finite y, the first not above the second, not {FromY} and {ToY}.");
    }
}
