using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// Composes operations: it computes each as it is applied and keeps operands and results, so that tangents can be pushed forward and
/// adjoints pulled back through all of them afterwards. Its memory is an arena that <see cref="Reset"/> rewinds and nobody collects: once
/// warm, recording allocates nothing. A tape belongs to one thread at a time.
/// </summary>
public sealed unsafe partial class Tape<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScratchStack values = new();
    private Node<T>[] nodes = new Node<T>[256];
    private int[] operands = new int[512];
    private int nodeCount, operandCount;

    /// <summary>How many threads an operation may work on; no bits depend on it.</summary>
    internal Workers Workers { get; set; } = Workers.One;

    /// <summary>How many variables the tape holds.</summary>
    public int Count => nodeCount;

    /// <summary>Forgets everything; all variables of the tape become invalid. The memory stays for the next recording.</summary>
    public void Reset()
    {
        Array.Clear(nodes, 0, nodeCount);           // operations that nobody else holds may be collected
        (nodeCount, operandCount) = (0, 0);
        values.Release(0, 0);
        (tangentsTo, pulledBack) = (0, false);
        adjoints.Reset();
    }

    /// <summary>A copy of numbers with respect to which derivatives are taken.</summary>
    public Variable<T> Input(ReadOnlyBatch<T> x) => Leaf(x, true);

    /// <summary>A copy of numbers that do not vary.</summary>
    public Variable<T> Constant(ReadOnlyBatch<T> x) => Leaf(x, false);

    /// <summary>Numbers that do not vary, read where they lie.</summary>
    public Variable<T> Constant(FixedRows<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var index = AddNode();
        ref var node = ref nodes[index];
        (node.Size, node.Fixed) = (rows.Size, rows);
        node.Value = rows.Origin;
        return new(this, index);
    }

    /// <summary>One number that does not vary.</summary>
    public Variable<T> Constant(T value)
    {
        var index = Add(new Size(1, 1), false);
        *nodes[index].Value = value;
        return new(this, index);
    }

    /// <summary>f(x).</summary>
    /// <exception cref="ArgumentException">The operand does not fit the operation, or is of another tape.</exception>
    public Variable<T> Apply(IOperation<T> operation, Variable<T> x) => Apply(operation, [x]);

    /// <summary>f(x, y).</summary>
    /// <exception cref="ArgumentException">The operands do not fit the operation, or are of another tape.</exception>
    public Variable<T> Apply(IOperation<T> operation, Variable<T> x, Variable<T> y) => Apply(operation, [x, y]);

    /// <summary>f(x, y, z).</summary>
    /// <exception cref="ArgumentException">The operands do not fit the operation, or are of another tape.</exception>
    public Variable<T> Apply(IOperation<T> operation, Variable<T> x, Variable<T> y, Variable<T> z) => Apply(operation, [x, y, z]);

    /// <summary>f of any number of operands.</summary>
    /// <exception cref="ArgumentException">The operands do not fit the operation, or are of another tape.</exception>
    public Variable<T> Apply(IOperation<T> operation, ReadOnlySpan<Variable<T>> x)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var first = operandCount;
        if (first + x.Length > operands.Length)
            Array.Resize(ref operands, Math.Max(first + x.Length, 2 * operands.Length));
        var active = false;
        for (var i = 0; i < x.Length; i++)
        {
            if (x[i].Tape != this)
                throw new ArgumentException($"Operand {i} of {operation.GetType().Name} is of another tape.", nameof(x));
            operands[first + i] = x[i].Index;
            active |= nodes[x[i].Index].Active;
        }
        var read = new Operands<T>(this, operands.AsSpan(first, x.Length));
        var size = operation.Measure(read);
        operandCount = first + x.Length;
        var index = Add(size, active);
        ref var node = ref nodes[index];
        (node.Operation, node.FirstOperand, node.Operands) = (operation, first, x.Length);
        operation.Apply(read, ValueAtWritable(index));
        return new(this, index);
    }

    internal Variable<T> View(Variable<T> viewed, int offset, Size size)
    {
        if (offset < 0 || size.Rows < 0 || size.Width < 0 || offset + (long)size.Rows * size.Width > viewed.Size.Count)
            throw new ArgumentException($"A view of {size} from number {offset} on does not lie within a variable of {viewed.Size}.");
        for (var view = nodes[viewed.Index].FirstView; view >= 0; view = nodes[view].NextView)
            if (nodes[view].Offset == offset && nodes[view].Size == size)
                return new(this, view);
        var index = AddNode();
        ref var node = ref nodes[index];
        ref var parent = ref nodes[viewed.Index];
        node.Value = parent.Value + offset;
        (node.Size, node.Active, node.Viewed, node.Offset) = (size, parent.Active, viewed.Index, offset);
        (node.NextView, parent.FirstView) = (parent.FirstView, index);
        return new(this, index);
    }

    /// <summary>A leaf whose numbers, and whose adjoint if it is wanted, are memory that outlives this recording.</summary>
    internal Variable<T> Borrow(T* value, T* adjoint, Size size, bool active)
    {
        var index = AddNode();
        ref var node = ref nodes[index];
        node.Value = value;
        node.Adjoint = adjoint;
        (node.Size, node.Active, node.Borrowed) = (size, active, adjoint != null);
        return new(this, index);
    }

    internal bool IsActive(int index) => nodes[index].Active;

    internal Size SizeAt(int index) => nodes[index].Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlyBatch<T> ValueAt(int index) => ValueAtWritable(index);

    internal ReadOnlyBatch<T> TransposedAt(int index)
    {
        var size = nodes[index].Size;
        if (nodes[index].Transposed == null)
        {
            nodes[index].Transposed = Take(values, size.Count);
            Dense.Transpose(ValueAt(index), Rows(nodes[index].Transposed, new Size(size.Width, size.Rows)));
        }
        return Rows(nodes[index].Transposed, new Size(size.Width, size.Rows));
    }

    /// <summary>A value that never varies, or its transpose, as a right factor; null where it may vary.</summary>
    internal PackedFactor<T>? PackedAt(int index, bool transposed) => nodes[Root(index)].Fixed?.Packed(nodes[index].Value, nodes[index].Size, transposed);

    private Variable<T> Leaf(ReadOnlyBatch<T> x, bool active)
    {
        var index = Add(new Size(x.Rows, x.Width), active);
        x.CopyTo(ValueAtWritable(index));
        return new(this, index);
    }

    private int Add(Size size, bool active)
    {
        var index = AddNode();
        ref var node = ref nodes[index];
        node.Value = Take(values, checked(size.Rows * size.Width));
        (node.Size, node.Active) = (size, active);
        return index;
    }

    private int AddNode()
    {
        if (nodeCount == nodes.Length)
            Array.Resize(ref nodes, 2 * nodes.Length);
        nodes[nodeCount] = new Node<T> { Viewed = -1, FirstView = -1, NextView = -1 };
        return nodeCount++;
    }

    private static T* Take(ScratchStack memory, int count) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Take<T>(count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Batch<T> ValueAtWritable(int index) => Rows(nodes[index].Value, nodes[index].Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Batch<T> Rows(T* values, Size size) => new(new Span<T>(values, size.Count), size.Rows, size.Width);
}
