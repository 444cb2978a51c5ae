using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// G: a state at a window's start to everything that is observed in the window, each value in units of its error. 4D-Var and its relatives
/// minimise |y − G(x)|² and differ in where x may lie and in which derivative of G they use.
/// </summary>
public sealed class WindowMap : ITangentBlock<double>
{
    private readonly Stage[] stages;
    private readonly Workers workers;

    /// <summary>Observations after a state.</summary>
    /// <param name="system">What carries the state from one observation to the next; its model error is left out.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="from">Where the state holds.</param>
    /// <param name="observations">In order of time, none before <paramref name="from"/>.</param>
    /// <param name="workers">How many threads may push tangents; null for one.</param>
    /// <exception cref="ArgumentException">An observation lies before the state or before the one in front of it.</exception>
    public WindowMap(IDifferentiableSystem system, TimeGrid grid, GridTime from, IReadOnlyList<Observation> observations, Workers? workers = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(observations);
        InputWidth = system.Width;
        this.workers = workers ?? Workers.One;
        stages = new Stage[observations.Count];
        Target = new double[observations.Sum(observation => observation.Count)];
        var written = 0;
        for (var i = 0; i < stages.Length; i++)
        {
            var observation = observations[i];
            if (observation.At < from)
                throw new ArgumentException($"Observation {observation.Index} at {grid.TimeOf(observation.At)} lies before {grid.TimeOf(from)}.", nameof(observations));
            stages[i] = new(ModelSteps.Between(system, grid, from, observation.At), observation, new Prediction(observation.Operator, observation.Error));
            var values = Target.AsSpan(written, observation.Count);
            observation.Values.Span.CopyTo(values);
            observation.Error.Whiten(new(values));
            written += observation.Count;
            from = observation.At;
        }
    }

    /// <summary>Observations of a state at its own time.</summary>
    /// <param name="observations">What was observed; one or more.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public WindowMap(IReadOnlyList<Observation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (observations.Count == 0)
            throw new ArgumentException("A state's observations need 1 or more, not 0.", nameof(observations));
        (InputWidth, workers) = (observations[0].Operator.InputWidth, Workers.One);
        stages = [.. observations.Select(one => new Stage([], one, new Prediction(one.Operator, one.Error)))];
        Target = new double[observations.Sum(observation => observation.Count)];
        var written = 0;
        foreach (var observation in observations)
        {
            var values = Target.AsSpan(written, observation.Count);
            observation.Values.Span.CopyTo(values);
            observation.Error.Whiten(new(values));
            written += observation.Count;
        }
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => Target.Length;

    /// <summary>What was observed, in units of the errors, [OutputWidth].</summary>
    public double[] Target { get; }

    /// <inheritdoc/>
    public Variable<double> Apply(Variable<double> x)
    {
        var predictions = new Variable<double>[stages.Length];
        for (var i = 0; i < stages.Length; i++)
        {
            foreach (var steps in stages[i].Steps)
                x = x.Tape.Apply(steps, x);
            predictions[i] = x.Tape.Apply(stages[i].Prediction, x);
        }
        return predictions.Length == 1 ? predictions[0] : x.Tape.Apply(Concatenation<double>.Instance, predictions);
    }

    /// <inheritdoc/>
    public void Tangents(ReadOnlySpan<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        if (dx.Rows != dy.Rows || dy.Width != OutputWidth)
            throw new ArgumentException($"{dx.Rows} tangents of {OutputWidth} values were asked for, but the place is {dy.Rows} × {dy.Width}.", nameof(dy));
        var (state, rows, written) = (new Matrix<double>(new ReadOnlyBatch<double>(x)), new Matrix<double>(dx), 0);
        using var frame = Scratch.Enter();
        foreach (var (steps, observation, _) in stages)
        {
            foreach (var step in steps)
                step.Carry(state, rows, workers);
            var part = frame.Rent(rows.Rows, observation.Count);
            observation.Operator.Tangent(state, rows, part);
            observation.Error.Whiten(part);
            for (var row = 0; row < part.Rows; row++)
                part[row].CopyTo(dy[row][written..]);
            written += observation.Count;
        }
    }

    private readonly record struct Stage(IReadOnlyList<ModelSteps> Steps, Observation Observation, Prediction Prediction);
}
