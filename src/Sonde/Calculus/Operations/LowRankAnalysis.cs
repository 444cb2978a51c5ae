using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The mean of a Gaussian of precision 1 + Lᵀ L after observations: as <see cref="BandedAnalysis{T}"/>, x = μ + (1 + Lᵀ L + a)⁻¹ (b − a μ), where the k
/// rows of L are directions that are known better than the rest. By Woodbury's identity on the banded 1 + a, exact, in a time linear in n. Operands: μ
/// [rows, n], L [rows or 1, k n], row after row, the lower bands of the symmetric a [rows, n (p + 1)], in the storage of <see cref="Banded"/>, and b
/// [rows, n]. Computed in double precision whatever T is; NaN where 1 + a is not positive definite. The prior of the released program of Blanke, Fablet,
/// Lelarge, "Neural incremental data assimilation", 2024.
/// <para>With w = (1 + Lᵀ L + a)⁻¹ x̄ and e = μ − x: μ̄ += (1 + Lᵀ L) w, b̄ += w, ā −= w xᵀ, and l̄ += (l·e) w + (l·w) e for each row l of L.</para>
/// </summary>
/// <param name="rank">k, 1 or more.</param>
/// <param name="halfWidth">p, 0 or more.</param>
public sealed class LowRankAnalysis<T>(int rank, int halfWidth) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => AnalysisRows.Measure(x, rank, halfWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, rank, halfWidth);
        var mean = frame.Rent(1, y.Width);
        var right = frame.Rent(1, y.Width);
        for (var row = 0; row < y.Rows; row++)
        {
            var sound = at.Load(x, row);
            AnalysisRows.Read(x[0][row], mean);
            AnalysisRows.Read(x[3][row], right);
            Banded.AddProduct(-1, at.Evidence, mean, right);
            at.Solve(right[0]);
            right += (ReadOnlyBatch<double>)mean;
            if (sound)
                TensorPrimitives.ConvertTruncating<double, T>(right.Values, y[row]);
            else
                y[row].Fill(T.NaN);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, rank, halfWidth);
        var vector = frame.Rent(1, y.Width);
        var right = frame.Rent(1, y.Width);
        var band = frame.Rent(y.Width, halfWidth + 1);
        var change = frame.Rent(rank, y.Width);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            AnalysisRows.EvidenceTangent(dx, y, row, right, band, vector);
            if (dx.Has(1))
            {
                AnalysisRows.Read(dx[1][dx[1].Rows == 1 ? 0 : row], change);
                AnalysisRows.Departure(x[0][row], y[row], vector);
                for (var r = 0; r < rank; r++)
                {
                    AddScaled(TensorPrimitives.Dot<double>(at.Directions[r], vector[0]), change[r], right[0]);
                    AddScaled(TensorPrimitives.Dot<double>(change[r], vector[0]), at.Directions[r], right[0]);
                }
            }
            if (dx.Has(0))
            {
                AnalysisRows.Read(dx[0][row], vector);
                at.AddPrecision(vector[0], right[0]);
            }
            at.Solve(right[0]);
            AnalysisRows.Add(right.Values, dy[row]);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, rank, halfWidth);
        var w = frame.Rent(1, y.Width);
        var vector = frame.Rent(1, y.Width);
        var sum = frame.Rent(1, y.Width);
        var band = frame.Rent(y.Width, halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            AnalysisRows.Read(yBar[row], w);
            at.Solve(w[0]);
            if (xBar.Wants(0))
            {
                sum.Clear();
                at.AddPrecision(w[0], sum[0]);
                AnalysisRows.Add(sum.Values, xBar[0][row]);
            }
            if (xBar.Wants(1))
            {
                AnalysisRows.Departure(x[0][row], y[row], vector);
                var to = xBar[1][xBar[1].Rows == 1 ? 0 : row];
                for (var r = 0; r < rank; r++)
                {
                    sum.Clear();
                    AddScaled(TensorPrimitives.Dot<double>(at.Directions[r], vector[0]), w[0], sum[0]);
                    AddScaled(TensorPrimitives.Dot<double>(at.Directions[r], w[0]), vector[0], sum[0]);
                    AnalysisRows.Add(sum.Values, to.Slice(r * y.Width, y.Width));
                }
            }
            AnalysisRows.AddEvidenceAdjoint(xBar, y, row, w, band, vector);
        }
    }

    private static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y) => TensorPrimitives.MultiplyAdd(x, factor, y, y);

    /// <summary>The matrices of one row, and the factors of their sum.</summary>
    private readonly ref struct Row(ScratchFrame frame, int n, int rank, int halfWidth)
    {
        private readonly WoodburySolver solver = new(frame, n, rank, halfWidth);

        /// <summary>L.</summary>
        public Batch<double> Directions { get; } = frame.Rent(rank, n);

        /// <summary>a.</summary>
        public Batch<double> Evidence { get; } = frame.Rent(n, halfWidth + 1);

        /// <summary>False where 1 + a is not positive definite.</summary>
        public bool Load(Operands<T> x, int row)
        {
            AnalysisRows.Read(x[1][x[1].Rows == 1 ? 0 : row], Directions);
            AnalysisRows.Read(x[2][row], Evidence);
            return solver.Factor(Evidence, Directions);
        }

        /// <summary>right ← (1 + Lᵀ L + a)⁻¹ right.</summary>
        public void Solve(Span<double> right) => solver.Solve(Directions, right);

        /// <summary>sum += (1 + Lᵀ L) v.</summary>
        public void AddPrecision(ReadOnlySpan<double> v, Span<double> sum)
        {
            TensorPrimitives.Add(sum, v, sum);
            for (var r = 0; r < Directions.Rows; r++)
                AddScaled(TensorPrimitives.Dot(Directions[r], v), Directions[r], sum);
        }
    }
}
