namespace Sonde.Assimilation.Inflation;

/// <summary>
/// What is believed of the inflation λ of the forecast variance in one component, and how one innovation changes it:
/// p(λ | d) ∝ p(λ) N(d; 0, θ²(λ)), θ² = (1 + γ (√λ − 1))² σ² + σₒ², with γ the localized correlation of component and
/// observation. The likelihood is taken as linear in λ about the old mode, which gives the new one by a quadratic equation.
/// Anderson, Tellus A 61 (2009), eqs. 7-20; El Gharamti, Monthly Weather Review 146 (2018), eqs. 17-26.
/// </summary>
/// <param name="Mode">λ.</param>
/// <param name="Deviation">Its standard deviation.</param>
internal readonly record struct InflationEstimate(double Mode, double Deviation)
{
    /// <summary>The estimate after one innovation; unchanged where that says nothing.</summary>
    /// <param name="prior">The family of p(λ).</param>
    /// <param name="innovation">What was seen.</param>
    /// <param name="fixedDeviation">Leaves the standard deviation as it is, which saves most of the work.</param>
    public InflationEstimate After(InflationPrior prior, InflationInnovation innovation, bool fixedDeviation)
    {
        var ratio = innovation.LikelihoodOverSlope(Mode);
        if (!double.IsFinite(ratio))
            return this;
        var rate = prior == InflationPrior.InverseGamma ? Rate() : double.PositiveInfinity;
        var narrow = Mode / rate;
        var mode = Mode + (prior == InflationPrior.InverseGamma
            ? Step(ratio, 1 - narrow, ratio - 2 * narrow * Mode, -narrow * Mode * Mode)
            : Step(ratio, 1, ratio, -Deviation * Deviation));
        if (!(mode > 0) || !double.IsFinite(mode))
            return this;
        if (fixedDeviation)
            return this with { Mode = mode };
        return new InflationEstimate(mode, prior == InflationPrior.InverseGamma ? InverseGammaDeviation(innovation, mode, rate) : GaussianDeviation(innovation, mode));
    }

    /// <summary>
    /// Of a x² + b x + c = 0, a &gt; 0 &gt; c, for the step x of the mode, the root at which the linear likelihood is not
    /// negative: it has the sign of the slope. (The one nearest the old mode, as DART takes, is the other for extreme innovations.)
    /// </summary>
    private static double Step(double slope, double a, double b, double c)
    {
        var q = -0.5 * (b + Math.CopySign(Math.Sqrt(b * b - 4 * a * c), b));
        return slope > 0 == q > 0 ? q / a : c / q;
    }

    /// <summary>
    /// β of the inverse gamma distribution of this mode and variance, α = β/λ − 1: with b = β/λ and s = variance/λ²,
    /// (b − 2)² (b − 3) s = b², whose one root above 3 Newton's method finds from the right.
    /// </summary>
    private double Rate()
    {
        var inverse = Mode * Mode / (Deviation * Deviation);
        var b = 7 + inverse;
        for (var iteration = 0; iteration < 30; iteration++)
        {
            var step = (((b - 7 - inverse) * b + 16) * b - 12) / ((3 * b - 2 * (7 + inverse)) * b + 16);
            b -= step;
            if (Math.Abs(step) <= 1e-13 * b)
                break;
        }
        return b * Mode;
    }

    /// <summary>Of the inverse gamma distribution through the posterior density at the new mode and one old deviation beyond.</summary>
    private double InverseGammaDeviation(InflationInnovation innovation, double mode, double rate)
    {
        var shape = rate / Mode - 1;
        var beyond = mode + Deviation;
        var ratio = innovation.LogLikelihood(beyond) - innovation.LogLikelihood(mode)
            - (shape + 1) * Math.Log(beyond / mode) - rate / beyond + rate / mode;
        var newRate = ratio / (1 / mode - 1 / beyond - Math.Log(beyond / mode) / mode);
        var newShape = newRate / mode - 1;
        var deviation = newRate / ((newShape - 1) * Math.Sqrt(newShape - 2));
        return newShape > 2 && deviation <= Deviation ? deviation : Deviation;
    }

    /// <summary>Of the Gaussian through the posterior density at the new mode and one old deviation beyond.</summary>
    private double GaussianDeviation(InflationInnovation innovation, double mode)
    {
        var (here, beyond) = (mode - Mode, mode + Deviation - Mode);
        var ratio = innovation.LogLikelihood(mode + Deviation) - innovation.LogLikelihood(mode)
            - (beyond * beyond - here * here) / (2 * Deviation * Deviation);
        var deviation = Deviation / Math.Sqrt(-2 * ratio);
        return ratio < 0 && deviation <= Deviation ? deviation : Deviation;
    }
}
