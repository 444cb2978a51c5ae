using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>Steps that can be taken again, and pulled back one by one.</summary>
internal interface IReversibleSteps
{
    /// <summary>x ← <paramref name="steps"/> steps of x, of which the first is step <paramref name="first"/>.</summary>
    void Advance(Batch<double> x, int first, int steps);

    /// <summary>x̄ ← (∂ step/∂x)ᵀ x̄ at the states x before the step; x has one row or as many as x̄.</summary>
    void StepBack(ReadOnlyBatch<double> x, int step, Batch<double> xBar);
}

/// <summary>
/// Pulls adjoints back through steps. Every state of a stretch is kept; where there are more steps than a stretch holds, the states in
/// which stretches begin are kept too, and each stretch is taken again: one more evaluation for memory of two square roots.
/// </summary>
internal static class Backward
{
    private const int ShortestStretch = 32;
    private const int KeptValues = 1 << 17;             // states of a stretch that a second-level cache holds

    public static void Run<TSteps>(TSteps model, ReadOnlyBatch<double> x, Batch<double> xBar, int steps) where TSteps : IReversibleSteps, allows ref struct
    {
        if (steps == 0)
            return;
        var stretch = Math.Max(Math.Max(ShortestStretch, (int)Math.Ceiling(Math.Sqrt(steps))), KeptValues / Math.Max(1, x.Rows * x.Width));
        var stretches = (steps + stretch - 1) / stretch;
        using var frame = Scratch.Enter();
        var starts = frame.Rent(stretches * x.Rows, x.Width);
        var states = frame.Rent(Math.Min(stretch, steps) * x.Rows, x.Width);
        x.CopyTo(At(starts, 0, x.Rows));
        for (var i = 1; i < stretches; i++)
        {
            At(starts, i - 1, x.Rows).CopyTo(At(starts, i, x.Rows));
            model.Advance(At(starts, i, x.Rows), (i - 1) * stretch, stretch);
        }
        for (var i = stretches - 1; i >= 0; i--)
        {
            var first = i * stretch;
            var count = Math.Min(stretch, steps - first);
            At(starts, i, x.Rows).CopyTo(At(states, 0, x.Rows));
            for (var k = 1; k < count; k++)
            {
                At(states, k - 1, x.Rows).CopyTo(At(states, k, x.Rows));
                model.Advance(At(states, k, x.Rows), first + k - 1, 1);
            }
            for (var k = count - 1; k >= 0; k--)
                model.StepBack(At(states, k, x.Rows), first + k, xBar);
        }
    }

    private static Batch<double> At(Batch<double> all, int state, int rows) => all.Slice(state * rows, rows);
}
