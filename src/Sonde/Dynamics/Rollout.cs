using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// States of a system at consecutive times, without model error, as one operation on the tape: x at the first, [rows, n], to x at the first and at each
/// that follows, [rows, (K + 1) n]. Each row has a first time of its own. Computed in double precision whatever T is.
/// </summary>
public sealed class Rollout<T> : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RandomSource unused = new(0);
    private readonly IDifferentiableSystem system;
    private readonly Intervals intervals;
    private readonly int[] starts;
    private readonly int steps;

    /// <summary>Lays rollouts over a series of times.</summary>
    /// <param name="system">What is stepped.</param>
    /// <param name="intervals">Between the times.</param>
    /// <param name="starts">Which time each row is at; taken over, not copied.</param>
    /// <param name="steps">K, intervals from the first time to the last, 0 or more.</param>
    /// <exception cref="ArgumentException">A rollout leaves the series.</exception>
    public Rollout(IDifferentiableSystem system, Intervals intervals, int[] starts, int steps)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(intervals);
        ArgumentNullException.ThrowIfNull(starts);
        foreach (var start in starts)
            if (start < 0 || start + steps > intervals.Count)
                throw new ArgumentException($"A rollout of {steps} intervals from time {start} leaves a series of {intervals.Count + 1} times.", nameof(starts));
        (this.system, this.intervals, this.starts, this.steps) = (system, intervals, starts, Check.AtLeast(0, steps, nameof(steps)));
    }

    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => x.Size(0) == new Size(starts.Length, system.Width)
        ? new(starts.Length, (steps + 1) * system.Width)
        : throw new ArgumentException($"The rollout takes {new Size(starts.Length, system.Width)} but was given {x.Size(0)}.");

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, system.Width);
        for (var row = 0; row < y.Rows; row++)
        {
            Read(x[0][row], state[0]);
            x[0][row].CopyTo(y[row]);
            for (var k = 0; k < steps; k++)
            {
                foreach (var leg in intervals[starts[row] + k])
                    Advance(state, leg);
                TensorPrimitives.ConvertTruncating<double, T>(state.Values, Part(y[row], k + 1));
            }
        }
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, system.Width);
        var change = frame.Rent(1, system.Width);
        var written = frame.Rent<T>(1, system.Width);
        for (var row = 0; row < dy.Rows; row++)
        {
            Read(x[0][row], state[0]);
            Read(dx[0][row], change[0]);
            AddTo(Part(dy[row], 0), dx[0][row]);
            for (var k = 0; k < steps; k++)
            {
                foreach (var leg in intervals[starts[row] + k])
                    system.AdvanceTangent(state[0], change, leg.Time, leg.StepLength, leg.Steps);
                TensorPrimitives.ConvertTruncating<double, T>(change.Values, written.Values);
                AddTo(Part(dy[row], k + 1), written.Values);
            }
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var frame = Scratch.Enter();
        var pulled = frame.Rent(1, system.Width);
        var given = frame.Rent(1, system.Width)[0];
        var written = frame.Rent<T>(1, system.Width)[0];
        for (var row = 0; row < yBar.Rows; row++)
        {
            Read(Part(yBar[row], steps), pulled[0]);
            for (var k = steps - 1; k >= 0; k--)
            {
                PullBack(Part(y[row], k), intervals[starts[row] + k], pulled);
                Read(Part(yBar[row], k), given);
                TensorPrimitives.Add(pulled[0], given, pulled[0]);
            }
            TensorPrimitives.ConvertTruncating<double, T>(pulled[0], written);
            AddTo(xBar[0][row], written);
        }
    }

    /// <summary>Pulls an adjoint back over the legs of an interval, with the state at its start.</summary>
    private void PullBack(ReadOnlySpan<T> start, ReadOnlySpan<Leg> legs, Batch<double> pulled)
    {
        using var frame = Scratch.Enter();
        var states = frame.Rent(Math.Max(1, legs.Length), system.Width);
        Read(start, states[0]);
        for (var i = 0; i + 1 < legs.Length; i++)
        {
            states[i].CopyTo(states[i + 1]);
            Advance(states.Slice(i + 1, 1), legs[i]);
        }
        for (var i = legs.Length - 1; i >= 0; i--)
            system.AdvanceAdjoint(states.Slice(i, 1), pulled, legs[i].Time, legs[i].StepLength, legs[i].Steps);
    }

    private void Advance(Batch<double> state, Leg leg)
    {
        if (system is not IStochasticSystem)
            system.Advance(state, leg.Time, leg.StepLength, leg.Steps, 0, unused);
        else
            system.AdvanceTangent(state[0], new Batch<double>([], 0, state.Width), leg.Time, leg.StepLength, leg.Steps);
    }

    private static void Read(ReadOnlySpan<T> from, Span<double> to) => TensorPrimitives.ConvertTruncating<T, double>(from, to);

    private static void AddTo(Span<T> to, ReadOnlySpan<T> from) => TensorPrimitives.Add(to, from, to);

    private Span<T> Part(Span<T> row, int k) => row.Slice(k * system.Width, system.Width);

    private ReadOnlySpan<T> Part(ReadOnlySpan<T> row, int k) => row.Slice(k * system.Width, system.Width);
}
