using Sonde.Dynamics;

namespace Sonde.Assimilation.Variational;

/// <summary>What another method, or a learned estimator, knows of a window before a variational method works on it. All of it may be left out.</summary>
/// <param name="States">Where the minimizer begins: states by time, that of the window's start among them; those of other times serve weak constraints.</param>
/// <param name="Background">Mean and covariance at the window's start that take the place of the method's own background.</param>
/// <param name="Foreground">
/// Mean and covariance at the window's last observation time, of errors independent of all others: one more observation, of the whole state.
/// Variances below 1e-10 of the largest, of errors that have died out, are raised to that.
/// </param>
/// <param name="ForegroundAt">The foreground's time, where it is later; null for the last observation time. Only <see cref="FourDVar"/> runs beyond the window for it.</param>
public sealed record WindowGuess(
    IReadOnlyDictionary<GridTime, double[]>? States = null, GaussianBelief? Background = null, GaussianBelief? Foreground = null, GridTime? ForegroundAt = null)
{
    /// <summary>Nothing is known.</summary>
    public static WindowGuess None { get; } = new();

    /// <summary>The state at a time; null where none is known.</summary>
    internal double[]? StateAt(GridTime at) => States?.GetValueOrDefault(at);

    /// <summary>Why it does not fit a window, or null.</summary>
    internal void Check(int width)
    {
        foreach (var (name, length) in Widths())
            if (length != width)
                throw new ArgumentException($"The {name} of the guess has {length} components but the system has {width}.");
    }

    private IEnumerable<(string Name, int Width)> Widths()
    {
        foreach (var state in States?.Values ?? [])
            yield return ("state", state.Length);
        if (Background is not null)
            yield return ("background", Background.Width);
        if (Foreground is not null)
            yield return ("foreground", Foreground.Width);
    }
}
