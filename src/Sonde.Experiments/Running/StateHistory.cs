using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>One method's analysis at chosen observation times, kept for files and reports: mean, standard deviation, and members where asked for.</summary>
public sealed class StateHistory
{
    private const long MostValues = 20_000_000;        // 160 MB of means and as much of standard deviations
    private const int MostTrajectories = 5;
    private const long SmallValues = 100_000;
    private readonly bool keepsMembers;
    private readonly Matrix<double>?[] members;

    /// <summary>Of how many trajectories, from the first, there is a history: of a few where a state and its times are small, else of one.</summary>
    internal static int Trajectories(int trajectories, int times, int width) => (long)times * width <= SmallValues ? Math.Min(trajectories, MostTrajectories) : 1;

    /// <summary>Room for every n-th time, or fewer where that is too much to hold.</summary>
    /// <param name="times">Observation times.</param>
    /// <param name="width">Components of a state.</param>
    /// <param name="output">What is wanted.</param>
    public StateHistory(int times, int width, OutputConfig output)
    {
        Every = Thinned(times, width, output);
        Mean = new Matrix<double>((times + Every - 1) / Every, width);
        StandardDeviation = new Matrix<double>(Mean.Rows, width);
        Mean.Values.Fill(double.NaN);
        StandardDeviation.Values.Fill(double.NaN);
        keepsMembers = output.Analysis == AnalysisOutput.Members;
        members = new Matrix<double>?[keepsMembers ? Mean.Rows : 0];
    }

    /// <summary>How many numbers a history of so many members holds.</summary>
    internal static double ValuesOf(int times, int width, OutputConfig output, double members)
    {
        var rows = Math.Ceiling(times / (double)Thinned(times, width, output));
        return rows * width * (output.Analysis == AnalysisOutput.Members ? 2 + members : 2);
    }

    private static int Thinned(int times, int width, OutputConfig output) => (int)Math.Max(output.Every, ((long)times * width + MostValues - 1) / MostValues);

    /// <summary>Every how many observation times a row is kept; 1 for all.</summary>
    public int Every { get; }

    /// <summary>[kept times, width]; NaN where the method did not get to.</summary>
    public Matrix<double> Mean { get; }

    /// <summary>[kept times, width].</summary>
    public Matrix<double> StandardDeviation { get; }

    /// <summary>The members at each kept time, [N, width]; empty where they are not kept, null where the method did not get to.</summary>
    public IReadOnlyList<Matrix<double>?> Members => members;

    /// <summary>Keeps the analysis of observation time k if its turn has come.</summary>
    public void Keep(int k, IBelief belief, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        var (row, between) = Math.DivRem(k, Every);
        if (between != 0)
            return;
        mean.CopyTo(Mean[row]);
        TensorPrimitives.Sqrt(variance, StandardDeviation[row]);
        if (keepsMembers && belief is EnsembleBelief ensemble)
            members[row] = ensemble.Members.Copy();
    }

    /// <summary>Adds what was kept of the first <paramref name="used"/> observation times to a checkpoint.</summary>
    internal void Save(Checkpoint file, string name, int used)
    {
        var rows = (used + Every - 1) / Every;
        file.Set($"{name}/mean", Mean.All.Slice(0, rows));
        file.Set($"{name}/deviation", StandardDeviation.All.Slice(0, rows));
        for (var row = 0; row < Math.Min(rows, members.Length); row++)
            if (members[row] is { } kept)
                file.Set($"{name}/members/{row}", kept);
    }

    /// <summary>Puts back what <see cref="Save"/> gave.</summary>
    internal void Restore(Checkpoint file, string name)
    {
        file.Matrix($"{name}/mean").Values.CopyTo(Mean.Values);
        file.Matrix($"{name}/deviation").Values.CopyTo(StandardDeviation.Values);
        for (var row = 0; row < members.Length; row++)
            if (file.Contains($"{name}/members/{row}"))
                members[row] = file.Matrix($"{name}/members/{row}");
    }
}
