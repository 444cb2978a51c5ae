using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Benchmarks;

/// <summary>
/// One LETKF run on a Lorenz-96 of any size, every site observed at every step: processor time a point, peak memory of the
/// process, and a hash of the ensemble's bits. One run a process, since peak memory is the process's; scaling.sh runs the series.
/// </summary>
internal static class ScalingRun
{
    private const double Step = 0.05;
    private const double Radius = 7.28;

    /// <summary>scaling SITES MEMBERS THREADS CYCLES; prints one line of comma-separated values.</summary>
    public static int Execute(string[] arguments)
    {
        if (arguments.Length != 4 || !Array.TrueForAll(arguments, argument => int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine("usage: scaling SITES MEMBERS THREADS CYCLES, all whole numbers");
            return 2;
        }
        var numbers = Array.ConvertAll(arguments, argument => int.Parse(argument, CultureInfo.InvariantCulture));
        var (sites, size, threads, cycles) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        var system = new RungeKuttaSystem(new Lorenz96(sites));
        var problem = new AssimilationProblem(system, new TimeGrid(0, Step), null, Step);
        var (workers, observer) = (new Workers(threads), new Silent());
        var (state, members) = Start(system, size);
        var values = state.Values.ToArray();              // of the truth; during an analysis, of what is observed of it
        var error = new DiagonalError(sites, 1);
        var method = new EnsembleFilter(new Letkf(new Localization(Radius)), size, 1.02);
        IBelief belief = new EnsembleBelief(members);
        var (forecast, whole) = (0.0, 0.0);
        for (var k = 0; k < cycles; k++)
        {
            var observation = Observe(k);
            var window = new AssimilationWindow
            {
                System = system, Grid = problem.Grid, Start = new GridTime(k), NextStart = new GridTime(k + 1), AtStart = null, Observations = [observation],
                FirstNew = 0, Leaving = 1, IsLast = k == cycles - 1, Observer = observer, Workers = workers,
            };
            GC.Collect();                           // what is left of the time before is no part of this one's peak
            observer.Start = Environment.CpuUsage.TotalTime;
            belief = method.Assimilate(window, belief, new RandomSource(4).Fork(k)).Next;
            if (k == 0)
                continue;                           // compiles
            whole += (Environment.CpuUsage.TotalTime - observer.Start).TotalSeconds;
            forecast += observer.Forecast;
        }
        var perPoint = 1e9 / ((double)sites * Math.Max(1, cycles - 1));
        var ensembleBytes = (double)sites * size * sizeof(double);
        var peak = PeakBytes();
        var bits = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(((EnsembleBelief)belief).Members.Values)))[..16];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{sites},{size},{threads},{perPoint * forecast:F0},{perPoint * (whole - forecast):F0},{perPoint * whole:F0},{ensembleBytes / 1e6:F1},{peak / 1e6:F0},{peak / ensembleBytes:F2},{bits}"));
        return 0;

        Observation Observe(int k)
        {
            if (k > 0)
                AddNoise(values, k - 1, -1);
            system.Advance(new Batch<double>(values), k * Step, Step, 1, 0, new RandomSource(0));
            AddNoise(values, k, 1);
            return new Observation
            {
                Index = k, At = new GridTime(k + 1), Operator = new IdentityOperator(sites), Values = values, Error = error,
                Points = new Sites(sites),
            };
        }
    }

    /// <summary>values ← values + sign · noise of time k, in pieces.</summary>
    private static void AddNoise(Span<double> values, int k, double sign)
    {
        var noise = new double[Math.Min(values.Length, 1 << 12)];
        for (var first = 0; first < values.Length; first += noise.Length)
        {
            var piece = values[first..Math.Min(values.Length, first + noise.Length)];
            new RandomSource(3).Fork(k).Fork(first).FillNormal(noise);
            TensorPrimitives.MultiplyAdd(noise.AsSpan(0, piece.Length), sign, piece, piece);
        }
    }

    /// <summary>A truth on the attractor, and members around it.</summary>
    private static (Matrix<double> Truth, Matrix<double> Members) Start(RungeKuttaSystem system, int size)
    {
        var truth = new Matrix<double>(1, system.Width);
        new RandomSource(1).FillNormal(truth.Values);
        system.Advance(truth, -20, Step, 400, 0, new RandomSource(0));
        var members = new Matrix<double>(size, system.Width);
        new RandomSource(2).FillNormal(members.Values);
        for (var n = 0; n < size; n++)
            for (var i = 0; i < system.Width; i++)
                members[n, i] += truth[0, i];
        return (truth, members);
    }

    private static double PeakBytes()
    {
        const string Key = "VmHWM:";
        foreach (var line in File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status") : [])
            if (line.StartsWith(Key, StringComparison.Ordinal))
                return 1024 * double.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return Process.GetCurrentProcess().PeakWorkingSet64;
    }

    /// <summary>Places 0, 1, … without storing them.</summary>
    private sealed class Sites(int count) : IReadOnlyList<SpacePoint?>
    {
        public int Count => count;

        public SpacePoint? this[int index] => new SpacePoint(index);

        public IEnumerator<SpacePoint?> GetEnumerator() => Enumerable.Range(0, count).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Takes the time when the forecast is there.</summary>
    private sealed class Silent : IAnalysisObserver
    {
        public TimeSpan Start { get; set; }

        public double Forecast { get; private set; }

        public void OnForecast(Observation observation, IBelief belief, ReadOnlyBatch<double> predicted) => 
            Forecast = (Environment.CpuUsage.TotalTime - Start).TotalSeconds;

        public void OnAnalysis(Observation observation, IBelief belief)
        {
        }

        public void OnSmoothed(Observation observation, IBelief belief)
        {
        }

        public void OnDiagnostic(Observation observation, string name, double value)
        {
        }
    }
}
