using System.Globalization;
using Sonde.Assimilation;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Experiments.Training;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Benchmarks;

/// <summary>
/// LEVDA in a trained surrogate of the tsunami beside 4DEnVar with the solver on 150 × 150 cells: the same truth, 300 readings at each of 6 times a window, 20
/// members from the prior, one thread, processor time, no scores: <c>levda-solver [repeats] [folder of the surrogate]</c>.
/// </summary>
internal static class LevdaSolverRun
{
    private const int Members = 20, Times = 6, Windows = 3, Side = 10, Steps = 40;
    private const double Interval = 857.116;

    public static int Execute(string[] arguments)
    {
        var repeats = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 3;
        var surrogate = SurrogateFile.Open(arguments.Length > 1 ? arguments[1] : "examples/tsunami-surrogate");
        var solver = new ShallowWater();
        var truth = Truth(solver);
        Console.WriteLine($"method,{string.Join(',', Enumerable.Range(1, Windows).Select(w => $"window {w} (ms)"))},error of the source (km)");
        var members = new Matrix<double>(Members, solver.Width);
        for (var i = 0; i < Members; i++)
            solver.DefaultPrior.States!.Draw(members[i], new RandomSource(3).Fork(i));
        var (sources, latent) = (new Matrix<double>(Members, 2), new Matrix<double>(Members, surrogate.Width));
        for (var i = 0; i < Members; i++)
            members[i][^2..].CopyTo(sources[i]);
        surrogate.Start(sources, latent);
        Case("4denvar, the solver", new EnsembleFourDVar(Members, Times), solver, members, Steps, truth, repeats);
        Case("4denvar, the solver, 4 outer loops", new EnsembleFourDVar(Members, Times, Iterations: 4), solver, members, Steps, truth, repeats);
        Case("4denvar, the surrogate, 4 outer loops", new EnsembleFourDVar(Members, Times, Iterations: 4), surrogate, latent, 1, truth, repeats);
        Case("levda", new Levda(Members, Times), surrogate, latent, 1, truth, repeats);
        Case("levda, one Hessian", new Levda(Members, Times, Jacobian: JacobianPoint.Mean), surrogate, latent, 1, truth, repeats);
        return 0;
    }

    /// <summary>The least time of several of each window, where the next begins with what the one before left.</summary>
    private static void Case(
        string name, IAssimilationMethod method, IDynamicalSystem system, Matrix<double> members, int steps, Matrix<double> truth, int repeats)
    {
        var grid = new TimeGrid(0, Interval / steps);
        var probes = from field in Enumerable.Range(0, 3) from y in Enumerable.Range(0, Side) from x in Enumerable.Range(0, Side) select Probe.At(field, Point(x, y));
        var reader = FieldReader.Read(system.Fields, [.. probes]);
        var all = Observations(reader, FieldReader.Read(new ShallowWater().Domain, [.. probes]), steps, truth);
        var (best, error) = (Enumerable.Repeat(double.PositiveInfinity, Windows).ToArray(), 0.0);
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            var random = new RandomSource(1);
            IBelief belief = new EnsembleBelief(members.Copy());
            for (var w = 0; w < Windows; w++)
            {
                var window = new AssimilationWindow
                {
                    System = system, Grid = grid, Start = new GridTime(w * Times * steps), NextStart = new GridTime((w + 1) * Times * steps),
                    Observations = all[(w * Times)..((w + 1) * Times)], FirstNew = 0, Leaving = Times, IsLast = w == Windows - 1, Observer = new LevdaRun.Nobody(),
                };
                var start = Environment.CpuUsage.TotalTime;
                belief = method.Assimilate(window, belief, random.Fork(w)).Next;
                best[w] = Math.Min(best[w], (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            }
            var mean = new double[system.Width];
            belief.Mean(mean);
            error = Math.Sqrt(Math.Pow(mean[^2] - truth[0, truth.Width - 2], 2) + Math.Pow(mean[^1] - truth[0, truth.Width - 1], 2)) / 1000;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name},{string.Join(',', best.Select(ms => ms.ToString("0", CultureInfo.InvariantCulture)))},{error:0.##}"));
    }

    private static SpacePoint Point(int x, int y) => new((x + 0.5) / Side * 1e6 - 5e5, (y + 0.5) / Side * 1e6 - 5e5);

    /// <summary>States of the solver at all observation times.</summary>
    private static Matrix<double> Truth(ShallowWater solver)
    {
        var (state, all) = (new Matrix<double>(1, solver.Width), new Matrix<double>(Windows * Times, solver.Width));
        solver.Place(-2.1e5, -2.13e5, state[0]);
        for (var k = 0; k < all.Rows; k++)
        {
            solver.Advance(state, 0, Interval / Steps, Steps, 0, new RandomSource(0));
            state.All.CopyTo(all.All.Slice(k, 1));
        }
        return all;
    }

    private static Observation[] Observations(IObservationOperator reader, IObservationOperator inModel, int steps, Matrix<double> truth)
    {
        var values = new Matrix<double>(truth.Rows, reader.OutputWidth);
        inModel.Apply(truth, values);
        double[] errors = [.. Enumerable.Repeat(0.0014, Side * Side), .. Enumerable.Repeat(0.0013, Side * Side), .. Enumerable.Repeat(0.0058, Side * Side)];     // a tenth of each field's deviation
        var error = new DiagonalError(errors);
        var noise = new Matrix<double>(values.Rows, values.Width);
        error.Sample(noise, new RandomSource(2));
        return
        [
            .. Enumerable.Range(0, truth.Rows).Select(k => new Observation
            {
                Index = k, At = new GridTime((k + 1) * steps), Operator = reader, Values = values[k].ToArray().Zip(noise[k].ToArray(), (a, b) => a + b).ToArray(),
                Error = error, Points = new SpacePoint?[values.Width],
            }),
        ];
    }
}
