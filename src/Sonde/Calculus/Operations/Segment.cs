using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Calculus.Operations;

/// <summary>What a segment computes from its operands, on the tape that they are on.</summary>
/// <param name="x">The operands.</param>
/// <returns>A variable with as many rows as the first operand.</returns>
public delegate Variable<T> SegmentBody<T>(ReadOnlySpan<Variable<T>> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>
/// A whole computation as one operation, of which only operands and result are kept: what lies between is computed again when derivatives
/// are taken. A rollout of K steps in segments of √K keeps 2√K states in place of K, for one more evaluation (Griewank, Walther,
/// "Algorithm 799: revolve", ACM TOMS 26, 2000).
/// </summary>
/// <param name="outputWidth">Width of the result.</param>
/// <param name="body">What is computed; it must compute the same each time.</param>
public sealed unsafe class Segment<T>(int outputWidth, SegmentBody<T> body) : IOperation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Size Measure(Operands<T> x) => new(x.Size(0).Rows, outputWidth);

    /// <inheritdoc/>
    public void Apply(Operands<T> x, Batch<T> y)
    {
        using var lent = TapeLoan<T>.Take();
        Record(lent.Tape, x, default, default).Value.CopyTo(y);
    }

    /// <inheritdoc/>
    public void AddTangent(Operands<T> x, ReadOnlyBatch<T> y, Tangents<T> dx, Batch<T> dy)
    {
        using var lent = TapeLoan<T>.Take();
        Span<bool> active = stackalloc bool[x.Count];
        for (var i = 0; i < x.Count; i++)
            active[i] = dx.Has(i);
        var result = Record(lent.Tape, x, active, default);
        if (!lent.Tape.IsActive(result.Index))
            return;
        for (var i = 0; i < x.Count; i++)
            if (active[i])
                dx[i].CopyTo(lent.Tape.TangentOfLeaf(i));
        lent.Tape.PushForward();
        dy += (ReadOnlyBatch<T>)lent.Tape.Tangent(result);
    }

    /// <inheritdoc/>
    public void AddAdjoint(Operands<T> x, ReadOnlyBatch<T> y, ReadOnlyBatch<T> yBar, Adjoints<T> xBar)
    {
        using var lent = TapeLoan<T>.Take();
        Span<bool> active = stackalloc bool[x.Count];
        for (var i = 0; i < x.Count; i++)
            active[i] = xBar.Wants(i);
        var result = Record(lent.Tape, x, active, xBar);
        if (!lent.Tape.IsActive(result.Index))
            return;
        lent.Tape.BeginPullBack();
        var bar = lent.Tape.Adjoint(result);
        bar += yBar;
        lent.Tape.PullBack();
    }

    /// <summary>Computes the body on a tape whose first leaves are the operands, in the memory that they already have.</summary>
    private Variable<T> Record(Tape<T> tape, Operands<T> x, ReadOnlySpan<bool> active, Adjoints<T> xBar)
    {
        var leaves = new Leaves();
        Span<Variable<T>> all = x.Count <= Leaves.Most ? ((Span<Variable<T>>)leaves)[..x.Count] : new Variable<T>[x.Count];
        for (var i = 0; i < x.Count; i++)
        {
            var isActive = !active.IsEmpty && active[i];
            var adjoint = isActive && xBar.Exist ? (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(xBar[i].Values)) : null;
            var value = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x[i].Values));      // pinned: it lies on a tape
            all[i] = tape.Borrow(value, adjoint, x.Size(i), isActive);
        }
        var result = body(all);
        return result.Size == Measure(x)
            ? result
            : throw new ArgumentException($"The segment declares a result of {Measure(x)} but computed {result.Size}.");
    }

    [InlineArray(Most)]
    private struct Leaves
    {
        public const int Most = 8;
        private Variable<T> first;
    }
}
