using System.Diagnostics;
using System.Globalization;
using Sonde.Assimilation;
using Sonde.Assimilation.Incremental;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Benchmarks;

/// <summary>
/// How the cost of neural incremental assimilation grows with the window: Lorenz-63, an eighth of the times read, T states. Of a whole analysis, of one
/// whose network does next to nothing, of the first guess alone, and of one conditioning with its gradient under a banded precision and under a full one.
/// The network is untrained, which changes no time. Best of several, in microseconds; bytes are those of the moments as they are saved.
/// </summary>
internal static class WindowRun
{
    private const int Width = 3, HalfWidth = 5, Trajectories = 400, MostDense = 512;

    /// <summary>windows LONGEST; prints comma-separated values, a line a length.</summary>
    public static int Execute(string[] arguments)
    {
        if (arguments.Length != 1 || !int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out var longest))
        {
            Console.Error.WriteLine("usage: windows LONGEST, a whole number of times");
            return 2;
        }
        Console.WriteLine("times,analysis,analysis but for the network,first guess of a chain,first guess of full moments,banded conditioning,full conditioning,bytes of a chain,bytes of full moments");
        Prepared(16, MomentsForm.Chain, Smallest).Analysis();               // compiles
        for (var times = 32; times <= longest; times *= 2)
        {
            var (whole, chain) = (Prepared(times, MomentsForm.Chain, new WindowConvolutions()), Prepared(times, MomentsForm.Chain, Smallest));
            var dense = times <= MostDense ? Prepared(times, MomentsForm.Dense, Smallest) : null;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{times},{whole.Analysis():F0},{chain.Analysis():F0},{chain.FirstGuess():F0},{dense?.FirstGuess():F0},{Banded(times):F0},{(times <= MostDense ? Full(times) : null):F0},{chain.Bytes},{dense?.Bytes}"));
        }
        return 0;
    }

    private static WindowConvolutions Smallest => new(1, 0, 1);

    private static Window Prepared(int times, MomentsForm form, IWindowNetwork network)
    {
        var (twins, random) = (new Twins(times), new RandomSource(1));
        var method = new NeuralIncremental(Network: network, Moments: new(form), Training: new(Trajectories, Calibration: 0));
        var learning = method.Prepare(twins, random.Fork("prepare"), Workers.One);
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        learning.Network.Initialize(weights.Values, random.Fork("weights"));
        var truth = new Matrix<double>(1, times * Width);
        twins.Simulate(truth, random.Fork("truth"));
        return new Window(new TrainedIncremental(method, learning.Finish(weights, Workers.One)), twins.Observe(truth[0], random));
    }

    private static double Banded(int times)
    {
        var (tape, d, random) = (new Tape<double>(), times * Width, new RandomSource(2));
        var (mean, c, a) = (new Matrix<double>(1, d), new Matrix<double>(1, d * (HalfWidth + 1)), new Matrix<double>(1, d * (HalfWidth + 1)));
        random.FillNormal(c.Values);
        for (var i = 0; i < d; i++)
            (c.Values[i * (HalfWidth + 1) + HalfWidth], a.Values[i * (HalfWidth + 1) + HalfWidth]) = (4, i % 24 == 0 ? 400 : 0);
        var analysis = new BandedAnalysis<double>(HalfWidth);
        return Best(() =>
        {
            tape.Reset();
            var factor = tape.Input(c);
            tape.Differentiate(tape.Apply(analysis, [tape.Input(mean), factor, tape.Constant(a), tape.Constant(mean)]).SumOfSquares());
        });
    }

    /// <summary>The same by a full matrix: factor, solve, and solve again for the gradient.</summary>
    private static double Full(int times)
    {
        var d = times * Width;
        var (c, m, right) = (new Matrix<double>(d, d), new Matrix<double>(d, d), new Matrix<double>(2, d));
        for (var i = 0; i < d; i++)
            for (var j = Math.Max(0, i - HalfWidth); j <= i; j++)
                c[i, j] = i == j ? 4 : 0.5;
        return Best(() =>
        {
            Dense.MultiplyTransposedRight<double>(1, c, c, 0, m);
            for (var i = 0; i < d; i += 24)
                m[i, i] += 400;
            right.Values.Fill(1);
            Cholesky.Factor<double>(m);
            Cholesky.Solve<double>(m, right);
        });
    }

    private static double Best(Action run)
    {
        var (best, start) = (double.PositiveInfinity, Stopwatch.GetTimestamp());
        for (var count = 0; count < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5; count++)
        {
            var from = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        }
        return best;
    }

    private sealed class Window(TrainedIncremental trained, IReadOnlyList<Observation> observations)
    {
        private readonly double[] mean = new double[trained.Statistics.Count];
        private readonly double[] variance = new double[trained.Statistics.Count];
        private readonly RandomSource random = new(0);
        private readonly Matrix<double> covariances = new(trained.Statistics.Count, Width);

        public long Bytes => sizeof(double) * (long)trained.Statistics.Moments.Saved.Array.Values.Length;

        public double Analysis() => Best(() => trained.Estimate(observations, mean, covariances, default, random));

        public double FirstGuess() => Best(() => trained.Statistics.Estimate(observations, 1, mean, variance));
    }

    /// <summary>Lorenz-63 with model noise on its attractor, whose first component is read at an eighth of the times.</summary>
    private sealed class Twins(int length) : ITwinSource
    {
        private const double Step = 0.025, Noise = 0.4;
        private readonly IDynamicalSystem system = NoisySystem.Around(new RungeKuttaSystem(new Lorenz63()), new DiagonalNoise(Width, 1));

        public AssimilationProblem Problem => new(system, new TimeGrid(0, Step), null, Step);

        public IReadOnlyList<GridTime> Times { get; } = [.. Enumerable.Range(1, length).Select(k => new GridTime(k))];

        public void Simulate(Batch<double> truths, RandomSource random)
        {
            var x = new Matrix<double>(truths.Rows, Width);
            random.Fork("start").FillNormal(x.Values);
            system.Advance(x, -10, Step, 400, 0, random.Fork("spin-up"));
            for (var t = 0; t < length; t++)
            {
                system.Advance(x, t * Step, Step, 1, 0, random.Fork("noise").Fork(t));
                for (var row = 0; row < x.Rows; row++)
                    x[row].CopyTo(truths[row].Slice(Width * t, Width));
            }
        }

        public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random)
        {
            var observations = new Observation[length];
            for (var t = 0; t < length; t++)
            {
                var count = t % 8 == 3 ? 1 : 0;
                observations[t] = new Observation
                {
                    Index = t, At = Times[t], Operator = new ComponentOperator(Width, new int[count]), Error = new DiagonalError(count, Noise),
                    Points = new SpacePoint?[count], Values = count == 0 ? default : new[] { truth[Width * t] + Noise * random.NextNormal() },
                };
            }
            return observations;
        }
    }
}
