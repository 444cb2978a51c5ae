namespace Sonde.Assimilation.Inflation;

/// <summary>
/// An innovation as evidence on inflation: d ~ N(0, θ²(λ)), θ² = ((1 + γ (√λ − 1))² − c) σ² + σₒ². The inverse gamma form
/// takes off c = 1/N for the sampling error of the mean (El Gharamti 2018, eq. 13).
/// </summary>
/// <param name="Square">d².</param>
/// <param name="Variance">σ² of the prediction, as if nothing had been inflated.</param>
/// <param name="ErrorVariance">σₒ².</param>
/// <param name="Reach">γ, 0 to 1: localization weight times absolute correlation.</param>
/// <param name="Correction">c.</param>
internal readonly record struct InflationInnovation(double Square, double Variance, double ErrorVariance, double Reach, double Correction)
{
    /// <summary>log p(d | λ) without its constant.</summary>
    public double LogLikelihood(double inflation)
    {
        var theta = Theta(inflation);
        return -0.5 * (Square / theta + Math.Log(theta));
    }

    /// <summary>p(d | λ) over its derivative to λ; not finite where it has none.</summary>
    public double LikelihoodOverSlope(double inflation)
    {
        var (theta, root) = (Theta(inflation), Math.Sqrt(inflation));
        var slope = 0.5 * Variance * Reach * (1 + Reach * (root - 1)) / root;            // θ dθ/dλ
        return theta / (slope * (Square / theta - 1));
    }

    private double Theta(double inflation)
    {
        var factor = 1 + Reach * (Math.Sqrt(inflation) - 1);
        var square = factor * factor;
        return (square < Correction ? square : square - Correction) * Variance + ErrorVariance;
    }
}
