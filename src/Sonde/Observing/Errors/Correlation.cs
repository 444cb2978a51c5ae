namespace Sonde.Observing.Errors;

/// <summary>A correlation that falls with distance from 1.</summary>
/// <param name="Length">L, in the unit of the distance, above 0.</param>
/// <param name="Shape">How it falls.</param>
/// <param name="Share">
/// The share of the variance that is correlated, above 0 and at most 1; the rest is white, which also keeps a covariance of
/// crowded points well away from singular.
/// </param>
public sealed record Correlation(double Length, CorrelationShape Shape = CorrelationShape.Exponential, double Share = 1)
{
    /// <summary>L, above 0.</summary>
    public double Length { get; init; } = Length > 0 && double.IsFinite(Length)
        ? Length
        : throw new ArgumentException($"A correlation length must be a finite number above 0, not {Length}.", nameof(Length));

    /// <summary>Share of the variance that is correlated.</summary>
    public double Share { get; init; } = Share is > 0 and <= 1
        ? Share
        : throw new ArgumentException($"The correlated share of the variance must lie above 0 and at most at 1, not at {Share}.", nameof(Share));

    /// <summary>Between neighbors of a series the correlation is φ, between values k apart φᵏ: an autoregressive series of order 1.</summary>
    /// <param name="coefficient">φ, above 0 and below 1.</param>
    public static Correlation Autoregressive(double coefficient) => coefficient is > 0 and < 1
        ? new Correlation(-1 / Math.Log(coefficient))
        : throw new ArgumentException($"The coefficient of an autoregressive series must lie between 0 and 1, not at {coefficient}.", nameof(coefficient));

    /// <summary>The correlation of two different values a distance apart.</summary>
    public double At(double distance) => Share * Of(Math.Abs(distance) / Length);

    private double Of(double r)
    {
        switch (Shape)
        {
            case CorrelationShape.Exponential:
                return Math.Exp(-r);
            case CorrelationShape.Matern32:
                var s = Math.Sqrt(3) * r;
                return (1 + s) * Math.Exp(-s);
            case CorrelationShape.Matern52:
                s = Math.Sqrt(5) * r;
                return (1 + s + s * s / 3) * Math.Exp(-s);
            case CorrelationShape.Gaussian:
                return Math.Exp(-0.5 * r * r);
            case CorrelationShape.GaspariCohn when r <= 1:
                return 1 + r * r * (-5.0 / 3 + r * (5.0 / 8 + r * (0.5 - r / 4)));
            case CorrelationShape.GaspariCohn when r < 2:
                return 4 + r * (-5 + r * (5.0 / 3 + r * (5.0 / 8 + r * (-0.5 + r / 12)))) - 2 / (3 * r);
            case CorrelationShape.GaspariCohn:
                return 0;
            default:
                throw new InvalidOperationException($"No correlation shape {Shape}.");
        }
    }
}
