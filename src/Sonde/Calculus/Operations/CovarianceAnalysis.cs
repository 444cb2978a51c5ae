using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The mean of a Gaussian of banded covariance c cᵀ after observations: as <see cref="BandedAnalysis{T}"/>, but where that reads c cᵀ as a precision. Row by
/// row, x = μ + c v with v = (1 + cᵀ a c)⁻¹ cᵀ (b − a μ), which equals the update among the observations, μ + c cᵀ Hᵀ (H c cᵀ Hᵀ + R)⁻¹ (y − H μ), for a =
/// Hᵀ R⁻¹ H and b = Hᵀ R⁻¹ y; the matrix solved with is banded, and never less than 1. Operands: μ [rows, n], the bands of the lower triangular c [rows or
/// 1, n (p + 1)], the lower bands of the symmetric a [rows, n (p + 1)], in the storage of <see cref="Banded"/>, and b [rows, n]. Computed in double
/// precision whatever T is. The cost is linear in n. Blanke, Fablet, Lelarge, "Neural incremental data assimilation", 2024, eq. 2.4.
/// <para>With t = (1 + cᵀ a c)⁻¹ cᵀ x̄, w = c t and m̄ = x̄ − a w: μ̄ += m̄, b̄ += w, ā −= w xᵀ, and c̄ += m̄ vᵀ + (b − a x) tᵀ within the band.</para>
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
public sealed class CovarianceAnalysis<T>(int halfWidth) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => AnalysisRows.Measure(x, halfWidth + 1, halfWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, halfWidth);
        for (var row = 0; row < y.Rows; row++)
        {
            var sound = at.Load(x, row);
            TensorPrimitives.ConvertTruncating<double, T>(at.Estimate.Values, y[row]);
            if (!sound)
                y[row].Fill(T.NaN);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, halfWidth);
        var vector = frame.Rent(1, y.Width);
        var inner = frame.Rent(1, y.Width);
        var right = frame.Rent(1, y.Width);             // db − da x − a (dμ + dc v)
        var sum = frame.Rent(1, y.Width);               // dμ + dc v
        var band = frame.Rent(y.Width, halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            sum.Clear();
            right.Clear();
            inner.Clear();
            if (dx.Has(0))
                AnalysisRows.Read(dx[0][row], sum);
            if (dx.Has(3))
                AnalysisRows.Read(dx[3][row], right);
            if (dx.Has(2))
            {
                AnalysisRows.Read(dx[2][row], band);
                Banded.AddProduct(-1, band, at.Estimate, right);
            }
            if (dx.Has(1))
            {
                AnalysisRows.Read(dx[1][dx[1].Rows == 1 ? 0 : row], band);
                Banded.AddLowerProduct(1, band, at.Inner, sum);
                Banded.AddLowerTransposedProduct(1, band, at.Left, inner);
            }
            Banded.AddProduct(-1, at.Evidence, sum, right);
            at.Solve(right, inner);
            Banded.AddLowerProduct(1, at.Factor, inner, sum);
            AnalysisRows.Add(sum.Values, dy[row]);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, halfWidth);
        var t = frame.Rent(1, y.Width);
        var w = frame.Rent(1, y.Width);
        var meanBar = frame.Rent(1, y.Width);
        var band = frame.Rent(y.Width, halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            AnalysisRows.Read(yBar[row], meanBar);
            t.Clear();
            at.Solve(meanBar, t);
            w.Clear();
            Banded.AddLowerProduct(1, at.Factor, t, w);
            Banded.AddProduct(-1, at.Evidence, w, meanBar);
            if (xBar.Wants(0))
                AnalysisRows.Add(meanBar.Values, xBar[0][row]);
            if (xBar.Wants(1))
            {
                band.Clear();
                Banded.AddLowerOuterProduct(1, meanBar.Values, at.Inner.Values, band);
                Banded.AddLowerOuterProduct(1, at.Left.Values, t.Values, band);
                AnalysisRows.Add(band.Values, xBar[1][xBar[1].Rows == 1 ? 0 : row]);
            }
            if (xBar.Wants(2))
            {
                band.Clear();
                Banded.AddOuterProduct(-1, w.Values, at.Estimate.Values, band);
                AnalysisRows.Add(band.Values, xBar[2][row]);
            }
            if (xBar.Wants(3))
                AnalysisRows.Add(w.Values, xBar[3][row]);
        }
    }

    /// <summary>The matrices of one row, and its analysis.</summary>
    private ref struct Row(ScratchFrame frame, int n, int halfWidth)
    {
        private readonly Batch<double> memory = frame.Rent(n, 2 * halfWidth + 1);
        private Batch<double> cholesky;

        /// <summary>c.</summary>
        public Batch<double> Factor { get; } = frame.Rent(n, halfWidth + 1);

        /// <summary>a.</summary>
        public Batch<double> Evidence { get; } = frame.Rent(n, halfWidth + 1);

        /// <summary>v.</summary>
        public Batch<double> Inner { get; } = frame.Rent(1, n);

        /// <summary>x.</summary>
        public Batch<double> Estimate { get; } = frame.Rent(1, n);

        /// <summary>b − a x: what the analysis leaves.</summary>
        public Batch<double> Left { get; } = frame.Rent(1, n);

        /// <summary>False where 1 + cᵀ a c is not positive definite.</summary>
        public bool Load(Operands<T> x, int row)
        {
            AnalysisRows.Read(x[1][x[1].Rows == 1 ? 0 : row], Factor);
            AnalysisRows.Read(x[2][row], Evidence);
            AnalysisRows.Read(x[0][row], Estimate);
            AnalysisRows.Read(x[3][row], Left);
            var width = halfWidth + BandedCongruence.Reach(Evidence) + 1;
            cholesky = new Batch<double>(memory.Values[..(Factor.Rows * width)], Factor.Rows, width);
            BandedCongruence.Form(Factor, Evidence, cholesky);
            var sound = BandedCholesky.Factor(cholesky);
            if (!sound)
                cholesky.Fill(double.NaN);
            Banded.AddProduct(-1, Evidence, Estimate, Left);
            Inner.Clear();
            Solve(Left, Inner);
            Banded.AddLowerProduct(1, Factor, Inner, Estimate);
            AnalysisRows.Read(x[3][row], Left);
            Banded.AddProduct(-1, Evidence, Estimate, Left);
            return sound;
        }

        /// <summary>inner ← (1 + cᵀ a c)⁻¹ (inner + cᵀ right).</summary>
        public readonly void Solve(ReadOnlyBatch<double> right, Batch<double> inner)
        {
            Banded.AddLowerTransposedProduct(1, Factor, right, inner);
            BandedCholesky.Solve(cholesky, inner);
        }
    }
}
