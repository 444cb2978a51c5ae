using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// ½ |v|² + ½ |y − G(x_b + v Z)|² over a window, where the rows of Z are a square root of the background covariance, B = Zᵀ Z: the
/// preconditioned form of Lorenc 1988. One class holds what its minimisers ask for.
/// </summary>
/// <param name="system">What carries states.</param>
/// <param name="window">Times, workers.</param>
/// <param name="background">x_b, [n].</param>
/// <param name="root">Z, [r, n].</param>
/// <param name="used">Observations that enter, in order of time.</param>
internal sealed class VariationalWindow(
    IDifferentiableSystem system, AssimilationWindow window, double[] background, Matrix<double> root, IReadOnlyList<Observation> used)
{
    /// <summary>Called at each used observation with the state there and the rows that were carried along.</summary>
    public delegate void Visit(Observation observation, ReadOnlyBatch<double> state, Batch<double> rows);

    /// <summary>r.</summary>
    public int Modes => root.Rows;

    /// <summary>G and y of the first <paramref name="count"/> used observations.</summary>
    public WindowMap Map(int count) => new(system, window.Grid, window.Start, [.. used.Take(count)]);

    /// <summary>x = x_b + v Z.</summary>
    public void Place(ReadOnlySpan<double> v, Span<double> x)
    {
        Dense.MultiplyTransposed(root, v, x);
        TensorPrimitives.Add(x, background, x);
    }

    /// <summary>The cost at v; infinite where the model is not finite.</summary>
    public double Cost(WindowMap map, ReadOnlySpan<double> v)
    {
        using var frame = Scratch.Enter();
        var x = frame.Rent(1, background.Length);
        var misfit = frame.Rent(1, map.OutputWidth);
        Place(v, x[0]);
        map.Evaluate(x, misfit);
        TensorPrimitives.Subtract(map.Target, misfit[0], misfit[0]);
        var cost = 0.5 * (TensorPrimitives.SumOfSquares(v) + TensorPrimitives.SumOfSquares<double>(misfit[0]));
        return double.IsFinite(cost) ? cost : double.PositiveInfinity;
    }

    /// <summary>
    /// Carries a state from the window's start to the observations and beyond, and along it rows of perturbations: tangents of
    /// <paramref name="rows"/>, in place.
    /// </summary>
    /// <param name="x">State at the start, [1, n]; ends at <paramref name="until"/>.</param>
    /// <param name="rows">Perturbations at the start, [any, n].</param>
    /// <param name="observations">Where to stop on the way.</param>
    /// <param name="until">Where to end.</param>
    /// <param name="visit">Called at each observation.</param>
    public void Carry(Matrix<double> x, Matrix<double> rows, IReadOnlyList<Observation> observations, GridTime until, Visit visit)
    {
        var at = window.Start;
        foreach (var observation in observations)
        {
            Carry(x, rows, at, observation.At);
            at = observation.At;
            visit(observation, x, rows);
        }
        if (at < until)
            Carry(x, rows, at, until);
    }

    /// <summary>Y = Z Gᵀ at x, [r, p]: what each row of the root does to the observations; true where it is finite.</summary>
    public bool Jacobian(ReadOnlySpan<double> x, int count, Matrix<double> y)
    {
        var written = 0;
        Carry(new(new ReadOnlyBatch<double>(x)), root.Copy(), [.. used.Take(count)], window.Start, (observation, reached, carried) =>
        {
            using var frame = Scratch.Enter();
            var part = frame.Rent(carried.Rows, observation.Count);
            observation.Operator.Tangent(reached, carried, part);
            observation.Error.Whiten(part);
            for (var row = 0; row < part.Rows; row++)
                part[row].CopyTo(y[row][written..]);
            written += observation.Count;
        });
        return Moments.AllFinite(y.Values);
    }

    /// <summary>(I + Y Yᵀ)^−½ Z, whose rows are a square root of the posterior covariance; false where it does not exist.</summary>
    public bool PosteriorRows(ReadOnlyBatch<double> y, Batch<double> rows)
    {
        using var frame = Scratch.Enter();
        var hessian = frame.RentCleared(Modes, Modes);
        var inverseRoot = frame.Rent(Modes, Modes);
        for (var i = 0; i < Modes; i++)
            hessian[i, i] = 1;
        Dense.MultiplyTransposedRight<double>(1, y, y, 1, hessian);
        if (!SymmetricPower.Apply<double>(hessian, -0.5, inverseRoot))
            return false;
        Dense.Multiply<double>(inverseRoot, root, rows);
        return true;
    }

    private void Carry(Matrix<double> x, Matrix<double> rows, GridTime from, GridTime to)
    {
        foreach (var leg in Leg.Between(window.Grid, from, to))
        {
            var start = x.Copy();
            window.Workers.ForBlocks(Math.Max(1, rows.Rows), TangentRows, (first, count) =>
            {
                using var frame = Scratch.Enter();
                var along = frame.Rent(1, x.Width);
                start.All.CopyTo(along);
                system.AdvanceTangent(along[0], rows.All.Slice(first, Math.Min(count, rows.Rows - first)), leg.Time, leg.StepLength, leg.Steps);
                if (first == 0)
                    along.CopyTo(x);
            });
        }
    }

    private const int TangentRows = 32;                 // perturbations that share one integration of the state
}
