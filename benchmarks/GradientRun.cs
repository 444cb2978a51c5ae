using System.Diagnostics;
using System.Globalization;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Benchmarks;

/// <summary>Value and gradient of the computations that peers/torch_side.py does too: <c>gradients [seconds a case] [part of a case's name] [members]</c>. Prints CSV.</summary>
internal static class GradientRun
{
    private const int Steps = 100, Latent = 10, Points = 100, DecodeEvery = 10;
    private static readonly int[] Dynamics = [Latent, 50, 50, 50, 50, 50, 50, 50, 50, Latent];
    private static readonly int[] Decoder = [Latent + 2, 128, 128, 128, 128, 128, 2];

    private static string part = "";
    private static int? only;

    public static int Execute(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 2;
        (part, only) = (arguments.Length > 1 ? arguments[1] : "", arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : null);
        Console.WriteLine("case,members,ms,bytes,loss");
        foreach (var members in new[] { 1, 20, 100 })
        {
            Case("latent rollout", members, () => new Rollout(members, false, false).Gradient);
            Case("latent rollout with weights", members, () => new Rollout(members, false, true).Gradient);
            Case("latent rollout and decoder", members, () => new Rollout(members, true, false).Gradient);
        }
        Case("lorenz96 rk4", 64, () => new Lorenz(64).Gradient);
        foreach (var rows in new[] { 1, 8 })
            Train("training step of a U-Net", rows, seconds, TrainingRun.UNet());
        Train("training step of CODA's network", 16, seconds, TrainingRun.Coda());
        Train("training step of an LDNet", 16, seconds, new LatentNetwork());
        return 0;

        void Case(string name, int members, Func<Action> prepare)
        {
            if (Wanted(name, members))
                Time(name, members, seconds, prepare());
        }
    }

    private static bool Wanted(string name, int members) => name.Contains(part, StringComparison.Ordinal) && (only ?? members) == members;

    /// <summary>The loss that a few steps lead to, then the time of a step.</summary>
    private static void Train(string name, int rows, double seconds, ILayer<float> network)
    {
        if (!Wanted(name, rows))
            return;
        var run = new TrainingRun(network, rows);
        for (var i = 0; i <= TrainingRun.ComparedSteps; i++)
            run.Step();
        Time(name, rows, seconds, run.Step, run.Loss);
    }

    /// <summary>The best of all repetitions, and what the last of them allocated.</summary>
    private static void Time(string name, int members, double seconds, Action work, double? loss = null)
    {
        var (best, bytes, whole) = (double.PositiveInfinity, 0L, Stopwatch.StartNew());
        for (var i = 0; i < 5 || whole.Elapsed.TotalSeconds < seconds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name},{members},{best:0.####},{bytes},{loss:R}"));
    }

    /// <summary>z ← z + dt f(z), and what a decoder makes of some states at some points; the sum of squares of all of it.</summary>
    private sealed class Rollout
    {
        private readonly Tape<float> tape = new();
        private readonly Chain<float> dynamics = Chain<float>.Perceptron(Dynamics, Activation.Tanh);
        private readonly Chain<float> decoder = Chain<float>.Perceptron(Decoder, Activation.Tanh);
        private readonly Matrix<float> weights, decoderWeights, start, places;
        private readonly RepeatRows<float> each = new(Points, true), all;
        private readonly bool decodes, trains;

        public Rollout(int members, bool decodes, bool trains)
        {
            (this.decodes, this.trains) = (decodes, trains);
            (weights, decoderWeights) = (new Matrix<float>(1, dynamics.WeightCount), new Matrix<float>(1, decoder.WeightCount));
            dynamics.Initialize(weights.Values, new RandomSource(1));
            decoder.Initialize(decoderWeights.Values, new RandomSource(2));
            (start, places) = (new Matrix<float>(members, Latent), new Matrix<float>(Points, 2));
            new RandomSource(3).FillNormal<float>(start.Values);
            new RandomSource(4).FillNormal<float>(places.Values);
            all = new RepeatRows<float>(members, false);
        }

        public void Gradient()
        {
            tape.Reset();
            var w = trains ? tape.Input(weights) : tape.Constant(weights);
            var (v, points, z) = (tape.Constant(decoderWeights), tape.Apply(all, tape.Constant(places)), tape.Input(start));
            var (first, cost) = (z, z.SumOfSquares());
            for (var k = 1; k <= Steps; k++)
            {
                z = z.PlusScaled(0.01f, dynamics.Apply(z, w, Pass.Deterministic));
                if (decodes && k % DecodeEvery == 0)
                    cost += decoder.Apply(tape.Apply(each, z).Beside(points), v, Pass.Deterministic).SumOfSquares();
            }
            cost += z.SumOfSquares();
            tape.Differentiate(cost);
            _ = tape.Adjoint(first);
        }
    }

    /// <summary>Lorenz-96 through 100 classical Runge-Kutta steps, in double precision; the sum of squares of the end.</summary>
    private sealed class Lorenz(int members)
    {
        private readonly Tape<double> tape = new();
        private readonly ModelSteps steps = new(new RungeKuttaSystem(new Lorenz96()), 0, 0.05, Steps);
        private readonly Matrix<double> start = Start(members);

        public void Gradient()
        {
            tape.Reset();
            var x = tape.Input(start);
            tape.Differentiate(tape.Apply(steps, x).SumOfSquares());
            _ = tape.Adjoint(x);
        }

        private static Matrix<double> Start(int members)
        {
            var x = new Matrix<double>(members, 40);
            new RandomSource(5).FillNormal(x.Values);
            return x;
        }
    }
}
