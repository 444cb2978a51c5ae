using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>How correlation falls with distance.</summary>
public enum CorrelationShape
{
    /// <summary>exp(−r): Matérn with ν = ½.</summary>
    Exponential,

    /// <summary>(1 + √3 r) exp(−√3 r): Matérn with ν = 3/2.</summary>
    Matern32,

    /// <summary>(1 + √5 r + 5r²/3) exp(−√5 r): Matérn with ν = 5/2.</summary>
    Matern52,

    /// <summary>exp(−r²/2).</summary>
    Gaussian,

    /// <summary>Gaspari and Cohn (1999) eq. 4.10, a fifth-order piecewise rational: 0 from two lengths on.</summary>
    GaspariCohn,
}

/// <summary>
/// A homogeneous, isotropic correlation; r is distance over length. Rasmussen and Williams, "Gaussian processes for machine
/// learning", 2006, eqs. 4.9, 4.17.
/// </summary>
/// <param name="Length">In the unit of distances, above 0.</param>
/// <param name="Shape">How it falls.</param>
public sealed record SpatialCorrelation(double Length, CorrelationShape Shape = CorrelationShape.Matern32)
{
    /// <summary>Above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not above 0.</exception>
    public double Length { get; init => field = Positive(value); } = Positive(Length);

    /// <summary>The correlation at a distance, 1 at 0.</summary>
    public double At(double distance)
    {
        var r = Math.Abs(distance) / Length;
        switch (Shape)
        {
            case CorrelationShape.Exponential:
                return Math.Exp(-r);
            case CorrelationShape.Matern32:
                r *= Math.Sqrt(3);
                return (1 + r) * Math.Exp(-r);
            case CorrelationShape.Matern52:
                r *= Math.Sqrt(5);
                return (1 + r + r * r / 3) * Math.Exp(-r);
            case CorrelationShape.Gaussian:
                return Math.Exp(-0.5 * r * r);
            case CorrelationShape.GaspariCohn when r <= 1:
                return 1 + r * r * (-5.0 / 3 + r * (5.0 / 8 + r * (0.5 - r / 4)));
            case CorrelationShape.GaspariCohn:
                return r < 2 ? 4 + r * (-5 + r * (5.0 / 3 + r * (5.0 / 8 + r * (-0.5 + r / 12)))) - 2 / (3 * r) : 0;
            default:
                throw new InvalidOperationException($"No correlation {Shape}.");
        }
    }

    /// <summary>The correlation at each of many distances, to rounding that of <see cref="At(double)"/>.</summary>
    /// <param name="distances">0 or more each.</param>
    /// <param name="correlations">As many; may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void At(ReadOnlySpan<double> distances, Span<double> correlations)
    {
        if (distances.Length != correlations.Length)
            throw new ArgumentException($"{distances.Length} distances have as many correlations, not {correlations.Length}.", nameof(correlations));
        if (Shape is not (CorrelationShape.Exponential or CorrelationShape.Matern32))
        {
            for (var i = 0; i < distances.Length; i++)
                correlations[i] = At(distances[i]);
            return;
        }
        using var frame = Scratch.Enter();
        var fall = frame.Rent(1, distances.Length)[0];
        var scale = Shape == CorrelationShape.Matern32 ? Math.Sqrt(3) / Length : 1 / Length;
        TensorPrimitives.Multiply(distances, -scale, fall);
        if (Shape == CorrelationShape.Matern32)
            TensorPrimitives.Multiply(distances, scale, correlations);
        VectorMath.Exp<double>(fall, fall);
        if (Shape == CorrelationShape.Matern32)
            TensorPrimitives.MultiplyAdd<double>(correlations, fall, fall, correlations);
        else
            fall.CopyTo(correlations);
    }

    private static double Positive(double length) => length > 0
        ? length
        : throw new ArgumentOutOfRangeException(nameof(length), length, "A correlation length is above 0.");
}
