using System.Numerics;
using System.Runtime.CompilerServices;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>The two directions in which derivatives travel along a tape.</summary>
public sealed unsafe partial class Tape<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScratchStack tangents = new(), adjoints = new();
    private int tangentsTo, adjointsTo;         // how many nodes have memory for them

    /// <summary>dx of an input, to be set before <see cref="PushForward"/>; afterwards dy of any variable up to the one that was pushed to.</summary>
    /// <exception cref="ArgumentException">The variable depends on no input, or is of another tape.</exception>
    public Batch<T> Tangent(Variable<T> variable)
    {
        Own(variable);
        PlaceTangents(nodeCount);
        return TangentAt(variable.Index);
    }

    /// <summary>ȳ of any variable, to be set (or read) between <see cref="BeginPullBack"/> and the end.</summary>
    /// <exception cref="ArgumentException">The variable depends on no input, or is of another tape.</exception>
    public Batch<T> Adjoint(Variable<T> variable)
    {
        Own(variable);
        PlaceAdjoints(nodeCount);
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
        PlaceAdjoints(nodeCount);
        adjoints.ClearUsed();
    }

    /// <summary>Pulls back the adjoints that were set since <see cref="BeginPullBack"/>: afterwards those of the inputs are complete.</summary>
    public void PullBack()
    {
        for (var index = nodeCount - 1; index >= 0; index--)
        {
            ref readonly var node = ref nodes[index];
            if (!node.Active || node.Operation is not { } operation)
                continue;
            var read = operands.AsSpan(node.FirstOperand, node.Operands);
            operation.AddAdjoint(new(this, read), ValueAt(index), Rows(node.Adjoint, node.Size), new(this, read));
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Batch<T> AdjointAt(int index) => Rows(nodes[index].Adjoint, nodes[index].Size);

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

    private void PlaceAdjoints(int to)
    {
        if (adjointsTo == 0)
            adjoints.Release(0, 0);
        for (var index = adjointsTo; index < to; index++)
        {
            ref var node = ref nodes[index];
            if (node.Active && !node.Borrowed)
                node.Adjoint = node.Viewed >= 0 ? nodes[node.Viewed].Adjoint + node.Offset : Take(adjoints, node.Size.Count);
        }
        adjointsTo = to;
    }
}
