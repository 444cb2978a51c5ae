namespace Sonde.Assimilation;

/// <summary>How the influence of an observation falls with distance.</summary>
public enum TaperShape
{
    /// <summary>Gaspari and Cohn (1999) eq. 4.10, a fifth-order piecewise rational: half-width c, 0 from 2c on.</summary>
    GaspariCohn,

    /// <summary>exp(−d²/2c²), cut where it falls below 1e-3.</summary>
    Gaussian,

    /// <summary>exp(−d/c), cut where it falls below 1e-3.</summary>
    Exponential,

    /// <summary>1 up to c, 0 beyond.</summary>
    Step,
}

/// <summary>Which observations reach a point, and how strongly. Distances are those of the domain's space.</summary>
/// <param name="Radius">The Gaspari-Cohn half-width c (support 2c), above 0; the length scale of the other shapes.</param>
/// <param name="Taper">How influence falls with distance.</param>
public sealed record Localization(double Radius, TaperShape Taper = TaperShape.GaspariCohn)
{
    private const double Negligible = 1e-3;

    /// <inheritdoc cref="Localization(double, TaperShape)" path="/param[@name='Radius']"/>
    public double Radius { get; init; } = Check.Positive(Radius, nameof(Radius));

    /// <summary>The distance from which on the weight is 0.</summary>
    public double Support => Taper switch
    {
        TaperShape.GaspariCohn => 2 * Radius,
        TaperShape.Gaussian => Radius * Math.Sqrt(-2 * Math.Log(Negligible)),
        TaperShape.Exponential => -Radius * Math.Log(Negligible),
        TaperShape.Step => Math.BitIncrement(Radius),
        _ => throw new InvalidOperationException($"No taper {Taper}."),
    };

    /// <summary>The weight at a distance, 1 at 0.</summary>
    public double Weight(double distance)
    {
        var r = Math.Abs(distance) / Radius;
        return Taper switch
        {
            TaperShape.GaspariCohn => GaspariCohn(r),
            TaperShape.Gaussian => Math.Exp(-0.5 * r * r) is var w && w >= Negligible ? w : 0,
            TaperShape.Exponential => Math.Exp(-r) is var w && w >= Negligible ? w : 0,
            TaperShape.Step => r <= 1 ? 1 : 0,
            _ => throw new InvalidOperationException($"No taper {Taper}."),
        };
    }

    private static double GaspariCohn(double r) => r switch
    {
        <= 1 => 1 + r * r * (-5.0 / 3 + r * (5.0 / 8 + r * (1.0 / 2 - r / 4))),
        < 2 => 4 + r * (-5 + r * (5.0 / 3 + r * (5.0 / 8 + r * (-1.0 / 2 + r / 12)))) - 2 / (3 * r),
        _ => 0,
    };
}
