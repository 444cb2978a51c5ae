using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Surrogates;

namespace Sonde.Benchmarks;

/// <summary>
/// One window of LEVDA as peers/levda_side.py does it too: 20 members of 10 latent states and 2 parameters, 6 times of 300 readings through a separable
/// decoder, one thread: <c>levda [seconds a case]</c>. Prints CSV with a digest of the analysis, so that the two can be seen to do the same.
/// </summary>
internal static class LevdaRun
{
    internal const int Latent = 10;
    private const int Parameters = 2, Members = 20, Times = 6, Modes = 300, Fields = 3, Side = 10, Hidden = 50, Layers = 8;
    private const double Step = 0.3, Noise = 0.1;

    public static int Execute(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 3;
        var levda = new Levda(Members, Times, PerturbObservations: false);
        Console.WriteLine("case,ms,digest");
        Case("4 Gauss-Newton steps", levda with { Minimizer = new GaussNewton(4, 0, 0) }, seconds);
        Case("4 Gauss-Newton steps with one Hessian", levda with { Minimizer = new GaussNewton(4, 0, 0), Jacobian = JacobianPoint.Mean }, seconds);
        Case("20 joint L-BFGS steps", levda with { Minimizer = new Lbfgs(20, 0, 0, 100), Joint = true }, seconds);
        Gradient(seconds);
        return 0;
    }

    private static void Case(string name, Levda levda, double seconds)
    {
        var (window, members) = Window(Surrogate());
        var (best, digest) = Best(levda, window, members, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name},{best:0.##},{digest:R}"));
    }

    /// <summary>The least processor time of several, in ms, and the root mean square of the analysis at the window's end.</summary>
    internal static (double Best, double Digest) Best(Levda levda, AssimilationWindow window, Matrix<double> members, double seconds)
    {
        var (best, digest, whole) = (double.PositiveInfinity, 0.0, Stopwatch.StartNew());
        for (var i = 0; i < 5 || whole.Elapsed.TotalSeconds < seconds; i++)
        {
            var start = Environment.CpuUsage.TotalTime;
            var analysis = levda.Assimilate(window, new EnsembleBelief(members.Copy()), new RandomSource(1));
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            digest = Math.Sqrt(((EnsembleBelief)analysis.Next).Members.Values.ToArray().Average(value => value * value));
        }
        return (best, digest);
    }

    /// <summary>Value and gradient of all members' costs where a search begins.</summary>
    private static void Gradient(double seconds)
    {
        var surrogate = Surrogate();
        var (window, members) = Window(surrogate);
        var subspace = EnsembleSubspace.Of(members)!;
        var map = new EnsembleWindow(surrogate, window.Grid, window.Start, window.Observations, subspace, null);
        var targets = new Matrix<double>(Members, map.OutputWidth);
        for (var i = 0; i < Members; i++)
            for (var k = 0; k < Times; k++)
                TensorPrimitives.Divide(window.Observations[k].Values.Span, Noise, targets[i].Slice(k * Modes, Modes));
        var cost = new MemberProblem(map, subspace.Coordinates, targets).Joint();
        var (at, gradient) = (new double[cost.Width], new double[cost.Width]);
        var (best, value, whole) = (double.PositiveInfinity, 0.0, Stopwatch.StartNew());
        for (var i = 0; i < 5 || whole.Elapsed.TotalSeconds < seconds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            value = cost.Evaluate(at, gradient);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"value and gradient of all costs,{best:0.##},{value:R}"));
    }

    private static LatentSurrogate Surrogate()
    {
        var axis = new GridAxis(0, 1, Side);
        var domain = new Domain(new Plane(), [.. Enumerable.Range(0, Fields).Select(i => new Field($"f{i}", "", new RegularGrid(axis, axis)))]);
        var modes = new FieldModes<double>(new Matrix<double>(1, Modes), Wave(Modes, Modes, 0.1, 0.37), [.. Enumerable.Repeat(1.0, Modes)]);
        return Surrogate(new ModalDecoder<double>(Chain<double>.Perceptron([Latent, 192, 384, Modes], Activation.Tanh), modes), domain);
    }

    /// <summary>The dynamics of all cases with a decoder.</summary>
    internal static LatentSurrogate Surrogate(ModalDecoder<double> decoder, Domain domain)
    {
        var dynamics = new LatentDynamics<double>(
            Chain<double>.Perceptron([Latent + Parameters, .. Enumerable.Repeat(Hidden, Layers), Latent], Activation.Tanh), Latent, Step);
        return new(
            dynamics, Wave(1, dynamics.Network.WeightCount, 0.2, 0.7), decoder, Wave(1, decoder.Network.WeightCount, 0.1, 0.9),
            [new("x", -1, 1), new("y", -1, 1)], new FieldFrame(domain, [0, 0, 0], [1, 1, 1]), 1);
    }

    /// <summary>Six times of all fields at 10 × 10 points of their grid, and members.</summary>
    internal static (AssimilationWindow Window, Matrix<double> Members) Window(LatentSurrogate surrogate)
    {
        var axes = (RegularGrid)surrogate.Fields.Fields[0].Grid;
        var apart = axes.X.Step * axes.X.Count / Side;
        var probes = from field in Enumerable.Range(0, Fields) from y in Enumerable.Range(0, Side) from x in Enumerable.Range(0, Side) select Probe.At(field, new SpacePoint(x * apart, y * apart));
        var reader = FieldReader.Read(surrogate.Fields, [.. probes]);
        var (truth, grid) = (Wave(1, Latent + Parameters, 0.5, 2.1), new TimeGrid(0, 1));
        var observations = new Observation[Times];
        for (var k = 0; k < Times; k++)
        {
            surrogate.Advance(truth, k, 1, 1, 0, new RandomSource(0));
            var values = new double[reader.OutputWidth];
            reader.Apply(truth, new Batch<double>(values));
            var noise = Wave(1, values.Length, Noise, 1.7 + k);
            for (var i = 0; i < values.Length; i++)
                values[i] += noise.Values[i];
            observations[k] = new Observation
            {
                Index = k, At = new GridTime(k + 1), Operator = reader, Values = values, Error = new DiagonalError(values.Length, Noise), Points = new SpacePoint?[values.Length],
            };
        }
        return (new AssimilationWindow
        {
            System = surrogate, Grid = grid, Start = default, NextStart = new GridTime(Times), Observations = observations, FirstNew = 0, Leaving = Times,
            IsLast = true, Observer = new Nobody(),
        }, Wave(Members, Latent + Parameters, 0.5, 1.1));
    }

    internal static Matrix<double> Wave(int rows, int width, double size, double frequency)
    {
        var wave = new Matrix<double>(rows, width);
        for (var i = 0; i < wave.Values.Length; i++)
            wave.Values[i] = size * Math.Sin(frequency * i * (1 + 1e-3 * i % 0.1) + 0.3);
        return wave;
    }

    internal sealed class Nobody : IAnalysisObserver
    {
        public void OnAnalysis(Observation observation, IBelief belief)
        {
        }
    }
}
