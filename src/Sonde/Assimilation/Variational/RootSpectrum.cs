using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// The eigenvalues λ of Y Yᵀ, and f(Y Yᵀ) Y d for functions f: from Y Yᵀ or from YᵀY, whichever is smaller, since f(Y Yᵀ) Y = Y f(YᵀY).
/// </summary>
internal readonly ref struct RootSpectrum
{
    private readonly ReadOnlyBatch<double> y;           // [K, m]
    private readonly Span<double> values;
    private readonly Batch<double> vectors;             // a row is an eigenvector
    private readonly bool byObservations;

    /// <summary>Decomposes.</summary>
    /// <param name="y">Y, [K, m]: what each row of a background's root does to the observations, in units of their errors.</param>
    /// <param name="frame">Where results live.</param>
    public RootSpectrum(ReadOnlyBatch<double> y, ScratchFrame frame)
    {
        this.y = y;
        byObservations = y.Width < y.Rows;
        var size = Math.Min(y.Rows, y.Width);
        values = frame.Rent(1, size)[0];
        vectors = frame.Rent(size, size);
        using var inner = Scratch.Enter();
        var gram = inner.Rent(size, size);
        if (byObservations)
            Dense.GramTransposed(y, gram);
        else
            Dense.Gram(y, gram);
        IsSound = SymmetricEigen.Decompose(gram, values, vectors);
        TensorPrimitives.Max(values, 0.0, values);
    }

    /// <summary>False where Y was not finite.</summary>
    public bool IsSound { get; }

    /// <summary>tr(H K) = Σ λ / (1 + λ).</summary>
    public double DegreesOfFreedom
    {
        get
        {
            var sum = 0.0;
            foreach (var value in values)
                sum += value / (1 + value);
            return sum;
        }
    }

    /// <summary>weights ← (I + Y Yᵀ)⁻¹ Y d for each row d: those of the best increment, w X.</summary>
    public void Solve(ReadOnlyBatch<double> d, Batch<double> weights) => Apply(d, static value => 1 / (1 + value), weights);

    /// <summary>
    /// weights ← f(Y Yᵀ) Y d with f(λ) = (1 − (1 + λ)^−½) / λ: where d are the anomalies of an ensemble's predictions, its anomalies less w X have the
    /// posterior covariance. Bishop, Whitaker, Lei, Monthly Weather Review 145, 2017, eq. 25.
    /// </summary>
    public void Shrink(ReadOnlyBatch<double> d, Batch<double> weights) => Apply(d, static value => 1 / (1 + value + Math.Sqrt(1 + value)), weights);

    private void Apply(ReadOnlyBatch<double> d, Func<double, double> f, Batch<double> weights)
    {
        using var frame = Scratch.Enter();
        var size = values.Length;
        var own = frame.Rent(d.Rows, size);
        var product = frame.Rent(d.Rows, y.Rows);
        if (!byObservations)
            Dense.MultiplyTransposedRight(1, d, y, 0, product);
        Dense.MultiplyTransposedRight(1, byObservations ? d : product, vectors, 0, own);
        for (var i = 0; i < size; i++)
        {
            var factor = f(values[i]);
            for (var row = 0; row < own.Rows; row++)
                own[row, i] *= factor;
        }
        if (!byObservations)
        {
            Dense.Multiply(own, vectors, weights);
            return;
        }
        var shaped = frame.Rent(d.Rows, size);
        Dense.Multiply(own, vectors, shaped);
        Dense.MultiplyTransposedRight(1, shaped, y, 0, weights);
    }
}
