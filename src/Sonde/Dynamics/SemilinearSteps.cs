using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>The part of dv/dt = L v + N(v) that is not linear.</summary>
internal interface INonlinearPart
{
    /// <summary>n = N(v), row by row.</summary>
    void Evaluate(ReadOnlyBatch<double> v, Batch<double> n);

    /// <summary>dn = N′(v) dv for every row of dv, at one row v.</summary>
    void Tangent(ReadOnlyBatch<double> v, ReadOnlyBatch<double> dv, Batch<double> dn);

    /// <summary>v̄ += N′(v)ᵀ n̄, row by row; v has one row or as many as n̄.</summary>
    void AddAdjoint(ReadOnlyBatch<double> v, ReadOnlyBatch<double> nBar, Batch<double> vBar);
}

/// <summary>Steps of a semilinear scheme and their tangent.</summary>
internal static class SemilinearSteps
{
    /// <summary>v ← steps steps of v, in place.</summary>
    public static void Advance<TPart>(TPart part, SemilinearTableau tableau, Batch<double> v, int steps) where TPart : INonlinearPart
    {
        using var frame = Scratch.Enter();
        var points = frame.Rent(tableau.Stages.Length * v.Rows, v.Width);
        var values = frame.Rent(tableau.Stages.Length * v.Rows, v.Width);
        for (var step = 0; step < steps; step++)
        {
            v.CopyTo(At(points, 0, v.Rows));
            for (var s = 0; s < tableau.Stages.Length; s++)
            {
                part.Evaluate(At(points, s, v.Rows), At(values, s, v.Rows));
                Sum(tableau.Stages[s], points, values, s + 1 < tableau.Stages.Length ? At(points, s + 1, v.Rows) : v);
            }
        }
    }

    /// <summary>One state as by <see cref="Advance"/>, to the bit, and every row of dv by the tangent of the same steps.</summary>
    public static void AdvanceTangent<TPart>(TPart part, SemilinearTableau tableau, Batch<double> v, Batch<double> dv, int steps) where TPart : INonlinearPart
    {
        using var frame = Scratch.Enter();
        var points = frame.Rent(tableau.Stages.Length, v.Width);
        var values = frame.Rent(tableau.Stages.Length, v.Width);
        var dPoints = frame.Rent(tableau.Stages.Length * dv.Rows, v.Width);
        var dValues = frame.Rent(tableau.Stages.Length * dv.Rows, v.Width);
        for (var step = 0; step < steps; step++)
        {
            v.CopyTo(At(points, 0, 1));
            dv.CopyTo(At(dPoints, 0, dv.Rows));
            for (var s = 0; s < tableau.Stages.Length; s++)
            {
                part.Evaluate(At(points, s, 1), At(values, s, 1));
                part.Tangent(At(points, s, 1), At(dPoints, s, dv.Rows), At(dValues, s, dv.Rows));
                var last = s + 1 == tableau.Stages.Length;
                Sum(tableau.Stages[s], points, values, last ? v : At(points, s + 1, 1));
                Sum(tableau.Stages[s], dPoints, dValues, last ? dv : At(dPoints, s + 1, dv.Rows));
            }
        }
    }

    /// <summary>One step back: v̄ ← (∂step/∂v)ᵀ v̄ at the states v before it.</summary>
    public static void StepBack<TPart>(TPart part, SemilinearTableau tableau, ReadOnlyBatch<double> v, Batch<double> vBar) where TPart : INonlinearPart
    {
        using var frame = Scratch.Enter();
        var stages = tableau.Stages.Length;
        var points = frame.Rent(stages * v.Rows, v.Width);
        var values = frame.Rent(stages * v.Rows, v.Width);
        var pointBars = frame.RentCleared((stages + 1) * vBar.Rows, v.Width);
        var valueBars = frame.RentCleared(stages * vBar.Rows, v.Width);
        v.CopyTo(At(points, 0, v.Rows));
        for (var s = 0; s + 1 < stages; s++)
        {
            part.Evaluate(At(points, s, v.Rows), At(values, s, v.Rows));
            Sum(tableau.Stages[s], points, values, At(points, s + 1, v.Rows));
        }
        vBar.CopyTo(At(pointBars, stages, vBar.Rows));
        for (var s = stages - 1; s >= 0; s--)
        {
            var bar = At(pointBars, s + 1, vBar.Rows);
            foreach (var term in tableau.Stages[s])
                for (var row = 0; row < vBar.Rows; row++)
                {
                    var to = At(term.Nonlinear ? valueBars : pointBars, term.Point, vBar.Rows)[row];
                    TensorPrimitives.MultiplyAdd(bar[row], term.Coefficients, to, to);
                }
            part.AddAdjoint(At(points, s, v.Rows), At(valueBars, s, vBar.Rows), At(pointBars, s, vBar.Rows));
        }
        At(pointBars, 0, vBar.Rows).CopyTo(vBar);
    }

    private static void Sum(SemilinearTableau.Term[] terms, Batch<double> points, Batch<double> values, Batch<double> result)
    {
        for (var row = 0; row < result.Rows; row++)
            for (var k = 0; k < terms.Length; k++)
            {
                var source = At(terms[k].Nonlinear ? values : points, terms[k].Point, result.Rows)[row];
                if (k == 0)
                    TensorPrimitives.Multiply(source, terms[k].Coefficients, result[row]);
                else
                    TensorPrimitives.MultiplyAdd(source, terms[k].Coefficients, result[row], result[row]);
            }
    }

    private static Batch<double> At(Batch<double> all, int point, int rows) => all.Slice(point * rows, rows);
}
