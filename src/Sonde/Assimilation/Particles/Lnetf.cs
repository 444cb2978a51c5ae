using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>
/// The local nonlinear ensemble transform filter: at every point members are weighted by the likelihood of the observations
/// near it, each to the power of its localization weight, and transformed to an equally weighted ensemble with exactly the
/// weighted mean and covariance. Errors may have any distribution. Without localization the global filter (NETF). Tödter and
/// Ahrens, Mon. Wea. Rev. 143, 2015, eqs. 10-19.
/// </summary>
/// <param name="Localization">Which observations are near; null for all.</param>
/// <param name="ErrorInflation">Multiplies the standard deviations of the observations' errors, above 0: keeps weights from collapsing.</param>
/// <param name="Root">Which square root transforms the members.</param>
public sealed record Lnetf(Localization? Localization = null, double ErrorInflation = 1.0, TransformRoot Root = TransformRoot.Rotated) : ILocalizedUpdate
{
    private const int PointsInBlock = 16;

    /// <summary>Multiplies the errors' standard deviations.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double ErrorInflation { get; init => field = Check.Positive(value, nameof(ErrorInflation)); } = Check.Positive(ErrorInflation, nameof(ErrorInflation));

    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        var (size, m) = (predicted.Rows, observation.Count);
        using var frame = Scratch.Enter();
        var values = frame.Rent(1, m)[0];
        var logs = frame.Rent(m, size);                             // log likelihood of each value, a row a value
        var column = frame.Rent(1, size)[0];
        ScalarLikelihoods.Separate(observation, predicted, values);
        for (var j = 0; j < m; j++)
        {
            for (var n = 0; n < size; n++)
                column[n] = predicted[n, j];
            ScalarLikelihoods.Log(observation.Error, j, values[j], column, ErrorInflation, logs[j]);
        }
        return Localization is null || context.Domain.Space.Dimensions == 0
            ? UpdateGlobally(members, logs, observation, context)
            : UpdateLocally(members, PinnedRows.OfScratch(logs), observation, context);
    }

    private AnalysisStatus UpdateGlobally(Batch<double> members, ReadOnlyBatch<double> logs, Observation observation, UpdateContext context)
    {
        using var frame = Scratch.Enter();
        var weights = frame.RentCleared(1, members.Rows)[0];
        var transform = frame.Rent(members.Rows, members.Rows);
        for (var j = 0; j < logs.Rows; j++)
            TensorPrimitives.Add(weights, logs[j], weights);
        var effective = NonlinearTransform.Fill(weights, Root, transform);
        if (double.IsNaN(effective))
            return AnalysisStatus.Diverged;
        EnsembleTransform.Apply(members, transform, context.Workers);
        context.Observer.OnDiagnostic(observation, Diagnostic.EffectiveSampleSize, effective);
        return AnalysisStatus.Sound;
    }

    private unsafe AnalysisStatus UpdateLocally(Batch<double> members, PinnedRows logs, Observation observation, UpdateContext context)
    {
        var near = new LocalObservations(Localization, context.Domain.Space, observation.Points);
        var tally = new LocalTally(observation.Count);
        var (effective, points) = (0.0, 0);
        fixed (double* e = members.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            foreach (var group in ComponentGroup.Of(context.Domain, members.Width))
            {
                var blocks = (group.Points + PointsInBlock - 1) / PointsInBlock;
                var (entries, sums) = (tally.Blocks(blocks), new double[blocks]);
                context.Workers.ForBlocks(group.Points, PointsInBlock, (first, count) =>
                    sums[first / PointsInBlock] = UpdateBlock(ensemble, group, first, count, logs, near, tally, ref entries[first / PointsInBlock]));
                foreach (var sum in sums)
                    effective += sum;
                points += group.Points;
            }
        }
        if (double.IsNaN(effective))
            return AnalysisStatus.Diverged;
        tally.Report(context.Observer, observation);
        context.Observer.OnDiagnostic(observation, Diagnostic.EffectiveSampleSize, effective / Math.Max(1, points));
        return AnalysisStatus.Sound;
    }

    /// <summary>The sum of the points' effective sample sizes; NaN where numbers failed.</summary>
    private double UpdateBlock(
        PinnedRows ensemble, ComponentGroup group, int first, int count, PinnedRows logs, LocalObservations near, LocalTally tally, ref LocalTally.Entry entry)
    {
        using var frame = Scratch.Enter();
        var found = frame.RentSpan<int>(near.Count);
        var taper = frame.Rent(1, near.Count)[0];
        var weights = frame.Rent(1, ensemble.Rows)[0];
        var transform = frame.Rent(ensemble.Rows, ensemble.Rows);
        var moved = frame.Rent(1, ensemble.Rows)[0];
        var tiles = frame.Rent(group.Offsets.Length * count, ensemble.Rows);
        for (var field = 0; field < group.Offsets.Length; field++)
            ensemble.CopyColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
        var effective = 0.0;
        for (var point = 0; point < count; point++)
        {
            var reached = near.Find(group.Grid?[first + point], found, taper);
            tally.Add(ref entry, found[..reached], taper[..reached]);
            if (reached == 0)
            {
                effective += ensemble.Rows;
                continue;
            }
            weights.Clear();
            for (var k = 0; k < reached; k++)
                TensorPrimitives.MultiplyAdd(logs[found[k]], taper[k], weights, weights);
            effective += NonlinearTransform.Fill(weights, Root, transform);
            if (double.IsNaN(effective))
                return effective;
            for (var field = 0; field < group.Offsets.Length; field++)
                Transform(tiles[field * count + point], transform, moved);
        }
        for (var field = 0; field < group.Offsets.Length; field++)
            ensemble.SetColumns(group.Offsets[field] + first, tiles.Slice(field * count, count));
        return effective;
    }

    /// <summary>x ← x̄ + X a for one component.</summary>
    private static void Transform(Span<double> component, ReadOnlyBatch<double> transform, Span<double> moved)
    {
        var mean = TensorPrimitives.Sum<double>(component) / component.Length;
        TensorPrimitives.Subtract(component, mean, component);
        Dense.Multiply(transform, component, moved);
        TensorPrimitives.Add(moved, mean, component);
    }
}
