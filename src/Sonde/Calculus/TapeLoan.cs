using System.Numerics;

namespace Sonde.Calculus;

/// <summary>An empty tape of this thread, given back warm: nested use takes another.</summary>
internal readonly ref struct TapeLoan<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static Stack<Tape<T>>? idle;

    private TapeLoan(Tape<T> tape) => Tape = tape;

    public Tape<T> Tape { get; }

    public static TapeLoan<T> Take() => new((idle ??= new()).TryPop(out var tape) ? tape : new Tape<T>());

    public void Dispose()
    {
        Tape.Reset();
        Tape.Workers = Numerics.Workers.One;
        idle!.Push(Tape);
    }
}
