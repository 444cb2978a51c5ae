using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>Trajectories as the networks of a surrogate see them, by the mean and deviation of those that are learned from.</summary>
internal sealed class NormalizedTrajectories<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ISnapshots<T> snapshots;

    public NormalizedTrajectories(Trajectories<T> trajectories, int[] learned)
    {
        (snapshots, Names, Interval) = (trajectories.Snapshots, trajectories.Names, trajectories.Interval);
        Parameters = new Matrix<T>(trajectories.Count, trajectories.Names.Count);
        var domain = trajectories.Domain;
        var moments = new FieldMoments[domain.Fields.Count];
        var (rows, precise) = (new Matrix<T>(Times, snapshots.Width), new double[domain.FieldWidth]);
        foreach (var i in learned)
        {
            snapshots.Read(i, rows);
            for (var k = 0; k < Times; k++)
                for (var f = 0; f < moments.Length; f++)
                {
                    var values = precise.AsSpan(domain.OffsetOf(f), domain.Fields[f].Grid.Count);
                    TensorPrimitives.ConvertSaturating<T, double>(rows[k].Slice(domain.OffsetOf(f), values.Length), values);
                    moments[f].Add(values);
                }
        }
        Frame = Framed(domain, Array.ConvertAll(moments, moment => moment.Mean), Array.ConvertAll(moments, moment => moment.Deviation));
        HalfExtent = Array.ConvertAll(moments, moment => moment.Greatest > moment.Least ? 0.5 * (moment.Greatest - moment.Least) / moment.Deviation : 1);
        MiddleOfExtent = Array.ConvertAll(moments, moment => (0.5 * (moment.Least + moment.Greatest) - moment.Mean) / moment.Deviation);
        Ranges = [.. Names.Select((name, p) => new ParameterRange(name, learned.Min(i => trajectories.Parameters[i, p]), learned.Max(i => trajectories.Parameters[i, p])))];
        Scale(trajectories.Parameters);
    }

    /// <summary>As a surrogate sees them that was trained before; without extents, which belong to those learned from.</summary>
    /// <exception cref="InputException">They are of other fields or parameters.</exception>
    public NormalizedTrajectories(Trajectories<T> trajectories, FieldFrame frame, IReadOnlyList<ParameterRange> ranges)
    {
        (snapshots, Names, Interval, Frame, Ranges) = (trajectories.Snapshots, trajectories.Names, trajectories.Interval, frame, ranges);
        Parameters = new Matrix<T>(trajectories.Count, trajectories.Names.Count);
        (HalfExtent, MiddleOfExtent) = ([], []);
        string[] found = [.. trajectories.Domain.Fields.Select(field => field.Name), .. Names], known = [.. frame.Domain.Fields.Select(field => field.Name), .. ranges.Select(range => range.Name)];
        if (!found.SequenceEqual(known) || snapshots.Width != frame.Domain.FieldWidth)
            throw new InputException($"The trajectories have {string.Join(", ", found)} and {snapshots.Width} values of fields, but the surrogate was trained with {string.Join(", ", known)} and {frame.Domain.FieldWidth}.");
        for (var c = 0; c < frame.Domain.FieldWidth; c++)
            if (trajectories.Domain.PointOf(c) is { } there && frame.Domain.PointOf(c) is { } here && !IsAt(frame.Domain.Space.Offset(here, there), here))
                throw new InputException($"A value of '{frame.Domain.Fields[frame.Domain.FieldOf(c)].Name}' lies at {there} in the trajectories but at {here} in the surrogate; expected the trajectories it was trained with.");
        Scale(trajectories.Parameters);

        static bool IsAt(Dynamics.Fields.SpacePoint offset, Dynamics.Fields.SpacePoint point) =>
            Math.Abs(offset.X) <= 1e-6 * (1 + Math.Abs(point.X)) && Math.Abs(offset.Y) <= 1e-6 * (1 + Math.Abs(point.Y));
    }

    public IReadOnlyList<string> Names { get; }

    public double Interval { get; }

    public int Times => snapshots.Times;

    public int Count => snapshots.Count;

    public FieldFrame Frame { get; }

    public IReadOnlyList<ParameterRange> Ranges { get; }

    /// <summary>A row a trajectory, from −1 to 1.</summary>
    public Matrix<T> Parameters { get; }

    /// <summary>The fields in their own units where they lie in memory.</summary>
    public HeldSnapshots<T>? Held => snapshots as HeldSnapshots<T>;

    /// <summary>Half of what lies between least and greatest value of each field, normalized.</summary>
    public double[] HalfExtent { get; }

    /// <summary>The value halfway between them.</summary>
    public double[] MiddleOfExtent { get; }

    /// <summary>The normalized fields of a trajectory.</summary>
    /// <param name="trajectory">Which one.</param>
    /// <param name="rows">[times, width], overwritten.</param>
    public void Read(int trajectory, Batch<T> rows)
    {
        snapshots.Read(trajectory, rows);
        for (var k = 0; k < rows.Rows; k++)
            for (var f = 0; f < Frame.Fields; f++)
            {
                var values = rows[k].Slice(Frame.Domain.OffsetOf(f), Frame.Domain.Fields[f].Grid.Count);
                TensorPrimitives.Subtract(values, T.CreateChecked(Frame.Mean[f]), values);
                TensorPrimitives.Multiply(values, T.CreateChecked(1 / Frame.Deviation[f]), values);
            }
    }

    /// <summary>A value of a field, normalized.</summary>
    public T Normalized(T value, int field) => (value - T.CreateChecked(Frame.Mean[field])) * T.CreateChecked(1 / Frame.Deviation[field]);

    /// <summary>The leading modes of some trajectories.</summary>
    public FieldModes<T> Modes(int[] of, int count, RandomSource random) =>
        FieldModes<T>.Of(of.Length, Times, (i, rows) => Read(of[i], rows), FieldModes<T>.GridWeights(Frame), count, random, Workers.One);

    /// <summary>Coefficients of all trajectories, in units of their deviations; the times of a trajectory one after the other.</summary>
    public Matrix<T> Coefficients(FieldModes<T> modes)
    {
        var (coefficients, rows, project) = (new Matrix<T>(Count * Times, modes.Count), new Matrix<T>(Times, snapshots.Width), modes.Projection(FieldModes<T>.GridWeights(Frame), Workers.One));
        for (var i = 0; i < Count; i++)
        {
            Read(i, rows);
            project(rows, coefficients.All.Slice(i * Times, Times));
        }
        return coefficients;
    }

    private void Scale(Matrix<double> parameters)
    {
        for (var i = 0; i < Count; i++)
            for (var p = 0; p < Names.Count; p++)
                Parameters[i, p] = T.CreateChecked((parameters[i, p] - Ranges[p].Center) / Ranges[p].HalfWidth);
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
