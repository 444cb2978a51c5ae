using System.Numerics;
using System.Runtime.CompilerServices;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>The two directions in which derivatives travel along a tape.</summary>
public sealed unsafe partial class Tape<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScratchStack tangents = new();
    private readonly RecycledMemory<T> adjoints = new();
    private int tangentsTo;                     // how many nodes have memory for them
    private bool pulledBack;

    /// <summary>dx of an input, to be set before <see cref="PushForward"/>; afterwards dy of any variable up to the one that was pushed to.</summary>
    /// <exception cref="ArgumentException">The variable depends on no input, or is of another tape.</exception>
    public Batch<T> Tangent(Variable<T> variable)
    {
        Own(variable);
        PlaceTangents(nodeCount);
        return TangentAt(variable.Index);
    }

    /// <summary>
    /// ȳ of any variable, to be set (or added to) after <see cref="BeginPullBack"/>; after <see cref="PullBack"/> that of an input. What was
    /// computed has no adjoint any more then: its memory served the next, so that a long tape's adjoints stay in the cache.
    /// </summary>
    /// <exception cref="ArgumentException">The variable depends on no input, is of another tape, or its adjoint is gone.</exception>
    public Batch<T> Adjoint(Variable<T> variable)
    {
        Own(variable);
        if (pulledBack && nodes[Root(variable.Index)].Operation is not null)
            throw new ArgumentException($"Only inputs keep their adjoints, but the variable of {variable.Size} was computed.", nameof(variable));
        return AdjointAt(variable.Index);
    }

    /// <summary>Pushes the tangents of the inputs forward through everything that was recorded.</summary>
    public void PushForward()
    {
        PlaceTangents(nodeCount);
        for (var index = 0; index < nodeCount; index++)
        {
            ref readonly var node = ref nodes[index];
            if (!node.Active || node.Operation is not { } operation)
                continue;
            var read = operands.AsSpan(node.FirstOperand, node.Operands);
            var dy = Rows(node.Tangent, node.Size);
            dy.Clear();
            operation.AddTangent(new(this, read), ValueAt(index), new(this, read), dy);
        }
    }

    /// <summary>Sets the adjoints of all variables to zero.</summary>
    public void BeginPullBack()
    {
        adjoints.Reset();
        pulledBack = false;
        for (var index = 0; index < nodeCount; index++)
            if (!nodes[index].Borrowed)
                nodes[index].Adjoint = null;
    }

    /// <summary>Pulls back the adjoints that were set since <see cref="BeginPullBack"/>: afterwards those of the inputs are complete.</summary>
    public void PullBack()
    {
        for (var index = nodeCount - 1; index >= 0; index--)
        {
            ref var node = ref nodes[index];
            if (node.Adjoint == null || node.Operation is not { } operation)
                continue;
            var read = operands.AsSpan(node.FirstOperand, node.Operands);
            operation.AddAdjoint(new(this, read), ValueAt(index), Rows(node.Adjoint, node.Size), new(this, read));
            adjoints.Return(node.Adjoint, node.Size.Count);
            node.Adjoint = null;
        }
        pulledBack = true;
    }

    /// <summary>The gradient of one number with respect to every variable, to be read by <see cref="Adjoint"/>.</summary>
    /// <exception cref="ArgumentException">The variable is not 1 × 1, depends on no input, or is of another tape.</exception>
    public void Differentiate(Variable<T> number)
    {
        if (number.Size.Count != 1)
            throw new ArgumentException($"Only one number has a gradient, but the variable is {number.Size}.", nameof(number));
        Own(number);
        BeginPullBack();
        AdjointAt(number.Index).Values[0] = T.One;
        PullBack();
    }

    internal Batch<T> TangentOfLeaf(int index)
    {
        PlaceTangents(nodeCount);
        return TangentAt(index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Batch<T> TangentAt(int index) => Rows(nodes[index].Tangent, nodes[index].Size);

    /// <summary>ȳ, zero where nothing was added yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Batch<T> AdjointAt(int index)
    {
        if (nodes[index].Adjoint == null)
            PlaceAdjoint(index, true);
        return Rows(nodes[index].Adjoint, nodes[index].Size);
    }

    /// <summary>Whether nothing was added to ȳ yet; then it has memory from now on that holds anything.</summary>
    internal bool BeginAdjoint(int index)
    {
        if (nodes[index].Adjoint != null)
            return false;
        PlaceAdjoint(index, false);
        return nodes[index].Viewed < 0;
    }

    private void Own(Variable<T> variable)
    {
        if (variable.Tape != this)
            throw new ArgumentException("The variable is of another tape.", nameof(variable));
        if (!nodes[variable.Index].Active)
            throw new ArgumentException($"The variable of {variable.Size} depends on no input.", nameof(variable));
    }

    private void PlaceTangents(int to)
    {
        if (tangentsTo == 0)
            tangents.Release(0, 0);
        for (var index = tangentsTo; index < to; index++)
        {
            ref var node = ref nodes[index];
            if (!node.Active)
                continue;
            node.Tangent = node.Viewed >= 0 ? nodes[node.Viewed].Tangent + node.Offset : Take(tangents, node.Size.Count);
            if (node.Viewed < 0 && node.Operation is null)
                TangentAt(index).Clear();           // of an input: zero until it is set
        }
        tangentsTo = to;
    }

    private void PlaceAdjoint(int index, bool clear)
    {
        ref var node = ref nodes[index];
        if (node.Viewed >= 0)
        {
            _ = AdjointAt(node.Viewed);
            node.Adjoint = nodes[node.Viewed].Adjoint + node.Offset;
            return;
        }
        node.Adjoint = adjoints.Take(node.Size.Count);
        if (clear)
            Rows(node.Adjoint, node.Size).Clear();
    }

    private int Root(int index)
    {
        while (nodes[index].Viewed >= 0)
            index = nodes[index].Viewed;
        return index;
    }
}
