using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>Finds numbers that are not finite or whose squares are not, and says where.</summary>
internal static class Soundness
{
    public static string? OfForecast(Batch<double> members, Observation observation) => FirstBad(members) is { } bad
        ? $"The forecast to observation {observation.Index} is not finite: component {bad.Column} of member {bad.Row} is {members[bad.Row, bad.Column]}."
        : null;

    public static string? OfPrediction(Batch<double> predicted, Observation observation)
    {
        var values = observation.Values.Span;
        if (!Moments.AllFinite(values))
            for (var j = 0; j < values.Length; j++)
                if (!double.IsFinite(values[j]))
                    return $"Value {j} of observation {observation.Index} is {values[j]}.";
        return FirstBad(predicted) is { } bad
            ? $"What member {bad.Row} predicts for value {bad.Column} of observation {observation.Index} is {predicted[bad.Row, bad.Column]}."
            : null;
    }

    public static string? OfAnalysis(Batch<double> members, Observation observation) => FirstBad(members) is { } bad
        ? $"The analysis at observation {observation.Index} is not finite: component {bad.Column} of member {bad.Row} is {members[bad.Row, bad.Column]}."
        : null;

    private static (int Row, int Column)? FirstBad(Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            if (Moments.AllFinite(rows[row]))
                continue;
            for (var column = 0; column < rows.Width; column++)
                if (!double.IsFinite(rows[row, column]))
                    return (row, column);
            return (row, TensorPrimitives.IndexOfMaxMagnitude<double>(rows[row]));       // finite, but its square is not
        }
        return null;
    }
}
