using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// Proper orthogonal decomposition of normalized fields on a grid: a mean and modes that are orthonormal by the grid's weights, so that the
/// square of a field's error is that of its coefficients and of what the modes leave out. Sirovich, Q. Appl. Math. 45, 1987.
/// </summary>
public sealed class FieldModes<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MoreDirections = 10, Sweeps = 2;      // Halko, Martinsson, Tropp, SIAM Review 53, 2011, algorithm 4.4

    /// <summary>Modes as they are.</summary>
    /// <param name="mean">[1, width].</param>
    /// <param name="modes">A row a mode, [modes, width].</param>
    /// <param name="deviation">Of the coefficient of each mode, above 0.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public FieldModes(Matrix<T> mean, Matrix<T> modes, ReadOnlySpan<T> deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(modes);
        if (mean.Rows != 1 || mean.Width != modes.Width || deviation.Length != modes.Rows || modes.Rows == 0)
            throw new ArgumentException($"{modes.Rows} modes of {modes.Width} values do not fit a mean of {mean.Width} and {deviation.Length} deviations.", nameof(modes));
        (Mean, Modes, Deviation) = (mean, modes, new Matrix<T>(new ReadOnlyBatch<T>(deviation)));
    }

    /// <summary>[1, width].</summary>
    public Matrix<T> Mean { get; }

    /// <summary>A row a mode.</summary>
    public Matrix<T> Modes { get; }

    /// <summary>Of the coefficient of each mode, [1, modes].</summary>
    public Matrix<T> Deviation { get; }

    /// <summary>How many there are.</summary>
    public int Count => Modes.Rows;

    /// <summary>Factors that the modes were made of, and that make whole fields with less work; null where there are none.</summary>
    public FactoredModes<T>? Factors { get; internal init; }

    /// <summary>The leading modes of snapshots in memory; as below.</summary>
    /// <param name="snapshots">A row a snapshot.</param>
    /// <param name="gridWeights">Share of each component in the square of a field's norm, [width]; scaled to a mean of 1.</param>
    /// <param name="count">Modes wanted, 1 or more.</param>
    /// <param name="random">The first directions.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 snapshots, they are all the same, or numbers do not fit.</exception>
    public static FieldModes<T> Of(Matrix<T> snapshots, ReadOnlySpan<double> gridWeights, int count, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return Of(1, snapshots.Rows, (_, rows) => snapshots.All.CopyTo(rows), gridWeights, count, random, workers);
    }

    /// <summary>
    /// The leading modes of snapshots that come in blocks, by subspace iteration with a random start; as many as are told apart, at most
    /// <paramref name="count"/>. Every block is read seven times, and one is in memory.
    /// </summary>
    /// <param name="blocks">How many blocks there are.</param>
    /// <param name="rows">Snapshots of a block.</param>
    /// <param name="read">Fills the rows of a block.</param>
    /// <param name="gridWeights">Share of each component in the square of a field's norm, [width]; scaled to a mean of 1.</param>
    /// <param name="count">Modes wanted, 1 or more.</param>
    /// <param name="random">The first directions.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 snapshots, they are all the same, or numbers do not fit.</exception>
    public static FieldModes<T> Of(
        int blocks, int rows, SnapshotReader<T> read, ReadOnlySpan<double> gridWeights, int count, RandomSource random, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(random);
        Check.AtLeast(2, blocks * rows, nameof(rows));
        Check.AtLeast(1, count, nameof(count));
        var (width, snapshots) = (gridWeights.Length, blocks * rows);
        var (mean, roots, block) = (new Matrix<T>(1, width), new T[width], new Matrix<T>(rows, width));
        var share = width / TensorPrimitives.Sum(gridWeights);
        for (var i = 0; i < roots.Length; i++)
            roots[i] = T.CreateChecked(Math.Sqrt(gridWeights[i] * share));
        for (var b = 0; b < blocks; b++)
        {
            read(b, block);
            for (var row = 0; row < rows; row++)
                TensorPrimitives.MultiplyAdd(block[row], T.CreateChecked(1.0 / snapshots), mean.Values, mean.Values);
        }
        var directions = Math.Min(count + MoreDirections, Math.Min(snapshots - 1, width));
        var (basis, along, part) = (new Matrix<T>(directions, width), new Matrix<T>(directions, snapshots), new Matrix<T>(directions, rows));
        random.FillNormal(along.Values);
        for (var sweep = 0; ; sweep++)
        {
            basis.Values.Clear();
            for (var b = 0; b < blocks; b++)
            {
                Centered(b);
                for (var direction = 0; direction < directions; direction++)
                    along[direction].Slice(b * rows, rows).CopyTo(part[direction]);
                Dense.Multiply(T.One, part, block, T.One, basis, workers);
            }
            Orthonormalize(basis);
            for (var b = 0; b < blocks; b++)
            {
                Centered(b);
                Dense.MultiplyTransposedRight(T.One, basis, block, T.Zero, part, workers);
                for (var direction = 0; direction < directions; direction++)
                    part[direction].CopyTo(along[direction].Slice(b * rows, rows));
            }
            if (sweep == Sweeps)
                return Rotated(mean, basis, along, roots, Math.Min(count, directions));
            Orthonormalize(along);
        }

        void Centered(int b)
        {
            read(b, block);
            for (var row = 0; row < rows; row++)
            {
                TensorPrimitives.Subtract(block[row], mean.Values, block[row]);
                TensorPrimitives.Multiply(block[row], roots, block[row]);
            }
        }
    }

    /// <summary>Coefficients of normalized fields, in units of their deviations.</summary>
    /// <param name="fields">A row a field.</param>
    /// <param name="gridWeights">As the modes were made with.</param>
    /// <param name="workers">How many threads may work.</param>
    public Matrix<T> Coefficients(Matrix<T> fields, ReadOnlySpan<double> gridWeights, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var coefficients = new Matrix<T>(fields.Rows, Count);
        Projection(gridWeights, workers)(fields, coefficients);
        return coefficients;
    }

    /// <summary>From rows of normalized fields to their coefficients, in units of their deviations; for many calls.</summary>
    /// <param name="gridWeights">As the modes were made with.</param>
    /// <param name="workers">How many threads may work.</param>
    public FieldProjection<T> Projection(ReadOnlySpan<double> gridWeights, Workers workers)
    {
        var (weighted, ofMean) = (Modes.Copy(), new Matrix<T>(1, Count));
        var share = Modes.Width / TensorPrimitives.Sum(gridWeights);
        for (var mode = 0; mode < Count; mode++)
            for (var i = 0; i < Modes.Width; i++)
                weighted[mode, i] *= T.CreateChecked(gridWeights[i] * share) / Deviation.Values[mode];
        Dense.MultiplyTransposedRight(T.One, Mean, weighted, T.Zero, ofMean, workers);
        return (fields, coefficients) =>
        {
            Dense.MultiplyTransposedRight(T.One, fields, weighted, T.Zero, coefficients, workers);
            for (var row = 0; row < coefficients.Rows; row++)
                TensorPrimitives.Subtract(coefficients[row], ofMean.Values, coefficients[row]);
        };
    }

    /// <summary>A weight for each component of a field's norm: 1 in flat spaces, the cosine of the latitude on a sphere.</summary>
    /// <param name="frame">The fields.</param>
    public static double[] GridWeights(FieldFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var isSphere = frame.Domain.Space is Sphere;
        return [.. frame.GridPlaces().Select(place => isSphere ? Math.Max(1e-6, Math.Cos(double.DegreesToRadians(place.Point.Y))) : 1)];
    }

    /// <summary>Turns the basis to the principal axes of what lies along it.</summary>
    private static FieldModes<T> Rotated(Matrix<T> mean, Matrix<T> basis, Matrix<T> along, T[] roots, int count)
    {
        var n = basis.Rows;
        var (gram, values, vectors) = (new Matrix<double>(n, n), new double[n], new Matrix<double>(n, n));
        var precise = new Matrix<double>(n, along.Width);
        TensorPrimitives.ConvertSaturating<T, double>(along.Values, precise.Values);
        Dense.Gram<double>(precise, gram);
        if (!SymmetricEigen.Decompose(gram, values, vectors))
            throw new ArgumentException($"The modes of {along.Width} snapshots cannot be found: a number is not finite.", nameof(along));
        var order = Enumerable.Range(0, n).OrderByDescending(i => values[i]).TakeWhile(i => values[i] > 1e-12 * values.Max()).Take(count).ToArray();
        if (order.Length == 0)
            throw new ArgumentException($"All {along.Width} snapshots are the same field, so that there are 0 modes.", nameof(along));
        var (turn, modes, deviation) = (new Matrix<T>(order.Length, n), new Matrix<T>(order.Length, basis.Width), new T[order.Length]);
        for (var k = 0; k < order.Length; k++)
        {
            for (var i = 0; i < n; i++)
                turn[k, i] = T.CreateChecked(vectors[order[k], i]);
            deviation[k] = T.CreateChecked(Math.Sqrt(values[order[k]] / along.Width));
        }
        Dense.Multiply(T.One, turn, basis, T.Zero, modes);
        for (var k = 0; k < order.Length; k++)
            TensorPrimitives.Divide(modes[k], roots, modes[k]);
        return new(mean, modes, deviation);
    }

    private static void Orthonormalize(Matrix<T> rows)
    {
        if (!Qr.OrthonormalizeRows<T>(rows))                // fewer independent directions: their span, and others that carry nothing
        {
            var random = new RandomSource(rows.Width).Fork("directions");
            var noise = new T[rows.Width];
            for (var row = 0; row < rows.Rows; row++)
            {
                random.FillNormal(noise);
                var size = T.CreateChecked(1e-5) * TensorPrimitives.Norm<T>(rows[0]) / T.Sqrt(T.CreateChecked(rows.Width));
                TensorPrimitives.MultiplyAdd(noise, T.Max(size, T.CreateChecked(1e-20)), rows[row], rows[row]);
            }
            if (!Qr.OrthonormalizeRows<T>(rows))
                throw new ArgumentException($"The {rows.Rows} directions of the snapshots are not finite.", nameof(rows));
        }
    }
}

/// <summary>Fills the rows of a block of snapshots.</summary>
/// <param name="block">Which block.</param>
/// <param name="rows">A row a snapshot, overwritten.</param>
public delegate void SnapshotReader<T>(int block, Batch<T> rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>From fields to coefficients.</summary>
/// <param name="fields">A row a field.</param>
/// <param name="coefficients">A row a field, overwritten.</param>
public delegate void FieldProjection<T>(ReadOnlyBatch<T> fields, Batch<T> coefficients) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
