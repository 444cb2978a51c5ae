using Sonde.Numerics;

namespace Sonde.Tests.Numerics;

public sealed class VectorMathTests
{
    private delegate void Vector<T>(ReadOnlySpan<T> x, Span<T> y);

    private static readonly Dictionary<string, (Func<double, double> Reference, Vector<double> Double, Vector<float> Single)> Functions = new()
    {
        ["exp"] = (Math.Exp, VectorMath.Exp, VectorMath.Exp),
        ["log"] = (Math.Log, VectorMath.Log, VectorMath.Log),
        ["tanh"] = (Math.Tanh, VectorMath.Tanh, VectorMath.Tanh),
        ["sigmoid"] = (Logistic, VectorMath.Sigmoid, VectorMath.Sigmoid),
        ["sin"] = (Math.Sin, VectorMath.Sin, VectorMath.Sin),
        ["cos"] = (Math.Cos, VectorMath.Cos, VectorMath.Cos),
    };

    public static TheoryData<string, double, double> Ranges => new()
    {
        { "exp", -1, 1 }, { "exp", -745.2, 709.7 }, { "exp", -87, 88 }, { "exp", -1e-9, 1e-9 },
        { "log", 0.5, 2 }, { "log", 0, 1e-300 }, { "log", 0, 1e30 }, { "log", 0.9999, 1.0001 },
        { "tanh", -0.7, 0.7 }, { "tanh", -1e-8, 1e-8 }, { "tanh", -25, 25 },
        { "sigmoid", -1, 1 }, { "sigmoid", -40, 40 }, { "sigmoid", -700, 700 },
        { "sin", -0.8, 0.8 }, { "sin", -20, 20 }, { "sin", -65000, 65000 }, { "sin", 1e8, 1e9 },
        { "cos", -0.8, 0.8 }, { "cos", -20, 20 }, { "cos", -65000, 65000 }, { "cos", 1e8, 1e9 },
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Errors_are_within_the_stated_units_in_the_last_place(string name, double low, double high)
    {
        var (reference, function, single) = Functions[name];
        var x = new double[20_011];
        new RandomSource(17).FillUniform(x);
        for (var i = 0; i < x.Length; i++)
            x[i] = low + (high - low) * x[i];
        var y = new double[x.Length];
        function(x, y);
        var bound = name switch { "tanh" => 4, "sigmoid" => 3, _ => 2 };         // the reference errs too, tanh by 2 units
        for (var i = 0; i < x.Length; i++)
            Assert.True(Distance(reference(x[i]), y[i]) <= bound, $"{name}({x[i]:R}) = {reference(x[i]):R} but {y[i]:R}");

        var xf = Array.ConvertAll(x, value => (float)value);
        var yf = new float[x.Length];
        single(xf, yf);
        for (var i = 0; i < x.Length; i++)
        {
            var exact = reference(xf[i]);
            if (Math.Abs(exact) <= float.MaxValue)
                Assert.True(Math.Abs(yf[i] - exact) <= (name == "tanh" ? 2.5 : 2) * UnitOf(exact), $"{name}({xf[i]:R}) = {exact:R} but {yf[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Special_arguments_give_what_the_scalar_function_gives(string name)
    {
        var (reference, function, single) = Functions[name];
        double[] x =
        [
            0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, -double.Epsilon, 1e-310, -1e-310, 1, -1,
            double.MaxValue, double.MinValue, 1e300, -1e300, 2.2250738585072014e-308, 709.782712893384, 709.79, -745.13, -745.14, -708.4, 1e15, -3e18,
        ];
        var y = new double[x.Length];
        function(x, y);
        for (var i = 0; i < x.Length; i++)
            Assert.True(Distance(reference(x[i]), y[i]) <= 2, $"{name}({x[i]:R}) = {reference(x[i]):R} but {y[i]:R}");

        float[] xf = [0, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon, 1e-40f, 1, -1, 88.72283f, 88.73f, -103.9f, -104.1f, -87.4f];
        var yf = new float[xf.Length];
        single(xf, yf);
        for (var i = 0; i < xf.Length; i++)
        {
            var expected = (float)reference(xf[i]);
            Assert.True(BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(yf[i]) || float.IsNaN(expected) && float.IsNaN(yf[i])
                || Math.Abs(yf[i] - reference(xf[i])) <= 2 * UnitOf(expected), $"{name}({xf[i]:R}) = {expected:R} but {yf[i]:R}");
        }
    }

    [Fact]
    public void Odd_functions_keep_the_sign_of_zero()
    {
        foreach (var name in new[] { "sin", "tanh" })
        {
            var y = new double[1];
            Functions[name].Double([-0.0], y);
            Assert.True(double.IsNegative(y[0]));
        }
    }

    [Fact]
    public void Huge_angles_agree_with_the_platform()
    {
        double[] x = [1e10, -1e10, 1e16, 12345678901234567, 1e22, -1e300, 3, 4];
        var y = new double[x.Length];
        VectorMath.Sin<double>(x, y);
        for (var i = 0; i < x.Length; i++)
            Assert.True(Distance(Math.Sin(x[i]), y[i]) <= 2);
        VectorMath.Cos<double>(x, y);
        for (var i = 0; i < x.Length; i++)
            Assert.True(Distance(Math.Cos(x[i]), y[i]) <= 2);
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        SameBits<ExpKernel>();
        SameBits<LogKernel>();
        SameBits<TanhKernel>();
        SameBits<SigmoidKernel>();
        SameBits<SinKernel>();
        SameBits<CosKernel>();
    }

    [Fact]
    public void Any_length_works_in_place_and_elsewhere()
    {
        for (var n = 0; n < 40; n++)
        {
            var x = Enumerable.Range(0, n).Select(i => 0.1 * i - 1).ToArray();
            var y = new double[n];
            VectorMath.Exp<double>(x, y);
            VectorMath.Exp<double>(x, x);
            Assert.Equal(y, x);
            for (var i = 0; i < n; i++)
                Assert.Equal(ExpFunction<double>.Invoke(0.1 * i - 1), y[i]);
        }
        Assert.Throws<ArgumentException>(() => VectorMath.Exp<double>(new double[3], new double[2]));
        Assert.Throws<ArgumentException>(() => VectorMath.Exp<Half>(new Half[3], new Half[3]));
    }

    [Fact]
    public void A_dense_layer_ends_in_any_of_the_functions()
    {
        EndsIn<double, TanhFunction<double>>(VectorMath.Tanh);
        EndsIn<double, SinFunction<double>>(VectorMath.Sin);
        EndsIn<float, SigmoidFunction<float>>(VectorMath.Sigmoid);
    }

    private static void EndsIn<T, TFunction>(Vector<T> function)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> where TFunction : struct, IElementwise<T>
    {
        var (x, weights, bias) = (new Matrix<T>(9, 13), new Matrix<T>(13, 21), new T[21]);
        var random = new RandomSource(3);
        random.FillNormal(x.Values);
        random.FillNormal(weights.Values);
        random.FillNormal<T>(bias);
        var (expected, fused) = (new Matrix<T>(9, 21), new Matrix<T>(9, 21));
        Dense.Affine<T, IdentityFunction<T>>(x, weights, bias, expected);
        function(expected.Values, expected.Values);
        Dense.Affine<T, TFunction>(x, weights, bias, fused);
        Assert.Equal(expected.Values.ToArray(), fused.Values.ToArray());
    }

    private static unsafe void SameBits<TKernel>() where TKernel : IVectorKernel
    {
        var x = new double[1024];
        new RandomSource(5).FillNormal(x);
        for (var i = 0; i < x.Length; i++)
            x[i] *= Math.Pow(10, i % 12 - 6);
        var results = new double[4][];
        var single = new float[4][];
        var xf = Array.ConvertAll(x, value => (float)value);
        for (var width = 0; width < 4; width++)
        {
            (results[width], single[width]) = (new double[x.Length], new float[x.Length]);
            fixed (double* from = x, to = results[width])
            fixed (float* fromSingle = xf, toSingle = single[width])
                for (var i = 0; i < x.Length; i += 16)
                    switch (width)
                    {
                        case 0:
                            Run<TKernel, SimdScalar<double>, SimdScalar<float>>(from + i, to + i, fromSingle + i, toSingle + i);
                            break;
                        case 1:
                            Run<TKernel, Simd128<double>, Simd128<float>>(from + i, to + i, fromSingle + i, toSingle + i);
                            break;
                        case 2:
                            Run<TKernel, Simd256<double>, Simd256<float>>(from + i, to + i, fromSingle + i, toSingle + i);
                            break;
                        default:
                            Run<TKernel, Simd512<double>, Simd512<float>>(from + i, to + i, fromSingle + i, toSingle + i);
                            break;
                    }
            Assert.Equal(Array.ConvertAll(results[0], Canonical), Array.ConvertAll(results[width], Canonical));
            Assert.Equal(Array.ConvertAll(single[0], value => Canonical(value)), Array.ConvertAll(single[width], value => Canonical(value)));
        }
    }

    private static unsafe void Run<TKernel, V, W>(double* from, double* to, float* fromSingle, float* toSingle)
        where TKernel : IVectorKernel where V : unmanaged, ISimd<V, double> where W : unmanaged, ISimd<W, float>
    {
        for (var i = 0; i < 16; i += V.Count)
            TKernel.Double(V.Load(from + i)).Store(to + i);
        for (var i = 0; i < 16; i += W.Count)
            TKernel.Single(W.Load(fromSingle + i)).Store(toSingle + i);
    }

    private static long Canonical(double value) => double.IsNaN(value) ? long.MaxValue : BitConverter.DoubleToInt64Bits(value);

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>How many numbers of double precision lie between two.</summary>
    private static long Distance(double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b))
            return double.IsNaN(a) && double.IsNaN(b) ? 0 : long.MaxValue;
        return Math.Abs(Order(a) - Order(b));
    }

    private static long Order(double value) => BitConverter.DoubleToInt64Bits(value) is var bits && bits < 0 ? long.MinValue - bits : bits;

    private static double UnitOf(double value) => Math.Max(MathF.BitIncrement((float)Math.Abs(value)) - (float)Math.Abs(value), float.Epsilon);
}
