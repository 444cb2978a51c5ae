using Sonde.Dynamics.Fields;
using Sonde.Experiments.Report;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>The states of a run as a report shows them: components over time, and fields in space.</summary>
internal static class ReportStates
{
    private const int MostComponents = 12;
    private const double Symmetric = 0.15;

    /// <summary>Single points of a small state, and parameters of any, for the first trajectories: as many as are kept and not too much to show.</summary>
    public static List<ReportComponent> Components(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times)
    {
        var components = ComponentsOf(experiment, runs, times, 0);
        var values = components.Sum(component => component.Times.Length) * (2L + 3 * runs.Count);
        var shown = ReportThinning.Trajectories(runs[0].Histories.Count, values);
        for (var trajectory = 1; trajectory < shown && components.Count > 0; trajectory++)
            components.AddRange(ComponentsOf(experiment, runs, times, trajectory));
        return components;
    }

    private static List<ReportComponent> ComponentsOf(PreparedExperiment all, IReadOnlyList<MethodRun> runs, double[] times, int trajectory)
    {
        var experiment = all.Only(trajectory);
        var domain = experiment.Fields;
        var components = new List<ReportComponent>();
        var kept = KeptTimes(runs, times);
        for (var f = 0; f < domain.Fields.Count && domain.Fields.Count <= MostComponents; f++)
            if (domain.Fields[f].Grid.Count == 1)
                components.Add(Component(domain.OffsetOf(f), domain.Fields[f].Name, domain.Fields[f].Unit, false));
        for (var p = 0; p < domain.Parameters.Count; p++)
            components.Add(Component(domain.FieldWidth + p, domain.Parameters[p], "1", true));
        return components;

        ReportComponent Component(int column, string name, string unit, bool isParameter)
        {
            var observed = Observed(experiment, times, name);
            return new ReportComponent(name, unit)
            {
                IsParameter = isParameter,
                Trajectory = trajectory,
                Times = kept,
                Truth = experiment.Truth is { } truth ? Column(truth, column, runs[0].History.Every) : null,
                Bands = [.. runs.Select(run => Band(run.Method.Name, run.Histories[trajectory], column))],
                ObservationTimes = [.. observed.Select(o => o.Time)],
                ObservationValues = [.. observed.Select(o => o.Value)],
            };
        }
    }

    private static ReportBand Band(string method, StateHistory history, int column)
    {
        const double normal95 = 1.6448536269514722;             // the 95 % quantile of N(0, 1)
        var (mean, sd) = (Column(history.Mean, column, 1), Column(history.StandardDeviation, column, 1));
        return new ReportBand(method, mean, [.. mean.Zip(sd, (m, s) => m - normal95 * s)], [.. mean.Zip(sd, (m, s) => m + normal95 * s)]);
    }

    private static double[] KeptTimes(IReadOnlyList<MethodRun> runs, double[] times) =>
        [.. Enumerable.Range(0, runs[0].History.Mean.Rows).Select(row => times[row * runs[0].History.Every])];

    private static double[] Column(Matrix<double> states, int column, int every) =>
        [.. Enumerable.Range(0, (states.Rows + every - 1) / every).Select(row => states[row * every, column])];

    private static List<(double Time, double Value)> Observed(PreparedExperiment experiment, double[] times, string quantity)
    {
        var found = new List<(double, double)>();
        foreach (var observation in experiment.Observations)
            for (var i = 0; i < observation.Count; i++)
                if (observation.Quantities[i] == quantity)
                    found.Add((times[observation.Index], observation.Values.Span[i]));
        return found;
    }

    /// <summary>Everything that lies on a grid of more than one point.</summary>
    public static List<ReportField> Fields(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, double[] times)
    {
        var domain = experiment.Fields;
        var fields = new List<ReportField>();
        var kept = KeptTimes(runs, times);
        var perTime = (long)domain.FieldWidth * (1 + 2 * runs.Count);
        var rows = ReportThinning.Snapshots(kept.Length, perTime);
        for (var f = 0; f < domain.Fields.Count; f++)
        {
            if (domain.Fields[f].Grid.Count == 1)
                continue;
            var (field, offset) = (domain.Fields[f], domain.OffsetOf(f));
            var truth = experiment.Truth is { } all ? Snapshots(all, runs[0].History.Every) : null;
            var means = runs.Select(run => Snapshots(run.History.Mean, 1)).ToArray();
            fields.Add(new ReportField(field.Name, field.Unit, Geometry(domain.Space, field.Grid), [.. rows.Select(row => kept[row])])
            {
                Diverging = IsSymmetric(truth ?? means[0]),
                Truth = truth,
                Estimates =
                [
                    .. runs.Select((run, m) => new ReportEstimate(run.Method.Name) { Mean = means[m], Spread = Snapshots(run.History.StandardDeviation, 1) }),
                ],
            });

            float[][] Snapshots(Matrix<double> states, int every) => [.. rows.Select(row => Single(states[row * every].Slice(offset, field.Grid.Count)))];
        }
        return fields;
    }

    private static ReportGeometry Geometry(ISpace space, IGrid grid)
    {
        var onSphere = space is Sphere;
        if (grid is RegularGrid regular)
        {
            if (regular.Y is { } y)
                return new ReportGeometry(onSphere ? ReportGeometryKind.Sphere : ReportGeometryKind.Plane, Axis(regular.X), Axis(y))
                {
                    XName = onSphere ? "longitude" : "x", YName = onSphere ? "latitude" : "y", Unit = onSphere ? "°" : "",
                };
            return new ReportGeometry(space.Periods.X > 0 ? ReportGeometryKind.Ring : ReportGeometryKind.Line, Axis(regular.X), [])
            {
                XName = regular.X is { Start: 0, Step: 1 } ? "site" : "x",
            };
        }
        var points = Enumerable.Range(0, grid.Count).Select(i => grid[i]).ToArray();
        return new ReportGeometry(onSphere ? ReportGeometryKind.ScatteredSphere : ReportGeometryKind.Scattered, [.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]);

        static double[] Axis(GridAxis axis) => [.. Enumerable.Range(0, axis.Count).Select(i => axis[i])];
    }

    /// <summary>Whether values lie around 0 as if their sign were arbitrary: their mean is small beside their deviations.</summary>
    private static bool IsSymmetric(float[][] snapshots)
    {
        var (count, sum, squares) = (0L, 0.0, 0.0);
        foreach (var row in snapshots)
            foreach (var value in row)
                if (float.IsFinite(value))
                    (count, sum, squares) = (count + 1, sum + value, squares + (double)value * value);
        return count > 0 && Math.Abs(sum) < Symmetric * Math.Sqrt(count * squares);
    }

    private static float[] Single(ReadOnlySpan<double> values)
    {
        var single = new float[values.Length];
        for (var i = 0; i < single.Length; i++)
            single[i] = (float)values[i];
        return single;
    }
}
