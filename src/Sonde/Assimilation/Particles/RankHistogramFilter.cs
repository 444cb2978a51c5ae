using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The rank histogram filter: values one after the other, each updated by a likelihood of any shape
/// on the histogram of what the members predict; every component, and every later value, follows by linear regression,
/// w (aᵀy)/(yᵀy) times the increments, with localization weight w. Anderson, Mon. Wea. Rev. 138, 2010.
/// </summary>
/// <param name="Localization">How influence falls with distance; null for none.</param>
/// <param name="Order">Which value comes first.</param>
public sealed record RankHistogramFilter(Localization? Localization = null, ObservationOrder Order = ObservationOrder.Random) : ILocalizedUpdate
{
    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        var m = observation.Count;
        using var frame = Scratch.Enter();
        var values = frame.Rent(1, m)[0];
        var order = frame.RentSpan<int>(m);
        var y = frame.Rent(1, predicted.Rows)[0];
        var sorted = frame.RentSpan<int>(predicted.Rows);
        var ends = frame.Rent(1, predicted.Rows + 2 * RankHistogram.TailBins)[0];
        var logLikelihood = frame.Rent(1, ends.Length)[0];
        var increments = frame.Rent(1, predicted.Rows)[0];
        ScalarLikelihoods.Separate(observation, predicted, values);
        Arrange(order, observation, predicted, context.Random);
        var components = new ComponentReach(Localization, context.Domain, members.Width);
        var later = new LocalObservations(Localization, context.Domain.Space, observation.Points);
        var found = frame.RentSpan<int>(Math.Max(members.Width, m));
        var weights = frame.Rent(1, Math.Max(members.Width, m))[0];
        foreach (var j in order)
        {
            for (var n = 0; n < y.Length; n++)
                y[n] = predicted[n, j];
            y.CopyTo(increments);
            var square = Center(y);
            if (!(square > 0))
            {
                if (!double.IsFinite(square))
                    return AnalysisStatus.Diverged;
                continue;                                               // all members agree: nothing to move
            }
            RankHistogram.Place(increments, sorted, ends);
            ScalarLikelihoods.Log(observation.Error, j, values[j], ends, 1, logLikelihood);
            if (!RankHistogram.Move(sorted, ends, logLikelihood, increments))
                return AnalysisStatus.Diverged;
            TensorPrimitives.Divide(y, square, y);
            var reached = components.Find(observation.Points[j], found, weights);
            Regress(members, y, increments, found[..reached], weights);
            reached = later.Find(observation.Points[j], found, weights);
            Regress(predicted, y, increments, found[..reached], weights);
        }
        return AnalysisStatus.Sound;
    }

    /// <summary>x += w (xᵀ y/|y|²) Δ for the columns found.</summary>
    private static void Regress(Batch<double> rows, ReadOnlySpan<double> y, ReadOnlySpan<double> increments, ReadOnlySpan<int> found, ReadOnlySpan<double> weights)
    {
        using var frame = Scratch.Enter();
        var slope = frame.RentCleared(1, rows.Width)[0];
        for (var n = 0; n < rows.Rows; n++)
            TensorPrimitives.MultiplyAdd(rows[n], y[n], slope, slope);
        if (found.Length < rows.Width || weights[..found.Length].ContainsAnyExcept(1.0))
        {
            var tapered = frame.RentCleared(1, rows.Width)[0];
            for (var k = 0; k < found.Length; k++)
                tapered[found[k]] = weights[k] * slope[found[k]];
            tapered.CopyTo(slope);
        }
        for (var n = 0; n < rows.Rows; n++)
            TensorPrimitives.MultiplyAdd(slope, increments[n], rows[n], rows[n]);
    }

    private void Arrange(Span<int> order, Observation observation, ReadOnlyBatch<double> predicted, RandomSource random)
    {
        for (var j = 0; j < order.Length; j++)
            order[j] = j;
        if (Order == ObservationOrder.Random)
            random.Fork("order").Shuffle(order);
        if (Order != ObservationOrder.ByVariance)
            return;
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, order.Length)[0];
        var variance = frame.Rent(1, order.Length)[0];
        var keys = frame.RentSpan<(double Error, double Predicted)>(order.Length);
        Moments.Mean(predicted, [], mean);
        Moments.Variance(predicted, [], mean, variance);
        for (var j = 0; j < keys.Length; j++)
            keys[j] = (observation.Error.StandardDeviations[j], variance[j]);
        keys.Sort(order);
    }

    private static double Center(Span<double> y)
    {
        TensorPrimitives.Subtract(y, TensorPrimitives.Sum<double>(y) / y.Length, y);
        return TensorPrimitives.SumOfSquares<double>(y);
    }

    /// <summary>Which components a value reaches, and with what weight: the other way round than <see cref="LocalObservations"/>.</summary>
    private sealed class ComponentReach
    {
        private readonly int width;
        private readonly List<(ComponentGroup Group, LocalObservations? Near)> groups = [];

        public ComponentReach(Localization? localization, Domain domain, int width)
        {
            this.width = width;
            if (localization is null || domain.Space.Dimensions == 0)
                return;
            foreach (var group in ComponentGroup.Of(domain, width))
                groups.Add((group, group.Grid is { } grid ? new LocalObservations(localization, domain.Space, Places(grid)) : null));
        }

        /// <summary>Writes the components, and their weights above 0; tells how many there are.</summary>
        public int Find(SpacePoint? place, Span<int> found, Span<double> weights)
        {
            if (groups.Count == 0 || place is null)
            {
                for (var i = 0; i < width; i++)
                    (found[i], weights[i]) = (i, 1);
                return width;
            }
            using var frame = Scratch.Enter();
            var total = 0;
            foreach (var (group, near) in groups)
            {
                var points = frame.RentSpan<int>(group.Points);
                var own = frame.Rent(1, group.Points)[0];
                (points[0], own[0]) = (0, 1);
                var count = near?.Find(place, points, own) ?? 1;
                foreach (var offset in group.Offsets)
                    for (var k = 0; k < count; k++)
                        (found[total], weights[total++]) = (offset + points[k], own[k]);
            }
            return total;
        }

        private static SpacePoint?[] Places(IGrid grid)
        {
            var places = new SpacePoint?[grid.Count];
            for (var i = 0; i < places.Length; i++)
                places[i] = grid[i];
            return places;
        }
    }
}
