using System.Numerics;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>Trajectories as the networks of a surrogate see them, by the mean and deviation of those that are learned from.</summary>
internal sealed class NormalizedTrajectories<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Takes the snapshots over and normalizes them in place.</summary>
    public NormalizedTrajectories(Trajectories<T> trajectories, int[] learned)
    {
        (Names, Interval, Times, Count) = (trajectories.Names, trajectories.Interval, trajectories.Times, trajectories.Count);
        (Snapshots, Parameters) = (trajectories.Snapshots, new Matrix<T>(trajectories.Count, trajectories.Names.Count));
        var domain = trajectories.Domain;
        var (mean, deviation, extent) = (new double[domain.Fields.Count], new double[domain.Fields.Count], new double[domain.Fields.Count]);
        var centers = new double[domain.Fields.Count];
        for (var f = 0; f < mean.Length; f++)
        {
            var (count, squares, least, greatest) = (0L, 0.0, double.PositiveInfinity, double.NegativeInfinity);
            foreach (var i in learned)
                for (var k = 0; k < Times; k++)
                    foreach (var value in Snapshots[i * Times + k].Slice(domain.OffsetOf(f), domain.Fields[f].Grid.Count))
                    {
                        var number = double.CreateChecked(value);
                        var departure = number - mean[f];                                  // Welford, Technometrics 4, 1962
                        mean[f] += departure / ++count;
                        squares += departure * (number - mean[f]);
                        (least, greatest) = (Math.Min(least, number), Math.Max(greatest, number));
                    }
            deviation[f] = squares > 0 ? Math.Sqrt(squares / count) : 1;
            extent[f] = greatest > least ? 0.5 * (greatest - least) / deviation[f] : 1;
            centers[f] = (0.5 * (least + greatest) - mean[f]) / deviation[f];
        }
        Frame = Framed(domain, mean, deviation);
        (HalfExtent, MiddleOfExtent) = (extent, centers);
        for (var row = 0; row < Snapshots.Rows; row++)
            for (var f = 0; f < mean.Length; f++)
                foreach (ref var value in Snapshots[row].Slice(domain.OffsetOf(f), domain.Fields[f].Grid.Count))
                    value = T.CreateChecked((double.CreateChecked(value) - mean[f]) / deviation[f]);
        Ranges = [.. Names.Select((name, p) => new ParameterRange(name, learned.Min(i => trajectories.Parameters[i, p]), learned.Max(i => trajectories.Parameters[i, p])))];
        for (var i = 0; i < Count; i++)
            for (var p = 0; p < Names.Count; p++)
                Parameters[i, p] = T.CreateChecked((trajectories.Parameters[i, p] - Ranges[p].Center) / Ranges[p].HalfWidth);
    }

    public IReadOnlyList<string> Names { get; }

    public double Interval { get; }

    public int Times { get; }

    public int Count { get; }

    public FieldFrame Frame { get; }

    public IReadOnlyList<ParameterRange> Ranges { get; }

    /// <summary>A row a trajectory, from −1 to 1.</summary>
    public Matrix<T> Parameters { get; }

    /// <summary>Normalized fields; the times of a trajectory one after the other.</summary>
    public Matrix<T> Snapshots { get; }

    /// <summary>Half of what lies between least and greatest value of each field, normalized.</summary>
    public double[] HalfExtent { get; }

    /// <summary>The value halfway between them.</summary>
    public double[] MiddleOfExtent { get; }

    /// <summary>The leading modes of some trajectories.</summary>
    public FieldModes<T> Modes(int[] of, int count, RandomSource random)
    {
        var snapshots = new Matrix<T>(of.Length * Times, Snapshots.Width);
        for (var i = 0; i < of.Length; i++)
            for (var k = 0; k < Times; k++)
                Snapshots[of[i] * Times + k].CopyTo(snapshots[i * Times + k]);
        return FieldModes<T>.Of(snapshots, FieldModes<T>.GridWeights(Frame), count, random, Workers.One);
    }

    private static FieldFrame Framed(Dynamics.Domain domain, double[] mean, double[] deviation)
    {
        try
        {
            return new(domain, mean, deviation);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"data: {InputException.Sentence(e)}", e);
        }
    }
}
