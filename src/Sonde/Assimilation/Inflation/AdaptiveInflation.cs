using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Inflation;

/// <summary>
/// Inflation of the forecast that differs from component to component and learns from every innovation. Before an update
/// the anomalies of component i are multiplied by √λᵢ; then each observation near it changes what is believed of λᵢ, and
/// towards the next time λᵢ returns some way to 1. Acts on variances, as in DART. Anderson, Tellus A 61 (2009);
/// El Gharamti, Monthly Weather Review 146 (2018).
/// </summary>
/// <param name="Initial">λ everywhere at the beginning.</param>
/// <param name="StandardDeviation">Of λ at the beginning.</param>
/// <param name="Damping">What is left of λ − 1 from one time to the next, 0 to 1.</param>
/// <param name="Prior">How λ is distributed.</param>
/// <param name="LowerBound">The least λ; below 1 allows deflation.</param>
/// <param name="UpperBound">The greatest λ.</param>
/// <param name="LeastStandardDeviation">The standard deviation does not fall below this; where it is not below the initial one, it is constant.</param>
public sealed record AdaptiveInflation(
    double Initial = 1, double StandardDeviation = 0.6, double Damping = 0.9, InflationPrior Prior = InflationPrior.InverseGamma,
    double LowerBound = 1, double UpperBound = 100, double LeastStandardDeviation = 0.6)
{
    private const string Key = "adaptiveInflation";
    private const int PointsInBlock = 16;

    /// <inheritdoc cref="AdaptiveInflation" path="/param[@name='Initial']"/>
    public double Initial { get; init; } = Check.Positive(Initial, nameof(Initial));

    /// <inheritdoc cref="AdaptiveInflation" path="/param[@name='StandardDeviation']"/>
    public double StandardDeviation { get; init; } = Check.Positive(StandardDeviation, nameof(StandardDeviation));

    /// <inheritdoc cref="AdaptiveInflation" path="/param[@name='Damping']"/>
    public double Damping { get; init; } = Check.Within(0, 1, Damping, nameof(Damping));

    /// <inheritdoc cref="AdaptiveInflation" path="/param[@name='LowerBound']"/>
    public double LowerBound { get; init; } = Check.Positive(LowerBound, nameof(LowerBound));

    /// <inheritdoc cref="AdaptiveInflation" path="/param[@name='UpperBound']"/>
    public double UpperBound { get; init; } = Check.AtLeast(LowerBound, UpperBound, nameof(UpperBound));

    /// <inheritdoc cref="AdaptiveInflation" path="/param[@name='LeastStandardDeviation']"/>
    public double LeastStandardDeviation { get; init; } = Check.AtLeast(0, LeastStandardDeviation, nameof(LeastStandardDeviation));

    /// <summary>Multiplies the anomalies by √λ.</summary>
    internal void Inflate(Batch<double> members, UpdateContext context)
    {
        var state = State(members.Width, context);
        using var frame = Scratch.Enter();
        var factors = frame.Rent(1, members.Width)[0];
        var inflation = state[0];
        for (var i = 0; i < factors.Length; i++)
        {
            inflation[i] = Math.Clamp(1 + Damping * (inflation[i] - 1), LowerBound, UpperBound);
            factors[i] = Math.Sqrt(inflation[i]);
        }
        EnsembleTransform.Scale(members, factors, context.Workers);
    }

    /// <summary>Changes λ by what the innovations say.</summary>
    /// <param name="members">The inflated forecast, [N, width].</param>
    /// <param name="predicted">H(members), [N, m].</param>
    /// <param name="observation">What was observed.</param>
    /// <param name="localization">How far an observation reaches; null for everywhere.</param>
    /// <param name="context">Holds λ in its memory.</param>
    internal void Learn(Batch<double> members, Batch<double> predicted, Observation observation, Localization? localization, UpdateContext context)
    {
        var state = State(members.Width, context);
        context.Observer.OnDiagnostic(observation, Diagnostic.Inflation, Math.Sqrt(TensorPrimitives.Sum<double>(state[0]) / members.Width));
        using var frame = Scratch.Enter();
        var evidence = new Evidence(predicted, observation, frame);
        var near = new LocalObservations(localization, context.Domain.Space, observation.Points);
        foreach (var group in ComponentGroup.Of(context.Domain, members.Width))
            Learn(members, group, evidence, near, state, context.Workers);
    }

    private unsafe void Learn(
        Batch<double> members, ComponentGroup group, Evidence evidence, LocalObservations near, Matrix<double> state, Workers workers)
    {
        fixed (double* e = members.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            workers.ForBlocks(group.Points, PointsInBlock, (first, count) =>
            {
                using var frame = Scratch.Enter();
                var found = frame.RentSpan<int>(near.Count);
                var weights = frame.Rent(1, near.Count)[0];
                var tile = frame.RentCleared(count, SerialSequence.Padded(ensemble.Rows));
                foreach (var offset in group.Offsets)
                {
                    ensemble.CopyColumns(offset + first, tile);
                    for (var point = 0; point < count; point++)
                    {
                        var reached = near.Find(group.Grid?[first + point], found, weights);
                        Learn(tile[point], evidence, found[..reached], weights, ref state[0, offset + first + point], ref state[1, offset + first + point]);
                    }
                }
            });
        }
    }

    private void Learn(
        Span<double> component, Evidence evidence, ReadOnlySpan<int> found, ReadOnlySpan<double> weights, ref double inflation, ref double deviation)
    {
        var values = component[..evidence.Members];
        var mean = TensorPrimitives.Sum<double>(values) / values.Length;
        TensorPrimitives.Subtract(values, mean, values);
        var norm = Math.Sqrt(SerialSequence.Dot(component, component));
        var (estimate, root) = (new InflationEstimate(inflation, deviation), Math.Sqrt(inflation));
        for (var k = 0; k < found.Length; k++)
        {
            var j = found[k];
            var reach = weights[k] * Math.Min(1, Math.Abs(SerialSequence.Dot(component, evidence.Anomalies[j])) / (norm * evidence.Norms[0][j]));
            if (!(reach > 0))
                continue;
            var inflated = 1 + reach * (root - 1);                      // by so much λ has inflated what is predicted
            var innovation = new InflationInnovation(
                evidence.Squares[0][j], evidence.Norms[0][j] * evidence.Norms[0][j] / ((evidence.Members - 1) * inflated * inflated),
                evidence.ErrorVariances[0][j], reach, Prior == InflationPrior.InverseGamma ? 1.0 / evidence.Members : 0);
            estimate = estimate.After(Prior, innovation, estimate.Deviation <= LeastStandardDeviation);
            estimate = new InflationEstimate(
                Math.Clamp(estimate.Mode, LowerBound, UpperBound),
                Math.Max(estimate.Deviation, Math.Min(LeastStandardDeviation, deviation)));
        }
        (inflation, deviation) = (estimate.Mode, estimate.Deviation);
    }

    /// <summary>λ in row 0, its standard deviation in row 1, [2, width].</summary>
    private Matrix<double> State(int width, UpdateContext context)
    {
        if (context.Memory.TryGetValue(Key, out var state) && state.Width == width)
            return state;
        state = new Matrix<double>(2, width);
        state[0].Fill(Initial);
        state[1].Fill(StandardDeviation);
        return context.Memory[Key] = state;
    }

    /// <summary>What is known of each observation.</summary>
    private readonly struct Evidence
    {
        public Evidence(Batch<double> predicted, Observation observation, ScratchFrame frame)
        {
            var m = predicted.Width;
            Members = predicted.Rows;
            Anomalies = PinnedRows.OfScratch(frame.RentCleared(m, SerialSequence.Padded(Members)));
            Norms = PinnedRows.OfScratch(frame.Rent(1, m));
            Squares = PinnedRows.OfScratch(frame.Rent(1, m));
            ErrorVariances = PinnedRows.OfScratch(frame.Rent(1, m));
            for (var n = 0; n < Members; n++)
                for (var j = 0; j < m; j++)
                    Anomalies[j][n] = predicted[n, j];
            for (var j = 0; j < m; j++)
            {
                var values = Anomalies[j][..Members];
                var mean = TensorPrimitives.Sum<double>(values) / Members;
                TensorPrimitives.Subtract(values, mean, values);
                Norms[0][j] = Math.Sqrt(SerialSequence.Dot(Anomalies[j], Anomalies[j]));
                var (departure, sd) = (observation.Values.Span[j] - mean, observation.Error.StandardDeviations[j]);
                (Squares[0][j], ErrorVariances[0][j]) = (departure * departure, sd * sd);
            }
        }

        public int Members { get; }

        public PinnedRows Anomalies { get; }

        public PinnedRows Norms { get; }

        public PinnedRows Squares { get; }

        public PinnedRows ErrorVariances { get; }
    }
}
