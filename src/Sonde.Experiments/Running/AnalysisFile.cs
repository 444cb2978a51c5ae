using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>
/// The analysis as arrays, analysis.zarr or analysis.nc: for each field F the variables F_mean and F_sd (method, time, grid),
/// F_truth (time, grid) where the truth is known, and F_members (method, time, member, grid) where asked for.
/// </summary>
internal static class AnalysisFile
{
    public static void Write(string folder, OutputConfig output, PreparedExperiment experiment, IReadOnlyList<MethodRun> runs)
    {
        if (output.Analysis == AnalysisOutput.None || runs.Count == 0)
            return;
        var path = Path.Combine(folder, output.Format == ArrayFormat.Zarr ? "analysis.zarr" : "analysis.nc");
        DataFiles.Write(path, Describe(experiment, runs, output.Analysis == AnalysisOutput.Members));
    }

    private static DataSet Describe(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs, bool withMembers)
    {
        var domain = experiment.Problem.System.Domain;
        var every = runs[0].History.Every;
        var rows = runs[0].History.Mean.Rows;
        var dimensions = new List<Dimension> { new("method", runs.Count), new("time", rows) };
        var variables = new List<Variable>
        {
            new("method", ["method"], runs.Select(run => run.Method.Name).ToArray()),
            new("time", ["time"], Enumerable.Range(0, rows).Select(row => experiment.Problem.Grid.TimeOf(experiment.Observations[row * every].At)).ToArray()),
        };
        var most = withMembers ? runs.Max(run => run.History.Members.Max(m => m?.Rows ?? 0)) : 0;
        if (most > 0)
            dimensions.Add(new Dimension("member", most));
        foreach (var part in Parts(domain))
        {
            var grid = GridDimensions(part, dimensions, variables, domain);
            variables.Add(new Variable($"{part.Name}_mean", ["method", "time", .. grid], Gather(runs, part, run => run.History.Mean), Note(part, "analysis mean")));
            variables.Add(new Variable($"{part.Name}_sd", ["method", "time", .. grid], Gather(runs, part, run => run.History.StandardDeviation), Note(part, "analysis standard deviation")));
            if (experiment.Truth is { } truth)
                variables.Add(new Variable($"{part.Name}_truth", ["time", .. grid], Cut(truth, part, every, rows), Note(part, "truth")));
            if (most > 0)
                variables.Add(new Variable($"{part.Name}_members", ["method", "time", "member", .. grid], Members(runs, part, rows, most), Note(part, "analysis members")));
        }
        return new DataSet(dimensions, variables, new Attributes { ["title"] = "Analysis by Sonde", ["Conventions"] = "CF-1.10" });
    }

    private static IEnumerable<Part> Parts(Domain domain)
    {
        for (var f = 0; f < domain.Fields.Count; f++)
            yield return new Part(domain.Fields[f].Name, domain.Fields[f].Unit, domain.OffsetOf(f), domain.Fields[f]);
        for (var p = 0; p < domain.Parameters.Count; p++)
            yield return new Part(domain.Parameters[p], "1", domain.FieldWidth + p, null);
    }

    /// <summary>Names of the dimensions of a part's grid; made, with their coordinates, at first use.</summary>
    private static string[] GridDimensions(Part part, List<Dimension> dimensions, List<Variable> variables, Domain domain)
    {
        if (part.Field is not { } field || field.Grid.Count == 1)
            return [];
        var shape = field.Grid.Shape;
        var shared = domain.Fields.Where(f => f.Grid.Count > 1).All(f => f.Grid.Shape.SequenceEqual(shape));
        string[] names = [.. (shape.Count == 2 ? new[] { "y", "x" } : ["x"]).Select(axis => shared ? axis : $"{axis}_{field.Name}")];
        if (dimensions.Exists(d => d.Name == names[^1]))
            return names;
        for (var axis = 0; axis < shape.Count; axis++)
        {
            dimensions.Add(new Dimension(names[axis], shape[axis]));
            var stride = shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
            var isX = axis == shape.Count - 1;
            variables.Add(new Variable(names[axis], [names[axis]], Enumerable.Range(0, shape[axis]).Select(i => isX ? field.Grid[i * stride].X : field.Grid[i * stride].Y).ToArray()));
        }
        return names;
    }

    private static double[] Gather(IReadOnlyList<MethodRun> runs, Part part, Func<MethodRun, Matrix<double>> states) =>
        [.. runs.SelectMany(run => Cut(states(run), part, 1, states(run).Rows))];

    private static double[] Cut(Matrix<double> states, Part part, int every, int rows)
    {
        var values = new double[rows * part.Count];
        for (var row = 0; row < rows; row++)
            states[row * every].Slice(part.Offset, part.Count).CopyTo(values.AsSpan(row * part.Count));
        return values;
    }

    private static double[] Members(IReadOnlyList<MethodRun> runs, Part part, int rows, int most)
    {
        var values = new double[runs.Count * rows * most * part.Count];
        Array.Fill(values, double.NaN);
        for (var m = 0; m < runs.Count; m++)
            for (var row = 0; row < rows; row++)
                if (runs[m].History.Members[row] is { } members)
                    for (var n = 0; n < members.Rows; n++)
                        members[n].Slice(part.Offset, part.Count).CopyTo(values.AsSpan(((m * rows + row) * most + n) * part.Count));
        return values;
    }

    private static Attributes Note(Part part, string what) => new() { ["long_name"] = $"{part.Name}, {what}", ["units"] = part.Unit };

    private sealed record Part(string Name, string Unit, int Offset, Field? Field)
    {
        public int Count => Field?.Grid.Count ?? 1;
    }
}
