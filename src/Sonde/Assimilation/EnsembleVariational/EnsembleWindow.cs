using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>
/// G: controls [v, ξ₁, ξ₂ …] to everything that is observed in a window, in units of the errors, for many members at once. The state starts at z̄ + v E;
/// the model errors ξₗ Qₗ^½ are added at the end of each interval, where the model errs. Values, exact derivatives and their products come from the same
/// steps of the model.
/// </summary>
internal sealed class EnsembleWindow : IMap<double>
{
    private readonly Stage[] stages;
    private readonly double[] mean;
    private readonly Matrix<double> rows;

    /// <summary>Observations after an ensemble.</summary>
    /// <param name="system">What carries states.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="from">Where the ensemble holds.</param>
    /// <param name="observations">In order of time.</param>
    /// <param name="subspace">z̄ and E.</param>
    /// <param name="errors">Rows of Qₗ^½ for the interval before each observation, [any, n]; null where the model is perfect.</param>
    public EnsembleWindow(
        IDifferentiableSystem system, TimeGrid grid, GridTime from, IReadOnlyList<Observation> observations, EnsembleSubspace subspace,
        IReadOnlyList<Matrix<double>>? errors)
    {
        (mean, rows) = (subspace.Mean, subspace.Rows);
        var (control, written) = (rows.Rows, 0);
        stages = new Stage[observations.Count];
        for (var l = 0; l < stages.Length; l++)
        {
            var root = errors?[l] ?? new(0, mean.Length);
            stages[l] = new(
                ModelSteps.Between(system, grid, from, observations[l].At), root, control, observations[l],
                new Prediction(observations[l].Operator, observations[l].Error), written);
            control += root.Rows;
            written += observations[l].Count;
            from = observations[l].At;
        }
        (InputWidth, OutputWidth) = (control, written);
    }

    /// <summary>Called at each observation with the members' states there.</summary>
    public delegate void Visit(int position, Batch<double> states);

    /// <summary>p, how many numbers control a member.</summary>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth { get; }

    /// <summary>Most values of one observation time.</summary>
    public int Broadest => stages.Length == 0 ? 0 : stages.Max(stage => stage.Observation.Count);

    private int Width => mean.Length;

    /// <inheritdoc/>
    public Variable<double> Apply(Variable<double> x)
    {
        var tape = x.Tape;
        var state = tape.Constant(new ReadOnlyBatch<double>(mean)) + Part(x, 0, rows);
        var predictions = new List<Variable<double>>(stages.Length);
        foreach (var stage in stages)
        {
            foreach (var steps in stage.Steps)
                state = tape.Apply(steps, state);
            if (stage.Error.Rows > 0)
                state += Part(x, stage.Control, stage.Error);
            if (stage.Observation.Count > 0)
                predictions.Add(tape.Apply(stage.Prediction, state));
        }
        return predictions.Count == 1 ? predictions[0] : tape.Apply(Concatenation<double>.Instance, [.. predictions]);
    }

    /// <summary>states ← z̄ + v E.</summary>
    /// <param name="controls">[any, p].</param>
    /// <param name="states">[as many, n].</param>
    public void Start(ReadOnlyBatch<double> controls, Batch<double> states)
    {
        AddControlled(controls, 0, rows, 0, states);
        Moments.Shift(states, mean);
    }

    /// <summary>Carries members through the window.</summary>
    /// <param name="controls">[any, p].</param>
    /// <param name="visit">Called at each observation.</param>
    public void Run(ReadOnlyBatch<double> controls, Visit visit)
    {
        using var frame = Scratch.Enter();
        var states = frame.Rent(controls.Rows, Width);
        Start(controls, states);
        for (var l = 0; l < stages.Length; l++)
        {
            foreach (var steps in stages[l].Steps)
                steps.Advance(states);
            AddControlled(controls, stages[l].Control, stages[l].Error, 1, states);
            visit(l, states);
        }
    }

    /// <summary>G of each member.</summary>
    /// <param name="controls">[any, p].</param>
    /// <param name="predicted">[first row and as many or more, m].</param>
    /// <param name="row">The first row that is written.</param>
    public void Predict(ReadOnlyBatch<double> controls, Matrix<double> predicted, int row) => Run(controls, (l, states) =>
    {
        using var frame = Scratch.Enter();
        var values = frame.Rent(states.Rows, stages[l].Observation.Count);
        Observe(stages[l], states, values);
        for (var i = 0; i < states.Rows; i++)
            values[i].CopyTo(predicted[row + i][stages[l].Written..]);
    });

    /// <summary>costs ← ½ |G − y|² of each member.</summary>
    /// <param name="controls">[any, p].</param>
    /// <param name="targets">y of each, [as many, m].</param>
    /// <param name="costs">[as many].</param>
    public void Misfits(Matrix<double> controls, Matrix<double> targets, double[] costs)
    {
        Array.Clear(costs);
        Run(controls, (l, states) =>
        {
            using var frame = Scratch.Enter();
            var departures = frame.Rent(states.Rows, stages[l].Observation.Count);
            Depart(stages[l], states, targets, departures);
            for (var i = 0; i < states.Rows; i++)
                costs[i] += 0.5 * TensorPrimitives.SumOfSquares<double>(departures[i]);
        });
    }

