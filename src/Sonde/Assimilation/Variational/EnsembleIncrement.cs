using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// The minimum of ½ |w|² + ½ |d − w Y|² and what it makes of a mean and of anomalies, x_b + w X and A − W X: for the whole state at once, or at each
/// grid point with the observations near it. A static covariance moves the mean alone: anomalies shrink as their own covariance does, or they would
/// vanish, since nothing of the static covariance ever enters them. Wang, Barker, Snyder, Hamill, Monthly Weather Review 136, 2008.
/// </summary>
/// <param name="observation">All observations of the window.</param>
/// <param name="rows">X, [K, n].</param>
/// <param name="y">Y, [K, m].</param>
/// <param name="right">d, then what the anomalies predict, [1 + N, m].</param>
/// <param name="ensembleRows">How many rows of X are the ensemble's; the others are a static covariance's.</param>
/// <param name="share">β, the static covariance's share.</param>
/// <param name="perturbed">True where noise was added to the latter, so that W solves as w does; false for the symmetric square root.</param>
internal sealed class EnsembleIncrement(Observation observation, Matrix<double> rows, Matrix<double> y, Matrix<double> right, int ensembleRows, double share, bool perturbed)
{
    /// <summary>Overwrites the whole mean and the anomalies; the degrees of freedom for signal, or not a number where that failed.</summary>
    /// <param name="x">x_b in, [n].</param>
    /// <param name="anomalies">[N, n]; null to leave them.</param>
    public double Apply(Span<double> x, Matrix<double>? anomalies)
    {
        using var frame = Scratch.Enter();
        var scaled = frame.Rent(y.Rows, y.Width);
        var sides = frame.Rent(right.Rows, right.Width);
        var weights = frame.Rent(right.Rows, y.Rows);
        y.All.CopyTo(scaled);
        right.All.CopyTo(sides);
        observation.Error.Whiten(scaled);
        observation.Error.Whiten(sides);
        var degrees = Solve(scaled, sides, weights, anomalies is not null);
        if (double.IsNaN(degrees))
            return degrees;
        var increment = frame.Rent(1, x.Length)[0];
        Dense.MultiplyTransposed(rows, weights[0], increment);
        TensorPrimitives.Add(x, increment, x);
        if (anomalies is not null)
            Dense.Multiply<double>(-1, weights.Slice(1, anomalies.Rows), rows, 1, anomalies);
        return degrees;
    }

    /// <summary>The same point by point; false where numbers failed.</summary>
    /// <param name="localization">Which observations are near.</param>
    /// <param name="domain">Where components lie.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <param name="x">x_b in, [n].</param>
    /// <param name="anomalies">[N, n]; null to leave them.</param>
    public bool ApplyLocally(Localization localization, Domain domain, Workers workers, double[] x, Matrix<double>? anomalies)
    {
        var near = new LocalObservations(localization, domain.Space, observation.Points);
        var failed = false;
        foreach (var group in ComponentGroup.Of(domain, x.Length))
            workers.ForBlocks(group.Points, 1, (point, _) =>
            {
                if (!Apply(near, group, point, x, anomalies))
                    failed = true;
            });
        return !failed;
    }

    private bool Apply(LocalObservations near, ComponentGroup group, int point, Span<double> x, Matrix<double>? anomalies)
    {
        using var frame = Scratch.Enter();
        var room = frame.RentSpan<int>(near.Count);
        var tapers = frame.Rent(1, near.Count)[0];
        var found = room[..near.Find(group.Grid?[point], room, tapers)];
        if (found.Length == 0)
            return true;
        var error = observation.Error.Select(found);
        var scaled = frame.Rent(y.Rows, found.Length);
        var sides = frame.Rent(right.Rows, found.Length);
        var weights = frame.Rent(right.Rows, y.Rows);
        Gather(y, found, tapers, error, scaled);
        Gather(right, found, tapers, error, sides);
        if (double.IsNaN(Solve(scaled, sides, weights, anomalies is not null)))
            return false;
        var column = frame.Rent(1, rows.Rows)[0];
        foreach (var offset in group.Offsets)
        {
            var component = offset + point;
            for (var row = 0; row < column.Length; row++)
                column[row] = rows[row, component];
            x[component] += TensorPrimitives.Dot<double>(weights[0], column);
            for (var i = 0; anomalies is not null && i < anomalies.Rows; i++)
                anomalies[i, component] -= TensorPrimitives.Dot<double>(weights[1 + i], column);
        }
        return true;
    }

    private static void Gather(Matrix<double> from, ReadOnlySpan<int> found, ReadOnlySpan<double> tapers, IObservationError error, Batch<double> to)
    {
        for (var row = 0; row < from.Rows; row++)
            for (var j = 0; j < found.Length; j++)
                to[row, j] = from[row, found[j]];
        error.Whiten(to);
        for (var j = 0; j < found.Length; j++)
        {
            var factor = Math.Sqrt(tapers[j]);
            for (var row = 0; row < from.Rows; row++)
                to[row, j] *= factor;
        }
    }

    /// <summary>weights ← w, then W; the first of these by the mixed covariance, the others by the ensemble's.</summary>
    private double Solve(Batch<double> scaled, Batch<double> sides, Batch<double> weights, bool all)
    {
        using var frame = Scratch.Enter();
        var others = sides.Rows - 1;
        if (share > 0 && all)
        {
            var own = frame.Rent(others, ensembleRows);
            if (!Shrink(new RootSpectrum(scaled.Slice(0, ensembleRows), frame), sides.Slice(1, others), own))
                return double.NaN;
            weights.Clear();
            for (var n = 0; n < others; n++)
                own[n].CopyTo(weights[1 + n]);
        }
        Mix(scaled);
        var spectrum = new RootSpectrum(scaled, frame);
        if (!spectrum.IsSound)
            return double.NaN;
        spectrum.Solve(sides.Slice(0, 1), weights.Slice(0, 1));
        for (var row = 0; row < weights.Width; row++)
            weights[0, row] *= Share(row);
        if (share == 0 && all)
            Shrink(spectrum, sides.Slice(1, others), weights.Slice(1, others));
        return spectrum.DegreesOfFreedom;
    }

    private bool Shrink(RootSpectrum spectrum, Batch<double> predicted, Batch<double> weights)
    {
        if (!spectrum.IsSound)
            return false;
        if (perturbed)
            spectrum.Solve(predicted, weights);
        else
            spectrum.Shrink(predicted, weights);
        return true;
    }

    /// <summary>Rows times the root of their covariance's share.</summary>
    private void Mix(Batch<double> scaled)
    {
        for (var row = 0; row < scaled.Rows && share > 0; row++)
            TensorPrimitives.Multiply(scaled[row], Share(row), scaled[row]);
    }

    private double Share(int row) => Math.Sqrt(row < ensembleRows ? 1 - share : share);
}
