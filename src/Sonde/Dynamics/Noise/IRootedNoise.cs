namespace Sonde.Dynamics.Noise;

/// <summary>Noise with a square root of its covariance, Q = Sᵀ S, whose products cost little.</summary>
public interface IRootedNoise : IGaussianNoise
{
    /// <summary>How many white numbers a draw is made of: rows of S.</summary>
    int Modes { get; }

    /// <summary>x ← white S: white noise becomes a draw.</summary>
    /// <param name="white">[Modes].</param>
    /// <param name="x">[Width], overwritten.</param>
    void Color(ReadOnlySpan<double> white, Span<double> x);

    /// <summary>white += x Sᵀ, the transpose of <see cref="Color"/>.</summary>
    /// <param name="x">[Width].</param>
    /// <param name="white">[Modes], added to.</param>
    void AddTransposed(ReadOnlySpan<double> x, Span<double> white);
}