    /// <summary>The same, with J(G − y) and J Jᵀ of each member, where the rows of J are what units of its controls do to G.</summary>
    /// <param name="controls">[any, p].</param>
    /// <param name="targets">y of each, [as many, m].</param>
    /// <param name="costs">[as many].</param>
    /// <param name="gradients">[as many, p].</param>
    /// <param name="hessians">One under the other, [as many · p, p].</param>
    public void Linearize(Matrix<double> controls, Matrix<double> targets, double[] costs, Batch<double> gradients, Batch<double> hessians)
    {
        var (members, p) = (controls.Rows, InputWidth);
        var byUnits = p > Width;                        // then what units of the state do is found, and directions are made of it
        using var frame = Scratch.Enter();
        var states = frame.Rent(members, Width);
        var directions = frame.RentCleared(members * p, Width);
        Start(controls, states);
        for (var i = 0; i < members; i++)
            rows.All.CopyTo(directions.Slice(i * p, rows.Rows));
        Array.Clear(costs);
        gradients.Clear();
        hessians.Clear();
        foreach (var stage in stages)
        {
            Carry(stage, states, directions, byUnits);
            AddControlled(controls, stage.Control, stage.Error, 1, states);
            for (var i = 0; i < members && stage.Error.Rows > 0; i++)
                stage.Error.All.CopyTo(directions.Slice(i * p + stage.Control, stage.Error.Rows));
            if (stage.Observation.Count > 0)
                Observe(stage, states, directions, byUnits, targets, costs, gradients, hessians);
        }
    }

    private void Carry(Stage stage, Batch<double> states, Batch<double> directions, bool byUnits)
    {
        if (!byUnits)
        {
            foreach (var steps in stage.Steps)
                steps.Carry(states, directions);
            return;
        }
        if (stage.Steps.Count == 0)
            return;
        using var frame = Scratch.Enter();
        var units = Units(frame, states.Rows);
        var (p, used) = (InputWidth, stage.Control);
        var carried = frame.Rent(used, Width);
        foreach (var steps in stage.Steps)
            steps.Carry(states, units);
        for (var i = 0; i < states.Rows; i++)
        {
            Dense.Multiply(directions.Slice(i * p, used), units.Slice(i * Width, Width), carried);
            carried.CopyTo(directions.Slice(i * p, used));
        }
    }

    private void Observe(
        Stage stage, Batch<double> states, Batch<double> directions, bool byUnits, Matrix<double> targets, double[] costs, Batch<double> gradients, Batch<double> hessians)
    {
        var (members, p, m) = (states.Rows, InputWidth, stage.Observation.Count);
        using var frame = Scratch.Enter();
        var departures = frame.Rent(members, m);
        var slopes = frame.Rent(members * (byUnits ? Width : p), m);
        var own = frame.Rent(p, m);
        Depart(stage, states, targets, departures);
        stage.Observation.Operator.Tangents(states, byUnits ? Units(frame, members) : directions, slopes);
        stage.Observation.Error.Whiten(slopes);
        for (var i = 0; i < members; i++)
        {
            var rowsOf = byUnits ? own : slopes.Slice(i * p, p);
            if (byUnits)
                Dense.Multiply(directions.Slice(i * p, p), slopes.Slice(i * Width, Width), own);
            costs[i] += 0.5 * TensorPrimitives.SumOfSquares<double>(departures[i]);
            Dense.Multiply(1, rowsOf, departures[i], 1, gradients[i]);
            Dense.MultiplyTransposedRight(1, rowsOf, rowsOf, 1, hessians.Slice(i * p, p));
        }
    }

    /// <summary>values ← L⁻¹ H(x).</summary>
    private static void Observe(Stage stage, ReadOnlyBatch<double> states, Batch<double> values)
    {
        if (values.Width == 0)
            return;
        stage.Observation.Operator.Apply(states, values);
        stage.Observation.Error.Whiten(values);
    }

    /// <summary>departures ← L⁻¹ H(x) − y.</summary>
    private static void Depart(Stage stage, ReadOnlyBatch<double> states, Matrix<double> targets, Batch<double> departures)
    {
        Observe(stage, states, departures);
        for (var i = 0; i < states.Rows; i++)
            TensorPrimitives.Subtract(departures[i], targets[i].Slice(stage.Written, departures.Width), departures[i]);
    }

    /// <summary>states ← keep × states + the part of the controls from a place on × root.</summary>
    private static void AddControlled(ReadOnlyBatch<double> controls, int first, Matrix<double> root, double keep, Batch<double> states)
    {
        using var frame = Scratch.Enter();
        var part = frame.Rent(controls.Rows, root.Rows);
        for (var i = 0; i < part.Rows; i++)
            controls[i].Slice(first, root.Rows).CopyTo(part[i]);
        if (root.Rows > 0)
            Dense.Multiply<double>(1, part, root, keep, states);
        else if (keep == 0)
            states.Clear();
    }

    /// <summary>A unit of each component for each member, [members · n, n].</summary>
    private Batch<double> Units(ScratchFrame frame, int members)
    {
        var units = frame.RentCleared(members * Width, Width);
        for (var row = 0; row < units.Rows; row++)
            units[row, row % Width] = 1;
        return units;
    }

    private static Variable<double> Part(Variable<double> controls, int first, Matrix<double> root) =>
        controls.Tape.Apply(Gather<double>.Range(first, root.Rows), controls).Times(controls.Tape.Constant(root.All));

    private sealed record Stage(
        IReadOnlyList<ModelSteps> Steps, Matrix<double> Error, int Control, Observation Observation, Prediction Prediction, int Written);
}
