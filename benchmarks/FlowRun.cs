using System.Diagnostics;
using System.Globalization;
using Sonde.Dynamics.Systems.Kolmogorov;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>
/// A step of 0.04 of a Kolmogorov flow, one member on one thread, with its tangent and adjoint: <c>flows [seconds a case]</c>. Prints CSV; the checksum of
/// the first step is the one that peers/kolmogorov_side.py prints for finite volumes.
/// </summary>
internal static class FlowRun
{
    private const double Step = 0.04;

    public static int Execute(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 3;
        Console.WriteLine("scheme,size,sub-steps,step ms,tangent ms,adjoint ms,checksum");
        foreach (var scheme in Enum.GetValues<KolmogorovScheme>())
            foreach (var size in new[] { 64, 150 })
                Case(new KolmogorovSystem(new KolmogorovFlow(size), scheme), seconds);
        return 0;
    }

    private static void Case(KolmogorovSystem system, double seconds)
    {
        double[] x = [
            .. system.Domain.Fields[0].Grid.Points().Select(p => Math.Sin(p.X) * Math.Cos(p.Y) + Math.Cos(3 * p.Y)),
            .. system.Domain.Fields[1].Grid.Points().Select(p => -Math.Cos(p.X) * Math.Sin(p.Y) + Math.Sin(2 * p.X))];
        var unused = new RandomSource(0);
        var (half, y, d) = (x.Length / 2, x.ToArray(), new double[x.Length]);
        system.Advance(new Batch<double>(y), 0, Step, 1, 0, unused);
        var checksum = y.Take(half).Sum(value => value * value) + 2 * y.Skip(half).Sum(value => value * value);
        var step = Best(seconds, () => system.Advance(new Batch<double>(y), 0, Step, 1, 0, unused));
        var tangent = Best(seconds, () => Tangent());
        var adjoint = Best(seconds, () =>
        {
            d.AsSpan().Fill(1);
            system.AdvanceAdjoint(new Batch<double>(x), new Batch<double>(d), 0, Step, 1);
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{system.Scheme},{system.Flow.Size},{system.SubSteps(Step)},{step:0.###},{tangent:0.###},{adjoint:0.###},{checksum:R}"));

        void Tangent()
        {
            x.CopyTo(y, 0);
            d.AsSpan().Fill(1);
            system.AdvanceTangent(y, new Batch<double>(d), 0, Step, 1);
        }
    }

    private static double Best(double seconds, Action work)
    {
        var (best, whole) = (double.PositiveInfinity, Stopwatch.StartNew());
        for (var i = 0; i < 5 || whole.Elapsed.TotalSeconds < seconds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }
}
