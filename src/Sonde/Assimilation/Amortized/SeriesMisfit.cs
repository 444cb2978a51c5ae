using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// Σₖ |L⁻¹ (yₖ − Hₖ(xₖ))|² over consecutive times, with errors of covariance L Lᵀ, row by row: states [rows, K n] to [rows, 1]. Computed in double
/// precision whatever T is.
/// </summary>
/// <param name="series">The observations of each row.</param>
/// <param name="first">Which of them is the first of each row.</param>
/// <param name="times">K.</param>
internal sealed class SeriesMisfit<T>(IReadOnlyList<Observation>[] series, int[] first, int times) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0).Rows == series.Length && x.Size(0).Width % times == 0
        ? new(series.Length, 1)
        : throw new ArgumentException($"Observations of {series.Length} series at {times} times do not fit states of {x.Size(0)}.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        for (var row = 0; row < y.Rows; row++)
        {
            var sum = 0.0;
            for (var k = 0; k < times; k++)
            {
                using var frame = Scratch.Enter();
                var state = Read(frame, x[0][row], k);
                if (Of(row, k) is { Count: > 0 } observation)
                    sum += TensorPrimitives.SumOfSquares<double>(Departure(frame, observation, state).Values);
            }
            y[row, 0] = T.CreateTruncating(sum);
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        for (var row = 0; row < dy.Rows; row++)
        {
            var sum = 0.0;
            for (var k = 0; k < times; k++)
                if (Of(row, k) is { Count: > 0 } observation)
                {
                    using var frame = Scratch.Enter();
                    var state = Read(frame, x[0][row], k);
                    var departure = Departure(frame, observation, state);
                    var change = frame.Rent(1, observation.Count);
                    observation.Operator.Tangent(state, Read(frame, dx[0][row], k), change);
                    observation.Error.Whiten(change);
                    sum -= 2 * TensorPrimitives.Dot<double>(departure.Values, change.Values);
                }
            dy[row, 0] += T.CreateTruncating(sum);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        for (var row = 0; row < yBar.Rows; row++)
            for (var k = 0; k < times; k++)
                if (Of(row, k) is { Count: > 0 } observation)
                {
                    using var frame = Scratch.Enter();
                    var state = Read(frame, x[0][row], k);
                    var departure = Departure(frame, observation, state);
                    var pulled = frame.RentCleared(1, state.Width);
                    TensorPrimitives.Multiply(departure.Values, -2 * double.CreateTruncating(yBar[row, 0]), departure.Values);
                    observation.Error.WhitenTransposed(departure);
                    observation.Operator.AddAdjoint(state, departure, pulled);
                    var to = xBar[0][row].Slice(k * state.Width, state.Width);
                    for (var i = 0; i < to.Length; i++)
                        to[i] += T.CreateTruncating(pulled[0, i]);
                }
    }

    /// <summary>How many values are compared.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            for (var row = 0; row < series.Length; row++)
                for (var k = 0; k < times; k++)
                    count += Of(row, k).Count;
            return count;
        }
    }

    private Observation Of(int row, int k) => series[row][first[row] + k];

    private Batch<double> Read(ScratchFrame frame, ReadOnlySpan<T> row, int k)
    {
        var n = row.Length / times;
        var state = frame.Rent(1, n);
        TensorPrimitives.ConvertTruncating<T, double>(row.Slice(k * n, n), state.Values);
        return state;
    }

    /// <summary>L⁻¹ (y − H(x)).</summary>
    private static Batch<double> Departure(ScratchFrame frame, Observation observation, ReadOnlyBatch<double> state)
    {
        var departure = frame.Rent(1, observation.Count);
        observation.Operator.Apply(state, departure);
        TensorPrimitives.Subtract(observation.Values.Span, departure[0], departure[0]);
        observation.Error.Whiten(departure);
        return departure;
    }
}
