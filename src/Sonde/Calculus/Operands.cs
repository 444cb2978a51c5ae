using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>What an operation reads: the values of its operands.</summary>
public readonly ref struct Operands<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape;
    private readonly ReadOnlySpan<int> nodes;

    internal Operands(Tape<T> tape, ReadOnlySpan<int> nodes)
    {
        this.tape = tape;
        this.nodes = nodes;
    }

    /// <summary>How many operands there are.</summary>
    public int Count => nodes.Length;

    /// <summary>The value of an operand.</summary>
    public ReadOnlyBatch<T> this[int operand] => tape.ValueAt(nodes[operand]);

    /// <summary>The size of an operand.</summary>
    public Size Size(int operand) => tape.SizeAt(nodes[operand]);

    /// <summary>How many threads an operation may work on; no bits depend on it.</summary>
    internal Workers Workers => tape.Workers;

    /// <summary>The transpose of an operand's value; made once however many operations ask for it, so that a rollout transposes its weights once.</summary>
    public ReadOnlyBatch<T> Transposed(int operand) => tape.TransposedAt(nodes[operand]);

    /// <summary>An operand that never varies, or its transpose, as a right factor; null where it may vary.</summary>
    internal PackedFactor<T>? Packed(int operand, bool transposed) => tape.PackedAt(nodes[operand], transposed);
}

/// <summary>The tangents of an operation's operands, where they have one.</summary>
public readonly ref struct Tangents<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape;
    private readonly ReadOnlySpan<int> nodes;

    internal Tangents(Tape<T> tape, ReadOnlySpan<int> nodes)
    {
        this.tape = tape;
        this.nodes = nodes;
    }

    /// <summary>Whether an operand depends on an input: otherwise its tangent is zero and is not stored.</summary>
    public bool Has(int operand) => tape.IsActive(nodes[operand]);

    /// <summary>The tangent of an operand that has one, of its size.</summary>
    public ReadOnlyBatch<T> this[int operand] => tape.TangentAt(nodes[operand]);
}

/// <summary>The adjoints of an operation's operands, where they are wanted.</summary>
public readonly ref struct Adjoints<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape;
    private readonly ReadOnlySpan<int> nodes;

    internal Adjoints(Tape<T> tape, ReadOnlySpan<int> nodes)
    {
        this.tape = tape;
        this.nodes = nodes;
    }

    internal bool Exist => tape is not null;

    /// <summary>Whether an operand depends on an input: otherwise nobody asks for its adjoint.</summary>
    public bool Wants(int operand) => tape.IsActive(nodes[operand]);

    /// <summary>
    /// β, to be asked for before the adjoint itself by an operation that then writes all of it as x̄ = β x̄ + …: 0 where nothing was added
    /// before and x̄ holds anything, 1 otherwise.
    /// </summary>
    public T Beta(int operand) => tape.BeginAdjoint(nodes[operand]) ? T.Zero : T.One;

    /// <summary>The adjoint of a wanted operand, of its size, to be added to.</summary>
    public Batch<T> this[int operand] => tape.AdjointAt(nodes[operand]);
}
