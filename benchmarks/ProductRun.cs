using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>
/// Matrix products in turns with a BLAS, on one thread: <c>products [seconds a case] [library]</c>. Prints CSV. The best time of each counts.
/// </summary>
internal static class ProductRun
{
    private static readonly (int M, int N, int K)[] Shapes =
    [
        (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024),
        (2000, 128, 128), (100, 50, 50), (20, 50, 50), (4096, 32, 288), (40, 40, 1000), (1000, 24, 24),
    ];

    public static int Execute(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 2;
        var library = NativeLibrary.Load(arguments.Length > 1 ? arguments[1] : "libopenblas.so.0");
        Console.WriteLine("type,m,n,k,sonde_gflops,blas_gflops,times,bytes");
        foreach (var (m, n, k) in Shapes)
            Compare<float>(m, n, k, seconds, NativeLibrary.GetExport(library, "cblas_sgemm"));
        foreach (var (m, n, k) in Shapes)
            Compare<double>(m, n, k, seconds, NativeLibrary.GetExport(library, "cblas_dgemm"));
        return 0;
    }

    private static unsafe void Compare<T>(int m, int n, int k, double seconds, nint peer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (a, b, c, other) = (Random<T>(m, k, 1), Random<T>(k, n, 2), new Matrix<T>(m, n), new Matrix<T>(m, n));
        var repeats = Math.Max(1, (int)(2e7 / (2.0 * m * n * k)));      // a millisecond or less: the clock is coarse, the scheduler is not
        var (best, bestOfPeer, bytes, whole) = (double.PositiveInfinity, double.PositiveInfinity, 0L, Stopwatch.StartNew());
        fixed (T* pa = a.Values, pb = b.Values, pc = other.Values)
            for (var i = 0; i < 5 || whole.Elapsed.TotalSeconds < seconds; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                for (var r = 0; r < repeats; r++)
                    Dense.Multiply<T>(a, b, c);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / repeats);
                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                start = Stopwatch.GetTimestamp();
                for (var r = 0; r < repeats; r++)
                    Multiply(peer, m, n, k, pa, pb, pc);
                bestOfPeer = Math.Min(bestOfPeer, Stopwatch.GetElapsedTime(start).TotalSeconds / repeats);
            }
        for (var i = 0; i < c.Values.Length; i++)
            if (T.Abs(c.Values[i] - other.Values[i]) > T.CreateChecked(typeof(T) == typeof(float) ? 1e-3 : 1e-10))
                throw new InvalidOperationException($"The products of {m} × {k} by {k} × {n} differ: {c.Values[i]} and {other.Values[i]}.");
        var (speed, speedOfPeer) = (2e-9 * m * n * k / best, 2e-9 * m * n * k / bestOfPeer);
        var type = typeof(T) == typeof(float) ? "float" : "double";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type},{m},{n},{k},{speed:0.0},{speedOfPeer:0.0},{speed / speedOfPeer:0.00},{bytes}"));
    }

    /// <summary>c = a b by cblas_?gemm: rows first, nothing transposed.</summary>
    private static unsafe void Multiply<T>(nint peer, int m, int n, int k, T* a, T* b, T* c) where T : unmanaged
    {
        const int RowMajor = 101, NoTranspose = 111;
        if (typeof(T) == typeof(float))
            ((delegate* unmanaged<int, int, int, int, int, int, float, T*, int, T*, int, float, T*, int, void>)peer)(
                RowMajor, NoTranspose, NoTranspose, m, n, k, 1, a, k, b, n, 0, c, n);
        else
            ((delegate* unmanaged<int, int, int, int, int, int, double, T*, int, T*, int, double, T*, int, void>)peer)(
                RowMajor, NoTranspose, NoTranspose, m, n, k, 1, a, k, b, n, 0, c, n);
    }

    private static Matrix<T> Random<T>(int rows, int width, int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrix = new Matrix<T>(rows, width);
        new RandomSource(seed).FillNormal<T>(matrix.Values);
        return matrix;
    }
}
