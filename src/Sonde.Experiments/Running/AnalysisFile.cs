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
        var domain = experiment.Fields;
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
        var (parts, coordinates) = FieldLayout.Of(domain);
        foreach (var (name, values) in coordinates)
        {
            dimensions.Add(new Dimension(name, values.Length));
            variables.Add(new Variable(name, [name], values));
        }
        foreach (var part in parts)
        {
            var grid = part.Dimensions;
            variables.Add(new Variable($"{part.Name}_mean", ["method", "time", .. grid], Gather(runs, part, run => run.History.Mean), Note(part, "analysis mean")));
            variables.Add(new Variable($"{part.Name}_sd", ["method", "time", .. grid], Gather(runs, part, run => run.History.StandardDeviation), Note(part, "analysis standard deviation")));
            if (experiment.Truth is { } truth)
                variables.Add(new Variable($"{part.Name}_truth", ["time", .. grid], part.Cut(truth, every, rows), Note(part, "truth")));
            if (most > 0)
                variables.Add(new Variable($"{part.Name}_members", ["method", "time", "member", .. grid], Members(runs, part, rows, most), Note(part, "analysis members")));
        }
        return new DataSet(dimensions, variables, new Attributes { ["title"] = "Analysis by Sonde", ["Conventions"] = "CF-1.10" });
    }

    private static double[] Gather(IReadOnlyList<MethodRun> runs, FieldLayout part, Func<MethodRun, Matrix<double>> states) =>
        [.. runs.SelectMany(run => part.Cut(states(run), 1, states(run).Rows))];

    private static double[] Members(IReadOnlyList<MethodRun> runs, FieldLayout part, int rows, int most)
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

    private static Attributes Note(FieldLayout part, string what) => new() { ["long_name"] = $"{part.Name}, {what}", ["units"] = part.Unit };
}
