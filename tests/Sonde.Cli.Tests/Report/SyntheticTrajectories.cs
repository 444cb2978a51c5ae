using System.Globalization;
using Sonde.Experiments.Report;

namespace Sonde.Cli.Tests.Report;

/// <summary>A report of many trajectories whose distributions the tests know.</summary>
internal static class SyntheticTrajectories
{
    public const int Count = 1000;
    public const int Methods = 8;
    public const int Shown = 3;
    public const int Times = 30;

    /// <summary>On how many trajectories the method of this number fails: none, 10, 20, …</summary>
    public static int Failed(int method) => 10 * method;

    /// <summary>
    /// Eight methods on a thousand trajectories. The root mean square error of method m on trajectory k is (m + 1) (k + 1)/1000, so that its median is
    /// half of m + 1; method m fails on the last 10 m. Only the last two have iterations: 4 and 23, but 100 on every fourth trajectory.
    /// </summary>
    public static ReportData Many()
    {
        var random = new Random(7);
        return new ReportData(new ReportExperiment("many-trajectories", 7, Times) { Trajectories = Count })
        {
            Methods = [.. Enumerable.Range(0, Methods).Select(m => Method(m, random))],
            Components = [.. Enumerable.Range(0, Shown).SelectMany(k => new[] { "x", "y" }.Select((name, c) => Component(k, name, c)))],
        };
    }

    private static ReportMethod Method(int m, Random random)
    {
        var sound = Count - Failed(m);
        string[] noisy = ["spread", "smoothedRmse", "normalizedRmse", "crps", "cost", "gradientNorm", "seconds"];
        return new ReportMethod(Name(m), "etkf")
        {
            Diverged = [.. Enumerable.Range(sound, Failed(m)).Select(k => new ReportDivergedTrajectory(k, 5, false, "numbers were not finite"))],
            Trajectories =
            [
                Score("rmse", k => (m + 1) * (k + 1) / (double)Count),
                .. m >= Methods - 2 ? [Score("iterations", k => k % 4 == 3 ? 100 : m == Methods - 1 ? 4 : 23)] : Array.Empty<ReportTrajectoryScore>(),
                Score("coverage90", k => 0.9 * (k % 2)),
                .. noisy.Select(name => Score(name, _ => Math.Exp(2 * random.NextDouble()))),
            ],
        };

        ReportTrajectoryScore Score(string name, Func<int, double> of) =>
            new(name, [.. Enumerable.Range(0, Count).Select(k => k < sound ? of(k) : double.NaN)]);
    }

    private static ReportComponent Component(int trajectory, string name, int phase)
    {
        double[] times = [.. Enumerable.Range(0, Times).Select(t => 0.1 * t)];
        var truth = Array.ConvertAll(times, t => Math.Sin(t + phase) + trajectory);
        return new ReportComponent(name, "1")
        {
            Trajectory = trajectory, Times = times, Truth = truth,
            ObservationTimes = [.. times.Where((_, t) => t % (3 + trajectory) == 0)],
            ObservationValues = [.. truth.Where((_, t) => t % (3 + trajectory) == 0)],
            Bands =
            [
                .. Enumerable.Range(0, Methods).Select(m => new ReportBand(
                    Name(m), Array.ConvertAll(truth, x => x + 0.05 * m), Array.ConvertAll(truth, x => x + 0.05 * m - 0.3), Array.ConvertAll(truth, x => x + 0.05 * m + 0.3))),
            ],
        };
    }

    private static string Name(int m) => m == Methods - 1 ? "hybrid-4dvar" : string.Create(CultureInfo.InvariantCulture, $"method-{m}");
}
