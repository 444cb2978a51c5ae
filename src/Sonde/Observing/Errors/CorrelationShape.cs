namespace Sonde.Observing.Errors;

/// <summary>How correlation falls with distance r, for a length L.</summary>
public enum CorrelationShape
{
    /// <summary>exp(−r/L), the Matérn of order 1/2.</summary>
    Exponential,

    /// <summary>(1 + s) e⁻ˢ with s = √3 r/L, the Matérn of order 3/2.</summary>
    Matern32,

    /// <summary>(1 + s + s²/3) e⁻ˢ with s = √5 r/L, the Matérn of order 5/2.</summary>
    Matern52,

    /// <summary>exp(−r²/2L²).</summary>
    Gaussian,

    /// <summary>Gaspari and Cohn (1999) eq. 4.10 with half-width L: 0 from 2L on.</summary>
    GaspariCohn,
}
