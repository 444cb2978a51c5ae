using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Score;

/// <summary>The fields of a row as an image, a channel a field where all have as many points along each axis, or else all points as one line.</summary>
/// <param name="Shape">Channels, lines, pixels.</param>
/// <param name="Border">What lies beyond the edges: the opposite one where a grid closes on itself.</param>
internal sealed record FieldImages(ImageShape Shape, Border Border)
{
    /// <summary>Of the fields of a domain, without parameters.</summary>
    public static FieldImages Of(Domain domain)
    {
        var grid = domain.Fields[0].Grid;
        if (!domain.Fields.All(field => field.Grid.Shape.SequenceEqual(grid.Shape)) || grid.Shape.Count > 2)
            return new(new(1, 1, domain.FieldWidth), Border.Zero);
        var border = grid is RegularGrid { X.Closes: true } regular ? regular.Y is { Closes: false } ? Border.Cylinder : Border.Circular : Border.Zero;
        return new(new(domain.Fields.Count, grid.Shape.Count == 2 ? grid.Shape[0] : 1, grid.Shape[^1]), border);
    }

    /// <summary>Mean and standard deviation of each field over all its points and all states.</summary>
    /// <param name="domain">The fields.</param>
    /// <param name="states">[any, FieldWidth].</param>
    public static NormalizedColumns<float> Scale(Domain domain, Matrix<float> states)
    {
        var (mean, deviation) = (new float[domain.FieldWidth], new float[domain.FieldWidth]);
        for (var field = 0; field < domain.Fields.Count; field++)
        {
            var (first, count) = (domain.OffsetOf(field), domain.Fields[field].Grid.Count);
            var own = new Matrix<float>(states.Rows * count, 1);
            for (var row = 0; row < states.Rows; row++)
                states[row].Slice(first, count).CopyTo(own.Values[(row * count)..]);
            var scale = NormalizedColumns<float>.Of(own);
            mean.AsSpan(first, count).Fill(scale.Mean[0]);
            deviation.AsSpan(first, count).Fill(scale.Deviation[0]);
        }
        return new(mean, deviation);
    }
}
