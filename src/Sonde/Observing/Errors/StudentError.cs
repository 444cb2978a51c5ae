using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>
/// Independent Student-t errors with ν degrees of freedom, scaled to standard deviation σ: gross errors now and then. Whitening
/// divides by σ, which makes the covariance I but the distribution no Gaussian.
/// </summary>
public sealed class StudentError : IndependentError
{
    private readonly double constant;       // ln of the density of t at 0

    /// <summary>One standard deviation a value.</summary>
    /// <param name="deviations">σ, each finite and above 0; taken over, not copied.</param>
    /// <param name="degreesOfFreedom">ν, above 2, where the variance is finite.</param>
    /// <exception cref="ArgumentException">ν is not above 2.</exception>
    public StudentError(double[] deviations, double degreesOfFreedom) : base(deviations)
    {
        if (!(degreesOfFreedom > 2) || !double.IsFinite(degreesOfFreedom))
            throw new ArgumentException($"A Student-t error needs more than 2 degrees of freedom, not {degreesOfFreedom}.", nameof(degreesOfFreedom));
        DegreesOfFreedom = degreesOfFreedom;
        constant = LogGamma((degreesOfFreedom + 1) / 2) - LogGamma(degreesOfFreedom / 2) - 0.5 * Math.Log(degreesOfFreedom * Math.PI);
    }

    /// <summary>ν.</summary>
    public double DegreesOfFreedom { get; }

    private double ScaleOfOne => Math.Sqrt((DegreesOfFreedom - 2) / DegreesOfFreedom);        // scale of t where σ = 1

    /// <inheritdoc/>
    /// <remarks>Bailey's polar form, "Polar generation of random variates with the t-distribution", Mathematics of Computation 62, 1994.</remarks>
    public override void Sample(Batch<double> rows, RandomSource random)
    {
        foreach (ref var value in rows.Values)
        {
            double u, w;
            do
            {
                u = 2 * random.NextDouble() - 1;
                var v = 2 * random.NextDouble() - 1;
                w = u * u + v * v;
            }
            while (w > 1 || w == 0);
            value = ScaleOfOne * u * Math.Sqrt(DegreesOfFreedom * (Math.Pow(w, -2 / DegreesOfFreedom) - 1) / w);
        }
        Color(rows);
    }

    /// <inheritdoc/>
    public override void LogDensity(ReadOnlyBatch<double> departures, Span<double> result)
    {
        for (var row = 0; row < departures.Rows; row++)
        {
            var d = departures[row];
            var sum = 0.0;
            for (var i = 0; i < d.Length; i++)
            {
                var t = d[i] / (StandardDeviations[i] * ScaleOfOne);
                sum += Math.Log(1 + t * t / DegreesOfFreedom);
            }
            result[row] = Width * (constant - Math.Log(ScaleOfOne)) - LogScale - 0.5 * (DegreesOfFreedom + 1) * sum;
        }
    }

    /// <inheritdoc/>
    public override IObservationError Select(ReadOnlySpan<int> indices) => new StudentError(DeviationsAt(indices), DegreesOfFreedom);

    private static double LogGamma(double x)
    {
        var product = 1.0;
        for (; x < 12; x++)                                             // Γ(x) = Γ(x + 1) / x, until Stirling's series is exact
            product *= x;
        var s = 1 / (x * x);
        var series = (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - Math.Log(product);
    }
}
