using Sonde.Numerics;

namespace Sonde.Observing;

/// <summary>The distribution of observation errors, mean 0 and covariance R. Immutable.</summary>
public interface IObservationError
{
    /// <summary>Number of values.</summary>
    int Width { get; }

    /// <summary>True where errors are independent, so that whitening is a division.</summary>
    bool IsDiagonal { get; }

    /// <summary>Square roots of R's diagonal.</summary>
    ReadOnlySpan<double> StandardDeviations { get; }

    /// <summary>rows ← rows L⁻ᵀ with R = L Lᵀ, so that whitened errors have covariance I.</summary>
    void Whiten(Batch<double> rows);

    /// <summary>rows ← rows L⁻¹, the transpose of <see cref="Whiten"/>.</summary>
    void WhitenTransposed(Batch<double> rows);

    /// <summary>rows ← rows Lᵀ, the inverse of <see cref="Whiten"/>.</summary>
    void Color(Batch<double> rows);

    /// <summary>Fills rows with independent draws.</summary>
    void Sample(Batch<double> rows, RandomSource random);

    /// <summary>covariance += R, [Width, Width].</summary>
    void AddCovariance(Batch<double> covariance);

    /// <summary>log p(y | predicted) of each row, up to nothing (constants included): departures [rows, Width] to [rows].</summary>
    void LogDensity(ReadOnlyBatch<double> departures, Span<double> result);

    /// <summary>The error of the values at <paramref name="indices"/>, in that order.</summary>
    IObservationError Select(ReadOnlySpan<int> indices);
}
