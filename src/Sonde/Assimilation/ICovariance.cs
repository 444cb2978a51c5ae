using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>A covariance P that is not held as a matrix. Immutable.</summary>
public interface ICovariance
{
    /// <summary>variances ← h P hᵀ of each row h: how uncertain the sums Σ hᵢ xᵢ are.</summary>
    /// <param name="rows">[any, width]; best with few elements that are not 0.</param>
    /// <param name="variances">One a row.</param>
    void VariancesOf(ReadOnlyBatch<double> rows, Span<double> variances);
}
