using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>
/// ½ log det S + ½ eᵀ S⁻¹ e with S = diag(d) + Σ u uᵀ, row by row, [rows, 1]: minus the log density of a departure e, up to a constant, of a Gaussian
/// whose covariance is a diagonal and r directions. Operands: d above 0, [rows, n], the directions one after the other, [rows, r n], and e [rows, n].
/// By S⁻¹ = D⁻¹ − D⁻¹ U M⁻¹ Uᵀ D⁻¹ and det S = det D det M with M = 1 + Uᵀ D⁻¹ U, the cost is linear in n. Computed in double precision whatever T
/// is. With z = S⁻¹ e its derivatives are ½ (S⁻¹ᵢᵢ − zᵢ²), (S⁻¹ − z zᵀ) U and z.
/// </summary>
public sealed class LowRankDensity<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The only instance that is needed.</summary>
    public static LowRankDensity<T> Instance { get; } = new();

    /// <inheritdoc/>
    public Size Measure(Operands<T> x)
    {
        var (diagonal, directions, departure) = (x.Size(0), x.Size(1), x.Size(2));
        return diagonal == departure && directions.Rows == departure.Rows && directions.Width > 0 && directions.Width % Math.Max(1, departure.Width) == 0
            ? new(departure.Rows, 1)
            : throw new ArgumentException($"Departures of {departure} need a diagonal of as many numbers and whole directions, not {diagonal} and {directions}.");
    }

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var row = 0; row < y.Rows; row++)
        {
            using var frame = Scratch.Enter();
            y[row, 0] = T.CreateTruncating(new Row(frame, x, row).Value);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
        {
            using var frame = Scratch.Enter();
            var at = new Row(frame, x, row);
            at.Differentiate(frame);
            var sum = 0.0;
            for (var operand = 0; operand < 3; operand++)
                for (var i = 0; dx.Has(operand) && i < dx[operand].Width; i++)
                    sum += at.By(operand)[i] * double.CreateTruncating(dx[operand][row, i]);
            dy[row, 0] += T.CreateTruncating(sum);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var row = 0; row < yBar.Rows; row++)
        {
            using var frame = Scratch.Enter();
            var at = new Row(frame, x, row);
            at.Differentiate(frame);
            var scale = double.CreateTruncating(yBar[row, 0]);
            for (var operand = 0; operand < 3; operand++)
                if (xBar.Wants(operand))
                {
                    var to = xBar[operand][row];
                    for (var i = 0; i < to.Length; i++)
                        to[i] += T.CreateTruncating(scale * at.By(operand)[i]);
                }
        }
    }

    /// <summary>One row: its value and its derivatives.</summary>
    private readonly ref struct Row
    {
        private readonly Batch<double> diagonal, directions, departure, scaled, root, solved, byDiagonal, byDirections;

        public Row(ScratchFrame frame, Operands<T> x, int row)
        {
            var (n, rank) = (x.Size(2).Width, x.Size(1).Width / x.Size(2).Width);
            diagonal = frame.Rent(1, n);
            departure = frame.Rent(1, n);
            solved = frame.Rent(1, n);
            directions = frame.Rent(rank, n);
            scaled = frame.Rent(rank, n);
            root = frame.Rent(rank, rank);
            byDiagonal = frame.Rent(1, n);
            byDirections = frame.Rent(rank, n);
            AnalysisRows.Read(x[0][row], diagonal);
            AnalysisRows.Read(x[1][row], directions);
            AnalysisRows.Read(x[2][row], departure);
            for (var r = 0; r < rank; r++)
                TensorPrimitives.Divide(directions[r], diagonal[0], scaled[r]);             // D⁻¹ U
            Dense.MultiplyTransposedRight(1, directions, scaled, 0, root);                  // Uᵀ D⁻¹ U
            for (var r = 0; r < rank; r++)
                root[r, r] += 1;
            TensorPrimitives.Divide(departure[0], diagonal[0], solved[0]);
            if (!Cholesky.Factor(root))
            {
                Value = double.NaN;
                return;
            }
            var projected = frame.Rent(1, rank);
            Dense.MultiplyTransposedRight(1, departure, scaled, 0, projected);              // Uᵀ D⁻¹ e
            Cholesky.Solve(root, projected);
            Dense.Multiply(-1, projected, scaled, 1, solved);                               // z
            var logarithms = 0.0;
            for (var i = 0; i < n; i++)
                logarithms += Math.Log(diagonal[0, i]);
            for (var r = 0; r < rank; r++)
                logarithms += 2 * Math.Log(root[r, r]);
            Value = 0.5 * (logarithms + TensorPrimitives.Dot<double>(departure[0], solved[0]));
        }

        /// <summary>NaN where S is not positive definite.</summary>
        public double Value { get; }

        /// <summary>The derivative by an operand.</summary>
        public ReadOnlySpan<double> By(int operand) => operand switch { 0 => byDiagonal.Values, 1 => byDirections.Values, _ => solved.Values };

        public void Differentiate(ScratchFrame frame)
        {
            var (rank, n) = (directions.Rows, directions.Width);
            var inner = frame.Rent(n, rank);                                                // (M⁻¹ Uᵀ D⁻¹)ᵀ
            var along = frame.Rent(1, rank);
            Dense.Transpose(scaled, inner);
            Cholesky.Solve(root, inner);
            for (var i = 0; i < n; i++)
            {
                var inverse = 1 / diagonal[0, i];
                for (var r = 0; r < rank; r++)
                    inverse -= scaled[r, i] * inner[i, r];
                byDiagonal[0, i] = 0.5 * (inverse - solved[0, i] * solved[0, i]);
            }
            Dense.MultiplyTransposedRight(1, solved, directions, 0, along);                 // zᵀ U
            for (var r = 0; r < rank; r++)
                for (var i = 0; i < n; i++)                                                 // S⁻¹ U = D⁻¹ U M⁻¹
                    byDirections[r, i] = inner[i, r] - solved[0, i] * along[0, r];
        }
    }
}
