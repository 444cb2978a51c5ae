using System.Numerics;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Calculus;

/// <summary>
/// A value on a tape: rows × width numbers that were given or computed. Arithmetic on variables records operations; where sizes differ,
/// a variable with one row, one column or one number serves all rows, all columns, or both.
/// </summary>
public readonly struct Variable<T> : IEquatable<Variable<T>> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Variable(Tape<T> tape, int index) => (Tape, Index) = (tape, index);

    /// <summary>The tape that holds it.</summary>
    public Tape<T> Tape { get; }

    internal int Index { get; }

    /// <summary>Rows and width.</summary>
    public Size Size => Tape.SizeAt(Index);

    /// <summary>The number of rows.</summary>
    public int Rows => Size.Rows;

    /// <summary>The number of values in a row.</summary>
    public int Width => Size.Width;

    /// <summary>The numbers, until the tape is reset.</summary>
    public ReadOnlyBatch<T> Value => Tape.ValueAt(Index);

    /// <summary>The only number of a 1 × 1 variable, such as a cost.</summary>
    /// <exception cref="InvalidOperationException">The variable has another size.</exception>
    public T Number => Size.Count == 1 ? Value.Values[0] : throw new InvalidOperationException($"A variable of {Size} is not one number.");

    /// <summary>
    /// The variable's numbers from <paramref name="offset"/> on, read as another shape, without a copy: a layer's part of a weight vector.
    /// </summary>
    /// <exception cref="ArgumentException">The view reaches past the variable's numbers.</exception>
    public Variable<T> View(int offset, int rows, int width) => Tape.View(this, offset, new Size(rows, width));

    /// <summary>a + b.</summary>
    public static Variable<T> operator +(Variable<T> a, Variable<T> b) => a.Tape.Apply(Sum<T>.Instance, a, b);

    /// <summary>a − b.</summary>
    public static Variable<T> operator -(Variable<T> a, Variable<T> b) => a.PlusScaled(-T.One, b);

    /// <summary>a b, number by number.</summary>
    public static Variable<T> operator *(Variable<T> a, Variable<T> b) => a.Tape.Apply(Product<T>.Instance, a, b);

    /// <summary>a / b, number by number.</summary>
    public static Variable<T> operator /(Variable<T> a, Variable<T> b) => a * b.Apply(Activation.Reciprocal);

    /// <summary>c a.</summary>
    public static Variable<T> operator *(T c, Variable<T> a) => a.Tape.Constant(c) * a;

    /// <summary>a + c.</summary>
    public static Variable<T> operator +(Variable<T> a, T c) => a + a.Tape.Constant(c);

    /// <summary>a − c.</summary>
    public static Variable<T> operator -(Variable<T> a, T c) => a - a.Tape.Constant(c);

    /// <summary>−a.</summary>
    public static Variable<T> operator -(Variable<T> a) => -T.One * a;

    /// <summary>a + c b in one pass.</summary>
    public Variable<T> PlusScaled(T c, Variable<T> b) => Tape.Apply(ProductSum<T>.Instance, Tape.Constant(c), b, this);

    /// <summary>f of every number.</summary>
    public Variable<T> Apply(Activation activation) => activation == Activation.Identity ? this : Tape.Apply(ActivationTable<T>.Of(activation), this);

    /// <summary>A layer f(x Wᵀ + b) of a network, row by row.</summary>
    /// <param name="weights">W, [outputs, inputs].</param>
    /// <param name="bias">b, [1, outputs].</param>
    /// <param name="activation">f.</param>
    public Variable<T> Dense(Variable<T> weights, Variable<T> bias, Activation activation = Activation.Identity) =>
        ActivationTable<T>.Layer(activation) is { } layer
            ? Tape.Apply(layer, this, weights, bias)
            : Tape.Apply(ActivationTable<T>.Layer(Activation.Identity)!, this, weights, bias).Apply(activation);

    /// <summary>A layer f(x Wᵀ) without a bias, row by row.</summary>
    /// <param name="weights">W, [outputs, inputs].</param>
    /// <param name="activation">f.</param>
    public Variable<T> Dense(Variable<T> weights, Activation activation = Activation.Identity) =>
        ActivationTable<T>.Layer(activation) is { } layer
            ? Tape.Apply(layer, this, weights)
            : Tape.Apply(ActivationTable<T>.Layer(Activation.Identity)!, this, weights).Apply(activation);

    /// <summary>The product of two matrices.</summary>
    public Variable<T> Times(Variable<T> right) => Tape.Apply(MatrixProduct<T>.Instance, this, right);

    /// <summary>This variable's rows followed by those of another.</summary>
    public Variable<T> Beside(Variable<T> right) => Tape.Apply(Concatenation<T>.Instance, this, right);

    /// <summary>The sum of all numbers, [1, 1].</summary>
    public Variable<T> Sum() => Tape.Apply(Total<T>.Instance, this);

    /// <summary>The sum of the squares of all numbers, [1, 1].</summary>
    public Variable<T> SumOfSquares() => Tape.Apply(SumOfSquares<T>.Instance, this);

    /// <inheritdoc/>
    public bool Equals(Variable<T> other) => ReferenceEquals(Tape, other.Tape) && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Variable<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tape, Index);

    /// <summary>Whether both are the same place on the same tape.</summary>
    public static bool operator ==(Variable<T> a, Variable<T> b) => a.Equals(b);

    /// <summary>Whether they are different places or on different tapes.</summary>
    public static bool operator !=(Variable<T> a, Variable<T> b) => !a.Equals(b);
}
