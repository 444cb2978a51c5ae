using System.Numerics;

namespace Sonde.Calculus;

/// <summary>One line of a tape: what was computed, from what, and where its numbers lie (in pinned memory).</summary>
internal unsafe struct Node<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public IOperation<T>? Operation;        // null for an input, a constant and a view
    public FixedRows<T>? Fixed;             // of a leaf whose numbers lie there
    public T* Value;
    public T* Tangent;
    public T* Adjoint;
    public T* Transposed;                   // the value's transpose, once somebody asked for it
    public Size Size;
    public int FirstOperand;                // in the tape's list of operands
    public int Operands;
    public int Viewed;                      // of what this is a view; -1 otherwise
    public int Offset;                      // where in it the view begins
    public int FirstView;                   // the views of this node, as a chain; -1 ends it
    public int NextView;
    public bool Active;                     // depends on an input
    public bool Borrowed;                   // its adjoint is memory of another tape
}
