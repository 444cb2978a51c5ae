using System.Numerics;

namespace Sonde.Numerics.Kernels;

/// <summary>One number at a time: for machines without vectors and for types other than float and double. A mask is one or zero.</summary>
internal readonly unsafe struct ScalarLanes<T> : ILanes<T, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static int Accumulators => 12;

    public static T Zero => T.Zero;

    public static T Broadcast(T value) => value;

    public static T Load(T* source) => *source;

    public static void Store(T value, T* destination) => *destination = value;

    public static T First(int count) => Mask(count > 0);

    public static T Load(T* source, T mask) => T.IsZero(mask) ? T.Zero : *source;

    public static void Store(T value, T* destination, T mask)
    {
        if (!T.IsZero(mask))
            *destination = value;
    }

    public static T Add(T a, T b) => a + b;

    public static T Subtract(T a, T b) => a - b;

    public static T Multiply(T a, T b) => a * b;

    public static T Divide(T a, T b) => a / b;

    public static T MultiplyAdd(T a, T b, T c) => T.MultiplyAddEstimate(a, b, c);

    public static T MultiplySubtractFrom(T a, T b, T c) => T.MultiplyAddEstimate(-a, b, c);

    public static T Sqrt(T a) => T.Sqrt(a);

    public static T Abs(T a) => T.Abs(a);

    public static T Negate(T a) => -a;

    public static T Max(T a, T b) => T.Max(a, b);

    public static T Sum(T a) => a;

    public static T LessThan(T a, T b) => Mask(a < b);

    public static T LessThanOrEqual(T a, T b) => Mask(a <= b);

    public static T And(T a, T b) => Mask(!T.IsZero(a) && !T.IsZero(b));

    public static T Or(T a, T b) => Mask(!T.IsZero(a) || !T.IsZero(b));

    public static T AndNot(T a, T b) => Mask(!T.IsZero(a) && T.IsZero(b));

    public static T Select(T mask, T yes, T no) => T.IsZero(mask) ? no : yes;

    public static bool Any(T mask) => !T.IsZero(mask);

    public static T Apply<F>(T a) where F : struct, IElementwise<T> => F.Invoke(a);

    private static T Mask(bool value) => value ? T.One : T.Zero;
}
