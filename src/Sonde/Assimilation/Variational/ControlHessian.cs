using System.Numerics.Tensors;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// I + Y Yᵀ by its products, where a row w of controls is the increment δx(t) = √(1 − β) Σᵢ vᵢ ∘ x′ᵢ(t) at the times t of a window, with vᵢ = wᵢ E a
/// field of weights for each member and Eᵀ E = C, and √β times the rows of a static root. Neither Y nor the members times the modes are formed.
/// Lorenc, Q. J. R. Meteorol. Soc. 129, 2003; Buehner, Q. J. R. Meteorol. Soc. 131, 2005.
/// </summary>
/// <param name="modes">E, [K, n].</param>
/// <param name="parts">Observations by time.</param>
/// <param name="reached">By time, the state that predictions are linearized at, then x′ of each member, [1 + N, n].</param>
/// <param name="fixedY">What the rows of the static root do to the observations, in units of their errors, [S, m]; without rows for none.</param>
/// <param name="share">β.</param>
internal sealed class ControlHessian(
    Matrix<double> modes, IReadOnlyList<Observation> parts, IReadOnlyList<Matrix<double>> reached, Matrix<double> fixedY, double share) : ISymmetricMap
{
    private readonly int members = reached[0].Rows - 1, observed = parts.Sum(part => part.Count);
    private readonly double own = Math.Sqrt(1 - share), other = Math.Sqrt(share);

    /// <summary>N K + S.</summary>
    public int Width => members * modes.Rows + fixedY.Rows;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        using var frame = Scratch.Enter();
        var prediction = frame.Rent(1, observed)[0];
        Predict(x, prediction);
        Project(prediction, y);
        TensorPrimitives.Add(y, x, y);
    }

    /// <summary>w ← Y d, with d in units of the errors.</summary>
    public void Project(ReadOnlySpan<double> d, Span<double> w)
    {
        using var frame = Scratch.Enter();
        var gradient = frame.Rent(1, modes.Width);
        var fields = frame.RentCleared(members, modes.Width);
        var column = 0;
        for (var t = 0; t < parts.Count; t++)
        {
            var part = frame.Rent(1, parts[t].Count);
            d.Slice(column, parts[t].Count).CopyTo(part[0]);
            column += parts[t].Count;
            parts[t].Error.WhitenTransposed(part);
            gradient.Clear();
            parts[t].Operator.AddAdjoint(reached[t].All.Slice(0, 1), part, gradient);
            TensorPrimitives.Multiply(gradient.Values, own, gradient.Values);
            for (var i = 0; i < members; i++)
                TensorPrimitives.MultiplyAdd<double>(gradient[0], reached[t][1 + i], fields[i], fields[i]);
        }
        var size = members * modes.Rows;
        Dense.MultiplyTransposedRight<double>(1, fields, modes, 0, new Batch<double>(w[..size], members, modes.Rows));
        if (fixedY.Rows > 0)
            Dense.Multiply(other, fixedY, d, 0, w[size..]);
    }

    /// <summary>increment += w X at the window's start.</summary>
    /// <param name="w">[Width].</param>
    /// <param name="rows">x′ of each member at the start, then the static root, [N + S or more, n].</param>
    /// <param name="factor">Times this.</param>
    /// <param name="increment">[n].</param>
    public void AddIncrement(ReadOnlySpan<double> w, Matrix<double> rows, double factor, Span<double> increment)
    {
        using var frame = Scratch.Enter();
        var fields = Fields(w, frame);
        TensorPrimitives.Multiply(fields.Values, factor * own, fields.Values);
        for (var i = 0; i < members; i++)
            TensorPrimitives.MultiplyAdd<double>(fields[i], rows[i], increment, increment);
        if (fixedY.Rows > 0)
            Dense.MultiplyTransposed(factor * other, rows.All.Slice(members, fixedY.Rows), w[(members * modes.Rows)..], 1, increment);
    }

    /// <summary>d ← Yᵀ w.</summary>
    private void Predict(ReadOnlySpan<double> w, Span<double> d)
    {
        using var frame = Scratch.Enter();
        var fields = Fields(w, frame);
        var moved = frame.Rent(1, modes.Width);
        var column = 0;
        for (var t = 0; t < parts.Count; t++)
        {
            moved.Clear();
            for (var i = 0; i < members; i++)
                TensorPrimitives.MultiplyAdd<double>(fields[i], reached[t][1 + i], moved[0], moved[0]);
            TensorPrimitives.Multiply(moved.Values, own, moved.Values);
            var part = new Batch<double>(d.Slice(column, parts[t].Count));
            column += parts[t].Count;
            parts[t].Operator.Tangent(reached[t].All.Slice(0, 1), moved, part);
            parts[t].Error.Whiten(part);
        }
        if (fixedY.Rows > 0)
            Dense.MultiplyTransposed(other, fixedY, w[(members * modes.Rows)..], 1, d);
    }

    /// <summary>v, [N, n].</summary>
    private Batch<double> Fields(ReadOnlySpan<double> w, ScratchFrame frame)
    {
        var fields = frame.Rent(members, modes.Width);
        Dense.Multiply(new ReadOnlyBatch<double>(w[..(members * modes.Rows)], members, modes.Rows), modes, fields);
        return fields;
    }
}
