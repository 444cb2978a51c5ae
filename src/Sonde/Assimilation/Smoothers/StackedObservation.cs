using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// Observations of several times as one, for updates that need predictions only: its operator would have to run the model,
/// so it can be handed on but not applied.
/// </summary>
internal static class StackedObservation
{
    /// <summary>Values, errors and points of the first, then of the second …; the time and index of the last.</summary>
    public static Observation Of(IReadOnlyList<Observation> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        var values = new double[parts.Sum(part => part.Count)];
        var points = new SpacePoint?[values.Length];
        var at = 0;
        foreach (var part in parts)
        {
            part.Values.Span.CopyTo(values.AsSpan(at));
            for (var i = 0; i < part.Count; i++)
                points[at + i] = part.Points[i];
            at += part.Count;
        }
        return new Observation
        {
            Index = parts[^1].Index, At = parts[^1].At, Operator = new Predicted(values.Length), Values = values,
            Error = new StackedError([.. parts.Select(part => part.Error)]), Points = points,
        };
    }

    /// <summary>The same with error variances multiplied.</summary>
    public static Observation WithError(Observation observation, double factor)
    {
        var factors = new double[observation.Count];
        Array.Fill(factors, Math.Sqrt(factor));
        return new Observation
        {
            Index = observation.Index, At = observation.At, Operator = observation.Operator, Values = observation.Values,
            Error = new ScaledError(observation.Error, factors), Points = observation.Points,
        };
    }

    private sealed class Predicted(int count) : IObservationOperator
    {
        public int InputWidth => 0;

        public int OutputWidth => count;

        public void Apply(ReadOnlyBatch<double> x, Batch<double> y) => throw Unreadable();

        public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy) => throw Unreadable();

        public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar) => throw Unreadable();

        public IObservationOperator Select(ReadOnlySpan<int> indices) => new Predicted(indices.Length);

        private static InvalidOperationException Unreadable() =>
            new("Observations of several times were predicted by running the model: their operator cannot be applied to one state.");
    }
}
