using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// v, x₁ … x_T to v, Wₜ (xₜ − M(xₜ₋₁)) and L⁻¹ (H(xₜ) − y), where x₀ = x_b + v Z, Qₜ⁻¹ = WₜᵀWₜ and R = L Lᵀ: the squares of the state form. Each depends
/// on one state or on two neighbors.
/// </summary>
/// <param name="background">x_b, [n].</param>
/// <param name="root">Z, [n, n].</param>
/// <param name="intervals">M and W of each interval.</param>
/// <param name="observations">In order of time, each with the number of its state; without those that hold nothing.</param>
/// <param name="workers">How many threads may push tangents.</param>
internal sealed class WeakStates(
    double[] background, Matrix<double> root, IReadOnlyList<WeakInterval> intervals, IReadOnlyList<(int State, Observation Observation)> observations, Workers workers)
    : IBlockTridiagonalMap<double>
{
    private int Width => background.Length;

    /// <inheritdoc/>
    public int InputWidth => Width * (intervals.Count + 1);

    /// <inheritdoc/>
    public int OutputWidth => InputWidth + observations.Sum(one => one.Observation.Count);

    /// <inheritdoc/>
    public Variable<double> Apply(Variable<double> x)
    {
        var (tape, parts) = (x.Tape, new List<Variable<double>> { x.View(0, 1, Width) });
        var states = new Variable<double>[intervals.Count + 1];
        for (var t = 0; t < states.Length; t++)
        {
            states[t] = x.View(t * Width, 1, Width);
            if (t == 0)
                states[t] = tape.Constant(new ReadOnlyBatch<double>(background)) + states[t].Times(tape.Constant(root.All));
            else
                parts.Add((states[t] - intervals[t - 1].Apply(states[t - 1])).Dense(tape.Constant(intervals[t - 1].Error.Whitener!.All)));
        }
        parts.AddRange(observations.Select(one => Departures(states[one.State], one.Observation)));
        return tape.Apply(Concatenation<double>.Instance, [.. parts]);
    }

    /// <inheritdoc/>
    public void GramBlocks(ReadOnlySpan<double> x, Batch<double> diagonal, Batch<double> below)
    {
        if (diagonal.Rows != InputWidth || diagonal.Width != Width || below.Rows != InputWidth - Width)
            throw new ArgumentException($"The blocks are of {Width} but the place is {diagonal.Rows} × {diagonal.Width}.", nameof(diagonal));
        var (state, rows) = (new Matrix<double>(1, Width), new Matrix<double>(Width, Width));
        var next = 0;
        for (var t = 0; t <= intervals.Count; t++)
        {
            var block = diagonal.Slice(t * Width, Width);
            x.Slice(t * Width, Width).CopyTo(state[0]);
            if (t == 0)
            {
                Dense.MultiplyTransposed(root, x[..Width], state[0]);
                TensorPrimitives.Add(state[0], background, state[0]);
            }
            (t == 0 ? root : Matrix<double>.Identity(Width)).All.CopyTo(rows);
            (t == 0 ? Matrix<double>.Identity(Width) : intervals[t - 1].Error.Precision!).All.CopyTo(block);
            for (; next < observations.Count && observations[next].State == t; next++)
                AddObservation(observations[next].Observation, state, rows, block);
            if (t < intervals.Count)
                AddInterval(intervals[t], state, rows, block, below.Slice(t * Width, Width));
        }
    }

    /// <summary>L⁻¹ (H(x) − y).</summary>
    public static Variable<double> Departures(Variable<double> x, Observation observation)
    {
        var target = observation.Values.ToArray();
        observation.Error.Whiten(new Batch<double>(target));
        return x.Tape.Apply(new Prediction(observation.Operator, observation.Error), x) - x.Tape.Constant(new ReadOnlyBatch<double>(target));
    }

    /// <summary>block += P Pᵀ with P = U Hᵀ L⁻ᵀ, where the rows U are what units of the control do to the state.</summary>
    private static void AddObservation(Observation observation, Matrix<double> state, Matrix<double> rows, Batch<double> block)
    {
        using var frame = Scratch.Enter();
        var p = frame.Rent(rows.Rows, observation.Count);
        observation.Operator.Tangent(state, rows, p);
        observation.Error.Whiten(p);
        Dense.MultiplyTransposedRight<double>(1, p, p, 1, block);
    }

    /// <summary>block += V Vᵀ and below ← −(V W)ᵀ with V = U Mᵀ Wᵀ.</summary>
    private void AddInterval(WeakInterval interval, Matrix<double> state, Matrix<double> rows, Batch<double> block, Batch<double> below)
    {
        using var frame = Scratch.Enter();
        var v = frame.Rent(Width, Width);
        var whitener = interval.Error.Whitener!;
        foreach (var steps in interval.Steps)
            steps.Carry(state, rows, workers);
        Dense.MultiplyTransposedRight<double>(1, rows, whitener, 0, v);
        Dense.MultiplyTransposedRight<double>(1, v, v, 1, block);
        Dense.MultiplyTransposedLeft<double>(-1, whitener, Transposed(v, frame), 0, below);
    }

    private static Batch<double> Transposed(ReadOnlyBatch<double> a, ScratchFrame frame)
    {
        var transposed = frame.Rent(a.Width, a.Rows);
        Dense.Transpose(a, transposed);
        return transposed;
    }
}
