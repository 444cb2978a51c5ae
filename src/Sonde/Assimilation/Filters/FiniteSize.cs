namespace Sonde.Assimilation.Filters;

/// <summary>
/// The finite-size prior of Bocquet: an ensemble of N is a sample, so its covariance is uncertain by a factor λ², and the
/// innovation d tells which λ is likeliest: the least point of the dual cost, with the singular values s and vectors u of Y,
/// J(λ) = Σ (uᵢᵀd)² / (λ²sᵢ² + N − 1) + e/λ² + c ln λ². Bocquet, NPG 18 (2011); Bocquet, Sakov, NPG 19 (2012), section 2;
/// Bocquet, Raanes, Hannart, NPG 22 (2015), eq. 36, for the correction of the mode.
/// </summary>
internal static class FiniteSize
{
    private const double Least = 1e-3;
    private const double Most = 1e3;

    /// <summary>e and c of the cost: (N + 1)/N and N/(N − 1), moved so that without information λ = 1, times the certainty.</summary>
    /// <param name="squares">s², the eigenvalues of Y Yᵀ that are not certainly 0.</param>
    /// <param name="size">N.</param>
    /// <param name="certainty">1 for an ensemble that may be any sample; larger where it is known to be better than that.</param>
    public static (double E, double C) Coefficients(ReadOnlySpan<double> squares, int size, double certainty)
    {
        double least = size - 1, sum = size - squares.Length;
        foreach (var square in squares)
            sum += least / (square + least);
        var (e, c) = ((size + 1.0) / size, size / least);
        var correction = Math.Pow(e / c, 0.5 * sum / size);             // mean of I − KH in the exponent
        return (certainty * e / correction, certainty * c * correction);
    }

    /// <summary>λ where dJ/dλ = 0, by Newton's method inside a bracket.</summary>
    /// <param name="squares">s², [rank].</param>
    /// <param name="squaredProjections">(vᵢᵀ Y d)², [rank].</param>
    /// <param name="size">N.</param>
    /// <param name="certainty">See <see cref="Coefficients"/>.</param>
    public static double Inflation(ReadOnlySpan<double> squares, ReadOnlySpan<double> squaredProjections, int size, double certainty)
    {
        var (e, c) = Coefficients(squares, size, certainty);
        var (low, high, x) = (Least, Most, 1.0);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var (slope, curvature) = Derivatives(squares, squaredProjections, size, e, c, x);
            if (slope > 0)
                high = x;
            else
                low = x;
            var next = x - slope / curvature;
            if (!(curvature > 0) || !(next > low && next < high))
                next = Math.Sqrt(low * high);
            var moved = Math.Abs(next - x);
            x = next;
            if (moved <= 1e-12 * x)
                break;
        }
        return x;
    }

    /// <summary>dJ/dλ and d²J/dλ².</summary>
    public static (double Slope, double Curvature) Derivatives(
        ReadOnlySpan<double> squares, ReadOnlySpan<double> squaredProjections, int size, double e, double c, double x)
    {
        var (slope, curvature) = (2 * c / x - 2 * e / (x * x * x), 6 * e / (x * x * x * x) - 2 * c / (x * x));
        for (var i = 0; i < squares.Length; i++)
        {
            var precision = x * x * squares[i] + size - 1;
            var term = squaredProjections[i] / (precision * precision);
            slope -= 2 * x * term;
            curvature += term * (8 * x * x * squares[i] / precision - 2);
        }
        return (slope, curvature);
    }
}
