using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Smoothers;

/// <summary>An observation of a window that enters a solve.</summary>
/// <param name="Index">Position in the window.</param>
/// <param name="Weight">Power of its likelihood, above 0, at most 1.</param>
internal readonly record struct WeightedObservation(int Index, double Weight);

/// <summary>Carries ensembles from a window's base through its observations and gathers what they predict.</summary>
/// <param name="window">System, times, observations.</param>
/// <param name="from">Where the ensembles begin.</param>
/// <param name="used">Which observations are predicted, in order of time.</param>
internal sealed class WindowTrajectory(AssimilationWindow window, GridTime from, IReadOnlyList<WeightedObservation> used)
{
    /// <summary>How many values are predicted.</summary>
    public int Count { get; } = used.Sum(u => window.Observations[u.Index].Count);

    /// <summary>Called with every used observation: the ensemble at its time and what it predicts. Both are valid during the call only.</summary>
    public delegate void Visit(int position, Observation observation, Matrix<double> members, Batch<double> predicted);

    /// <summary>
    /// Advances the members to the last used observation and fills, in units of the observation errors and with likelihoods'
    /// powers inside, Y (anomalies of the predictions) and d (departures of their mean).
    /// </summary>
    /// <param name="members">Base in, last time out, [N, n].</param>
    /// <param name="epsilon">Anomalies are 1/ε times those of the members.</param>
    /// <param name="y">[N, <see cref="Count"/>].</param>
    /// <param name="departure">[<see cref="Count"/>].</param>
    /// <param name="random">Model error.</param>
    /// <param name="visit">Null where nobody looks.</param>
    public void Run(Matrix<double> members, double epsilon, Batch<double> y, Span<double> departure, RandomSource random, Visit? visit)
    {
        var (at, column) = (from, 0);
        for (var i = 0; i < used.Count; i++)
        {
            var observation = window.Observations[used[i].Index];
            Forecast.Run(window.System, window.Grid, at, observation.At, members, random, window.Workers);
            at = observation.At;
            var m = observation.Count;
            using var frame = Scratch.Enter();
            var predicted = frame.Rent(members.Rows, m);
            observation.Operator.Apply(members, predicted);
            if (epsilon != 1)
                Enlarge(predicted, 1 / epsilon);
            visit?.Invoke(i, observation, members, predicted);
            Fill(observation, used[i].Weight, predicted, departure.Slice(column, m));
            for (var n = 0; n < members.Rows; n++)
                predicted[n].CopyTo(y[n].Slice(column, m));
            column += m;
        }
    }

    /// <summary>Multiplies anomalies, in place.</summary>
    public static void Enlarge(Batch<double> members, double factor)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, members.Width)[0];
        Moments.Center(members, mean);
        members *= factor;
        Moments.Shift(members, mean);
    }

    /// <summary>predicted ← its whitened anomalies, departure ← that of its mean, both times √weight.</summary>
    private static void Fill(Observation observation, double weight, Batch<double> predicted, Span<double> departure)
    {
        Filters.Innovation.Whiten(predicted, observation, departure);
        if (weight == 1)
            return;
        predicted *= Math.Sqrt(weight);
        TensorPrimitives.Multiply(departure, Math.Sqrt(weight), departure);
    }
}
