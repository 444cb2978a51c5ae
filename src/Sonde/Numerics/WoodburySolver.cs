using System.Numerics.Tensors;

namespace Sonde.Numerics;

/// <summary>
/// Solves with 1 + a + Lᵀ L, a symmetric and banded, L of few rows: (B + Lᵀ L)⁻¹ = B⁻¹ − Vᵀ (1 + L Vᵀ)⁻¹ V with B = 1 + a and V = L B⁻¹. Woodbury 1950.
/// Its memory is the frame's.
/// </summary>
/// <param name="frame">Outlives the solver.</param>
/// <param name="n">Rows of a.</param>
/// <param name="rank">k, rows of L.</param>
/// <param name="halfWidth">p of a.</param>
internal readonly ref struct WoodburySolver(ScratchFrame frame, int n, int rank, int halfWidth)
{
    private readonly Batch<double> inner = frame.Rent(rank, rank);
    private readonly Batch<double> weights = frame.Rent(1, rank);

    /// <summary>The Cholesky factor of B, [n, p + 1].</summary>
    public Batch<double> Band { get; } = frame.Rent(n, halfWidth + 1);

    /// <summary>V, [k, n].</summary>
    public Batch<double> Solved { get; } = frame.Rent(rank, n);

    /// <summary>Factors; false where 1 + a is not positive definite, and every solution is then NaN.</summary>
    /// <param name="evidence">The lower band of a, [n, p + 1].</param>
    /// <param name="directions">L, [k, n].</param>
    public bool Factor(ReadOnlyBatch<double> evidence, ReadOnlyBatch<double> directions)
    {
        evidence.CopyTo(Band);
        Banded.AddDiagonal(1, Band);
        directions.CopyTo(Solved);
        var sound = BandedCholesky.Factor(Band);
        if (sound)
        {
            BandedCholesky.Solve(Band, Solved);
            Dense.MultiplyTransposedRight(1.0, directions, Solved, 0, inner);
            for (var r = 0; r < inner.Rows; r++)
                inner[r, r] += 1;
            sound = Cholesky.Factor(inner);
        }
        if (!sound)
        {
            Band.Fill(double.NaN);
            inner.Fill(double.NaN);
            Solved.Fill(double.NaN);
        }
        return sound;
    }

    /// <summary>right ← (1 + a + Lᵀ L)⁻¹ right.</summary>
    public void Solve(ReadOnlyBatch<double> directions, Span<double> right)
    {
        for (var r = 0; r < directions.Rows; r++)
            weights[0, r] = TensorPrimitives.Dot(Solved[r], (ReadOnlySpan<double>)right);
        Cholesky.Solve(inner, weights);
        BandedCholesky.Solve(Band, new Batch<double>(right));
        for (var r = 0; r < directions.Rows; r++)
            TensorPrimitives.MultiplyAdd(Solved[r], -weights[0, r], right, right);
    }

    /// <summary>draw ← (1 + a + Lᵀ L)⁻¹ (l ξ + Lᵀ ζ) with l lᵀ = 1 + a and white ξ and ζ: a draw with covariance (1 + a + Lᵀ L)⁻¹.</summary>
    /// <param name="directions">L, [k, n].</param>
    /// <param name="draw">ξ, [1, n], overwritten.</param>
    /// <param name="white">ζ, [k].</param>
    public void Draw(ReadOnlyBatch<double> directions, Batch<double> draw, ReadOnlySpan<double> white)
    {
        using var own = Scratch.Enter();
        var right = own.RentCleared(1, draw.Width);
        Banded.AddLowerProduct(1, Band, draw, right);
        for (var r = 0; r < directions.Rows; r++)
            TensorPrimitives.MultiplyAdd(directions[r], white[r], right.Values, right.Values);
        Solve(directions, right.Values);
        right.CopyTo(draw);
    }

    /// <summary>U with Vᵀ (1 + L Vᵀ)⁻¹ V = U Uᵀ: by how much L lowers the covariances B⁻¹.</summary>
    /// <param name="columns">U, [n, k], overwritten.</param>
    public void Lowered(Batch<double> columns)
    {
        Dense.Transpose<double>(Solved, columns);
        Cholesky.SolveLower<double>(inner, columns);
    }
}
