using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// The mean of a Gaussian after observations: the x that minimises ½ |cᵀ(x − μ)|² + ½ xᵀ a x − bᵀ x, row by row, x = μ + (c cᵀ + a)⁻¹ (b − a μ), with
/// banded matrices: c cᵀ, to which a floor ε can be added throughout, is the precision before, a = Hᵀ R⁻¹ H and b = Hᵀ R⁻¹ y are what observations say. Operands: μ [rows, n], the bands of the
/// lower triangular c [rows or 1, n (p + 1)], the lower bands of the symmetric a [rows, n (p + 1)], in the storage of <see cref="Banded"/>, and b
/// [rows, n]. Computed in double precision whatever T is: accurate observations make the system stiff. NaN where it is not positive definite. The
/// cost is linear in n. Blanke, Fablet, Lelarge, "Neural incremental data assimilation", 2024, eq. 2.5, with a banded precision.
/// <para>With w = (c cᵀ + a)⁻¹ x̄ and e = μ − x: μ̄ += c cᵀ w, b̄ += w, ā −= w xᵀ, and c̄ += w (cᵀe)ᵀ + e (cᵀw)ᵀ within the band.</para>
/// </summary>
/// <param name="halfWidth">p, 0 or more.</param>
/// <param name="floor">ε, added to the diagonal of c cᵀ: no direction is less certain, however singular c is; 0 or more.</param>
public sealed class BandedAnalysis<T>(int halfWidth, double floor = 0) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => AnalysisRows.Measure(x, halfWidth + 1, halfWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, halfWidth, floor);
        var mean = frame.Rent(1, y.Width);
        var right = frame.Rent(1, y.Width);
        for (var row = 0; row < y.Rows; row++)
        {
            var sound = at.Load(x, row);
            AnalysisRows.Read(x[0][row], mean);
            AnalysisRows.Read(x[3][row], right);
            Banded.AddProduct(-1, at.Evidence, mean, right);
            at.Solve(right);
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
        var at = new Row(frame, y.Width, halfWidth, floor);
        var vector = frame.Rent(1, y.Width);
        var product = frame.Rent(1, y.Width);
        var right = frame.Rent(1, y.Width);
        var band = frame.Rent(y.Width, halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            AnalysisRows.EvidenceTangent(dx, y, row, right, band, vector);
            if (dx.Has(1))
            {
                AnalysisRows.Read(dx[1][dx[1].Rows == 1 ? 0 : row], band);
                AnalysisRows.Departure(x[0][row], y[row], vector);
                product.Clear();
                Banded.AddLowerTransposedProduct(1, at.Factor, vector, product);
                Banded.AddLowerProduct(1, band, product, right);
                product.Clear();
                Banded.AddLowerTransposedProduct(1, band, vector, product);
                Banded.AddLowerProduct(1, at.Factor, product, right);
            }
            if (dx.Has(0))
            {
                AnalysisRows.Read(dx[0][row], vector);
                at.AddPrecision(vector, product, right);
            }
            at.Solve(right);
            AnalysisRows.Add(right.Values, dy[row]);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var at = new Row(frame, y.Width, halfWidth, floor);
        var w = frame.Rent(1, y.Width);
        var vector = frame.Rent(1, y.Width);
        var product = frame.Rent(1, y.Width);
        var sum = frame.Rent(1, y.Width);
        var band = frame.Rent(y.Width, halfWidth + 1);
        for (var row = 0; row < y.Rows; row++)
        {
            at.Load(x, row);
            AnalysisRows.Read(yBar[row], w);
            at.Solve(w);
            product.Clear();
            Banded.AddLowerTransposedProduct(1, at.Factor, w, product);         // cᵀ w
            if (xBar.Wants(0))
            {
                sum.Clear();
                Banded.AddLowerProduct(1, at.Factor, product, sum);
                sum += floor * (ReadOnlyBatch<double>)w;
                AnalysisRows.Add(sum.Values, xBar[0][row]);
            }
            if (xBar.Wants(1))
            {
                band.Clear();
                AnalysisRows.Departure(x[0][row], y[row], vector);
                Banded.AddLowerOuterProduct(1, vector.Values, product.Values, band);
                sum.Clear();
                Banded.AddLowerTransposedProduct(1, at.Factor, vector, sum);
                Banded.AddLowerOuterProduct(1, w.Values, sum.Values, band);
                AnalysisRows.Add(band.Values, xBar[1][xBar[1].Rows == 1 ? 0 : row]);
            }
            AnalysisRows.AddEvidenceAdjoint(xBar, y, row, w, band, vector);
        }
    }

    /// <summary>The matrices of one row, and the factor of their sum.</summary>
    private readonly ref struct Row(ScratchFrame frame, int n, int halfWidth, double floor)
    {
        private readonly Batch<double> cholesky = frame.Rent(n, halfWidth + 1);

        /// <summary>c.</summary>
        public Batch<double> Factor { get; } = frame.Rent(n, halfWidth + 1);

        /// <summary>a.</summary>
        public Batch<double> Evidence { get; } = frame.Rent(n, halfWidth + 1);

        /// <summary>False where c cᵀ + ε + a is not positive definite.</summary>
        public bool Load(Operands<T> x, int row)
        {
            AnalysisRows.Read(x[1][x[1].Rows == 1 ? 0 : row], Factor);
            AnalysisRows.Read(x[2][row], Evidence);
            Banded.Gram(Factor, cholesky);
            Banded.AddDiagonal(floor, cholesky);
            var sum = cholesky;
            sum += (ReadOnlyBatch<double>)Evidence;
            if (BandedCholesky.Factor(cholesky))
                return true;
            cholesky.Fill(double.NaN);
            return false;
        }

        /// <summary>right ← (c cᵀ + ε + a)⁻¹ right.</summary>
        public void Solve(Batch<double> right) => BandedCholesky.Solve(cholesky, right);

        /// <summary>sum += (c cᵀ + ε) v.</summary>
        public void AddPrecision(ReadOnlyBatch<double> v, Batch<double> product, Batch<double> sum)
        {
            product.Clear();
            Banded.AddLowerTransposedProduct(1, Factor, v, product);
            Banded.AddLowerProduct(1, Factor, product, sum);
            sum += floor * v;
        }
    }
}
