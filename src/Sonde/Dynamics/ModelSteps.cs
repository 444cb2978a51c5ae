using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>Steps of a system without model error, as one operation on the tape: x at the start, [rows, Width], to x at the end.</summary>
/// <param name="system">What is stepped.</param>
/// <param name="time">Time at the start.</param>
/// <param name="dt">Step length.</param>
/// <param name="steps">Number of steps, 0 or more.</param>
public sealed class ModelSteps(IDifferentiableSystem system, double time, double dt, int steps) : IOperation<double>
{
    private readonly RandomSource unused = new(0);

    /// <summary>The operations that lead from one place of a time grid to another: partial steps at the ends where a place lies off the grid.</summary>
    public static IReadOnlyList<ModelSteps> Between(IDifferentiableSystem system, TimeGrid grid, GridTime from, GridTime to) =>
        [.. Leg.Between(grid, from, to).Select(leg => new ModelSteps(system, leg.Time, leg.StepLength, leg.Steps))];

    private const int TangentRows = 32;                 // perturbations that share one integration of the state

    /// <summary>Steps a state, and perturbations along it: dx ← M′(x) dx. Threads share the perturbations by blocks, each of which steps the state anew.</summary>
    /// <param name="x">[1, Width]; stepped in place.</param>
    /// <param name="dx">[any, Width]; stepped in place.</param>
    /// <param name="workers">How many threads may work.</param>
    public void Carry(Matrix<double> x, Matrix<double> dx, Workers workers)
    {
        var start = x.Copy();
        workers.ForBlocks(Math.Max(1, dx.Rows), TangentRows, (first, count) =>
        {
            using var frame = Scratch.Enter();
            var along = frame.Rent(1, x.Width);
            start.All.CopyTo(along);
            system.AdvanceTangent(along[0], dx.All.Slice(first, Math.Min(count, dx.Rows - first)), time, dt, steps);
            if (first == 0)
                along.CopyTo(x);
        });
    }

    /// <summary>Steps states, and as many perturbations along each.</summary>
    /// <param name="x">[rows, Width]; stepped in place.</param>
    /// <param name="dx">[rows × any, Width]: those of the first state, then those of the second …; stepped in place.</param>
    public void Carry(Batch<double> x, Batch<double> dx) => system.AdvanceTangents(x, dx, time, dt, steps);

    /// <summary>Steps states.</summary>
    /// <param name="x">[any, Width]; stepped in place.</param>
    public void Advance(Batch<double> x)
    {
        if (system is not IStochasticSystem)
            system.Advance(x, time, dt, steps, 0, unused);
        else
            system.AdvanceTangents(x, new Batch<double>([], 0, x.Width), time, dt, steps);
    }

    /// <inheritdoc/>
    public Size Measure(Operands<double> x) => x.Size(0).Width == system.Width
        ? x.Size(0)
        : throw new ArgumentException($"The system steps rows of {system.Width} but was given rows of {x.Size(0).Width}.");

    /// <inheritdoc/>
    public void Apply(Operands<double> x, Batch<double> y)
    {
        x[0].CopyTo(y);
        Advance(y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<double> x, ReadOnlyBatch<double> y, Tangents<double> dx, Batch<double> dy)
    {
        using var frame = Scratch.Enter();
        var along = frame.Rent(dy.Rows, dy.Width);
        x[0].CopyTo(along);
        dx[0].CopyTo(dy);
        system.AdvanceTangents(along, dy, time, dt, steps);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<double> x, ReadOnlyBatch<double> y, ReadOnlyBatch<double> yBar, Adjoints<double> xBar)
    {
        using var frame = Scratch.Enter();
        var pulled = frame.Rent(yBar.Rows, yBar.Width);
        yBar.CopyTo(pulled);
        system.AdvanceAdjoint(x[0], pulled, time, dt, steps);
        var to = xBar[0];
        to += pulled;
    }
}
