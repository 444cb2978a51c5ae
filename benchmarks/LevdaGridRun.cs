using System.Diagnostics;
using System.Globalization;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Benchmarks;

/// <summary>
/// A window of LEVDA with the same latent dynamics, decoder network, points and times on grids of 150², 300² and 600² points, one thread, processor time:
/// <c>levda-grids [seconds a case]</c>. Modes are the same functions of place on each grid, so that the digests of the analyses agree.
/// </summary>
internal static class LevdaGridRun
{
    private const int Functions = 12, Modes = 100, Members = 20, Fields = 3;

    public static int Execute(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 3;
        Console.WriteLine("side,values,modes at the points (ms),window (ms),searches to 1e-4 (ms),whole grid (ms),digest");
        foreach (var side in (int[])[150, 300, 600])
        {
            var surrogate = Surrogate(side);
            _ = LevdaRun.Window(surrogate);                 // compiles
            var start = Environment.CpuUsage.TotalTime;
            var (window, members) = LevdaRun.Window(surrogate);
            var setup = (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
            var levda = new Levda(Members, window.Observations.Count, PerturbObservations: false, Minimizer: new GaussNewton(4, 0, 0));
            var (ms, digest) = LevdaRun.Best(levda, window, members, seconds);
            var (whole, _) = LevdaRun.Best(levda with { Minimizer = null, PerturbObservations = true }, window, members, seconds);
            var fields = new Matrix<double>(Members, surrogate.Fields.FieldWidth);
            surrogate.Decode(members, fields);
            var (decoding, clock) = (double.PositiveInfinity, Stopwatch.StartNew());
            for (var i = 0; i < 3 || clock.Elapsed.TotalSeconds < seconds; i++)
            {
                start = Environment.CpuUsage.TotalTime;
                surrogate.Decode(members, fields);
                decoding = Math.Min(decoding, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{side},{fields.Width},{setup:0.#},{ms:0.##},{whole:0.##},{decoding:0.#},{digest:R}"));
        }
        return 0;
    }

    private static LatentSurrogate Surrogate(int side)
    {
        var axis = new GridAxis(0, 1.0 / side, side);
        var domain = new Domain(new Plane(), [.. Enumerable.Range(0, Fields).Select(i => new Field($"f{i}", "", new RegularGrid(axis, axis)))]);
        var along = new Matrix<double>(Fields * Functions, side);
        for (var k = 0; k < along.Rows; k++)
            for (var i = 0; i < side; i++)
                along[k, i] = Math.Cos(Math.PI * (k % Functions + 0.1) * i / side);
        var factors = new FactoredModes<double>(LevdaRun.Wave(Modes, Fields * Functions * Functions, 0.1, 0.37), along, along, Fields);
        var modes = factors.Expand(new Matrix<double>(1, domain.FieldWidth), [.. Enumerable.Repeat(1.0, Modes)]);
        return LevdaRun.Surrogate(new ModalDecoder<double>(Chain<double>.Perceptron([LevdaRun.Latent, 192, 384, Modes], Activation.Tanh), modes), domain);
    }
}
