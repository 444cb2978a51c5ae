using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// Modes on a regular grid as sums of products of functions of each axis: τₖ(x, y) = Σₐᵦ Cₖₐᵦ Yₐ(y) Xᵦ(x), with orthonormal functions of each field's
/// own. Smooth modes need few functions, and their size no longer depends on the grid. Tucker, Psychometrika 31, 1966; De Lathauwer et al.,
/// SIAM J. Matrix Anal. Appl. 21, 2000.
/// </summary>
public sealed class FactoredModes<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int fields;

    /// <summary>Factors as they are.</summary>
    /// <param name="core">C: a row a mode, [modes, fields × functions of y × functions of x].</param>
    /// <param name="alongY">Y: a row a function, those of a field one after the other.</param>
    /// <param name="alongX">X: a row a function, those of a field one after the other.</param>
    /// <param name="fields">How many fields there are, 1 or more.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public FactoredModes(Matrix<T> core, Matrix<T> alongY, Matrix<T> alongX, int fields)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(alongY);
        ArgumentNullException.ThrowIfNull(alongX);
        Check.AtLeast(1, fields, nameof(fields));
        if (alongY.Rows % fields != 0 || alongX.Rows % fields != 0 || core.Width != alongY.Rows / fields * alongX.Rows)
            throw new ArgumentException($"{alongY.Rows} and {alongX.Rows} functions of {fields} fields do not fit {core.Width} numbers a mode.", nameof(core));
        (Core, AlongY, AlongX, this.fields) = (core, alongY, alongX, fields);
    }

    /// <summary>C.</summary>
    public Matrix<T> Core { get; }

    /// <summary>Y.</summary>
    public Matrix<T> AlongY { get; }

    /// <summary>X.</summary>
    public Matrix<T> AlongX { get; }

    private int OfY => AlongY.Rows / fields;

    private int OfX => AlongX.Rows / fields;

    /// <summary>The factors that keep the most of modes, each weighted by the deviation of its coefficient.</summary>
    /// <param name="modes">On a grid, field after field, row after row.</param>
    /// <param name="fields">How many fields there are.</param>
    /// <param name="rows">Points along y; 1 on a line.</param>
    /// <param name="functions">Functions of each axis, 1 or more; as many as points at most.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a number is not finite.</exception>
    public static FactoredModes<T> Of(FieldModes<T> modes, int fields, int rows, int functions)
    {
        ArgumentNullException.ThrowIfNull(modes);
        Check.AtLeast(1, functions, nameof(functions));
        if (fields < 1 || rows < 1 || modes.Modes.Width % (fields * rows) != 0)
            throw new ArgumentException($"Modes of {modes.Modes.Width} values do not lie on {fields} fields of {rows} rows of points.", nameof(rows));
        var columns = modes.Modes.Width / fields / rows;
        var (ofY, ofX) = (Math.Min(functions, rows), Math.Min(functions, columns));
        var (alongY, alongX) = (new Matrix<T>(fields * ofY, rows), new Matrix<T>(fields * ofX, columns));
        var (ofRows, ofColumns, image) = (new Matrix<T>(rows, rows), new Matrix<T>(columns, columns), new Matrix<T>(rows, columns));
        for (var f = 0; f < fields; f++)
        {
            ofRows.Values.Clear();
            ofColumns.Values.Clear();
            for (var k = 0; k < modes.Count; k++)
            {
                TensorPrimitives.Multiply(modes.Modes[k].Slice(f * image.Values.Length, image.Values.Length), modes.Deviation[0, k], image.Values);
                Dense.MultiplyTransposedRight(T.One, image, image, T.One, ofRows);
                Dense.MultiplyTransposedLeft(T.One, image, image, T.One, ofColumns);
            }
            Leading(ofRows, alongY.All.Slice(f * ofY, ofY));
            Leading(ofColumns, alongX.All.Slice(f * ofX, ofX));
        }
        var factored = new FactoredModes<T>(new Matrix<T>(modes.Count, fields * ofY * ofX), alongY, alongX, fields);
        var half = new Matrix<T>(ofY, columns);
        for (var k = 0; k < modes.Count; k++)
            for (var f = 0; f < fields; f++)
            {
                modes.Modes[k].Slice(f * image.Values.Length, image.Values.Length).CopyTo(image.Values);
                Dense.Multiply(T.One, alongY.All.Slice(f * ofY, ofY), image, T.Zero, half);
                Dense.MultiplyTransposedRight(T.One, half, alongX.All.Slice(f * ofX, ofX), T.Zero, factored.CoreOf(k, f));
            }
        return factored;
    }

    /// <summary>The modes at every point of the grid.</summary>
    /// <param name="mean">[1, width].</param>
    /// <param name="deviation">Of the coefficient of each mode.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public FieldModes<T> Expand(Matrix<T> mean, ReadOnlySpan<T> deviation)
    {
        var modes = new Matrix<T>(Core.Rows, fields * AlongY.Width * AlongX.Width);
        Expansion(new Matrix<T>(1, modes.Width)).Expand(Core, T.Zero, modes);
        return new(mean, modes, deviation) { Factors = this };
    }

    /// <summary>From sums of the rows of C to fields.</summary>
    /// <param name="mean">What is added, [1, width].</param>
    internal AxisExpansion<T> Expansion(Matrix<T> mean) => new(AlongY, AlongX, fields, mean);

    private Batch<T> CoreOf(int mode, int field) => new(Core[mode].Slice(field * OfY * OfX, OfY * OfX), OfY, OfX);

    /// <summary>The eigenvectors with the greatest eigenvalues.</summary>
    private static void Leading(Matrix<T> gram, Batch<T> functions)
    {
        var (precise, values, vectors) = (new Matrix<double>(gram.Rows, gram.Rows), new double[gram.Rows], new Matrix<double>(gram.Rows, gram.Rows));
        TensorPrimitives.ConvertSaturating<T, double>(gram.Values, precise.Values);
        if (!SymmetricEigen.Decompose(precise, values, vectors))
            throw new ArgumentException($"The functions of {gram.Rows} points cannot be found: a number is not finite.", nameof(gram));
        for (var a = 0; a < functions.Rows; a++)                // ascending: the greatest is the last
            TensorPrimitives.ConvertSaturating<double, T>(vectors[gram.Rows - 1 - a], functions[a]);
    }
}
