using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// What the rows of backgrounds' roots do to the observations of a window, by runs of the model instead of its tangent. The rows of X are
/// (N − 1)^−½ A, times each localization mode where there are some, then Z of a static covariance.
/// </summary>
internal sealed class EnsembleTangent
{
    private const double Small = 1e-3;                  // share of the way back to x_b that is run
    private readonly AssimilationWindow window;
    private readonly Matrix<double> anomalies, fixedRows;
    private readonly Matrix<double>? modes;
    private readonly int copies;                        // rows of X for each member
    private readonly double factor;                     // (N − 1)^−½
    private readonly bool keeps;

    /// <summary>Takes the background's parts.</summary>
    /// <param name="window">System and times.</param>
    /// <param name="anomalies">A, [N, n].</param>
    /// <param name="modes">Localization modes, [any, n]; null for none.</param>
    /// <param name="fixedRows">Z of the static covariance, [any, n]; without rows for none.</param>
    /// <param name="keeps">True to keep what states were reached.</param>
    public EnsembleTangent(AssimilationWindow window, Matrix<double> anomalies, Matrix<double>? modes, Matrix<double> fixedRows, bool keeps)
    {
        (this.window, this.anomalies, this.modes, this.fixedRows, this.keeps) = (window, anomalies, modes, fixedRows, keeps);
        copies = modes?.Rows ?? 1;
        factor = 1 / Math.Sqrt(anomalies.Rows - 1);
        Rows = new Matrix<double>(EnsembleRows + fixedRows.Rows, anomalies.Width);
        for (var i = 0; i < anomalies.Rows; i++)
            for (var k = 0; k < copies; k++)
            {
                var row = Rows[i * copies + k];
                TensorPrimitives.Multiply(anomalies[i], factor, row);
                if (modes is not null)
                    TensorPrimitives.Multiply<double>(row, modes[k], row);
            }
        for (var j = 0; j < fixedRows.Rows; j++)
            fixedRows[j].CopyTo(Rows[EnsembleRows + j]);
    }

    /// <summary>X, [K, n].</summary>
    public Matrix<double> Rows { get; }

    /// <summary>How many rows of X come first and are the ensemble's.</summary>
    public int EnsembleRows => anomalies.Rows * copies;

    /// <summary>By observation of the last run, the state that was run from around x, then the members' anomalies / √(N − 1), [1 + N, n]; empty unless kept.</summary>
    public List<Matrix<double>> Reached { get; } = [];

    /// <summary>Runs the model from around a state.</summary>
    /// <param name="x">The state at the window's start, [n].</param>
    /// <param name="background">x_b, [n].</param>
    /// <param name="observations">In order of time.</param>
    /// <param name="y">[K, m]: what rows of X do.</param>
    /// <param name="right">[1 + N, m]: the departure from what is predicted at x_b, by the derivative at x; then the anomalies of what members predict.</param>
    /// <returns>False where numbers are not finite.</returns>
    public bool Run(ReadOnlySpan<double> x, ReadOnlySpan<double> background, IReadOnlyList<Observation> observations, Matrix<double> y, Matrix<double> right)
    {
        var (members, width) = (anomalies.Rows, anomalies.Width);
        var moved = TensorPrimitives.Distance(x, background) > 0;
        var states = new Matrix<double>(1 + members + fixedRows.Rows + (moved ? 1 : 0), width);
        x.CopyTo(states[0]);
        for (var i = 0; i < members; i++)
            TensorPrimitives.Add(x, anomalies[i], states[1 + i]);
        for (var j = 0; j < fixedRows.Rows; j++)
            TensorPrimitives.Add(x, fixedRows[j], states[1 + members + j]);
        if (moved)
            for (var i = 0; i < width; i++)
                states[states.Rows - 1, i] = x[i] + Small * (background[i] - x[i]);
        var (at, column) = (window.Start, 0);
        Reached.Clear();
        foreach (var observation in observations)
        {
            Forecast.Run(window.System, window.Grid, at, observation.At, states, new RandomSource(0), window.Workers);
            at = observation.At;
            if (!Moments.AllFinite(states.Values))
                return false;
            Fill(observation, states, moved, column, y, right);
            if (keeps)
                Keep(states);
            column += observation.Count;
        }
        return Moments.AllFinite(y.Values) && Moments.AllFinite(right.Values);
    }

    private void Fill(Observation observation, Matrix<double> states, bool moved, int column, Matrix<double> y, Matrix<double> right)
    {
        var (members, m) = (anomalies.Rows, observation.Count);
        using var frame = Scratch.Enter();
        var predicted = EnsembleCycle.Predict(window, observation, states);
        var center = frame.Rent(1, m)[0];
        var ensemble = predicted.All.Slice(1, members);
        var values = observation.Values.Span;
        var departure = right[0].Slice(column, m);
        for (var j = 0; j < m; j++)
            departure[j] = values[j] - predicted[0, j] - (moved ? (predicted[predicted.Rows - 1, j] - predicted[0, j]) / Small : 0);
        for (var j = 0; j < fixedRows.Rows; j++)
            Difference(predicted[1 + members + j], predicted[0], 1, y[EnsembleRows + j].Slice(column, m));
        Moments.Center(ensemble, center);
        for (var i = 0; i < members; i++)
            ensemble[i].CopyTo(right[1 + i].Slice(column, m));
        if (modes is not null)
            Modulate(observation, states, predicted[0], modes, column, y);
        for (var i = 0; modes is null && i < members; i++)
            TensorPrimitives.Multiply(ensemble[i], factor, y[i].Slice(column, m));
    }

    private void Keep(Matrix<double> states)
    {
        var kept = new Matrix<double>(1 + anomalies.Rows, states.Width);
        states.All.Slice(0, kept.Rows).CopyTo(kept);
        var own = kept.All.Slice(1, anomalies.Rows);
        using var frame = Scratch.Enter();
        Moments.Center(own, frame.Rent(1, states.Width)[0]);
        TensorPrimitives.Multiply(own.Values, factor, own.Values);
        Reached.Add(kept);
    }

    /// <summary>Y of the members' anomalies at an observation's time, times each mode.</summary>
    private void Modulate(
        Observation observation, Matrix<double> states, ReadOnlySpan<double> reference, Matrix<double> modes, int column, Matrix<double> y)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, states.Width)[0];
        var anomaly = frame.Rent(1, states.Width)[0];
        var rows = frame.Rent(modes.Rows, states.Width);
        var predicted = frame.Rent(modes.Rows, observation.Count);
        Moments.Mean(states.All.Slice(1, anomalies.Rows), default, mean);
        for (var i = 0; i < anomalies.Rows; i++)
        {
            TensorPrimitives.Subtract<double>(states[1 + i], mean, anomaly);
            for (var k = 0; k < modes.Rows; k++)
                TensorPrimitives.MultiplyAdd<double>(modes[k], anomaly, states[0], rows[k]);
            observation.Operator.Apply(rows, predicted);
            for (var k = 0; k < modes.Rows; k++)
                Difference(predicted[k], reference, factor, y[i * modes.Rows + k].Slice(column, observation.Count));
        }
    }

    private static void Difference(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double factor, Span<double> result)
    {
        TensorPrimitives.Subtract(a, b, result);
        TensorPrimitives.Multiply(result, factor, result);
    }
}
