using Sonde.Experiments.Report;

namespace Sonde.Cli.Tests.Report;

/// <summary>
/// Stands for a method with known flaws: its error is red noise of a given size around the truth, its spread that size
/// times a factor. Scores are computed from the numbers that the report shows, as a real run would.
/// </summary>
internal sealed class FakeMethod(string name, string kind, string settings, double error, double spreadFactor, int seed)
{
    private const int Members = 20;
    private readonly Random random = new(seed);

    public string Name => name;

    /// <summary>Cycle in which it loses the truth; −1 where it never does.</summary>
    public int DivergesAt { get; init; } = -1;

    /// <summary>[times][points], with spreads.</summary>
    public (float[][] Mean, float[][] Spread) Follow(float[][] truth)
    {
        var mean = new float[truth.Length][];
        var spread = new float[truth.Length][];
        var departure = new double[truth[0].Length];
        for (var t = 0; t < truth.Length; t++)
        {
            var lost = DivergesAt >= 0 && t >= DivergesAt;
            var size = error * (1 + 4 * Math.Exp(-t / 8.0)) * (lost ? 1 + 0.4 * (t - DivergesAt) : 1);
            mean[t] = new float[departure.Length];
            spread[t] = new float[departure.Length];
            for (var i = 0; i < departure.Length; i++)
            {
                departure[i] = 0.8 * departure[i] + 0.6 * Normal() * size;
                mean[t][i] = (float)(truth[t][i] + departure[i]);
                spread[t][i] = (float)(spreadFactor * error * (1 + 4 * Math.Exp(-t / 8.0)) * (0.85 + 0.3 * random.NextDouble()));
            }
        }
        return (mean, spread);
    }

    public ReportMethod Score(float[][] truth, float[][] mean, float[][] spread, double[] times, int burnIn)
    {
        var cycles = truth.Length;
        var errors = new double[cycles];
        var spreads = new double[cycles];
        for (var t = 0; t < cycles; t++)
        {
            errors[t] = Root(truth[t].Select((x, i) => Square(mean[t][i] - x)));
            spreads[t] = Root(spread[t].Select(s => Square(s)));
        }
        var (rmse, rmseError) = Average(errors[burnIn..]);
        var (spreadMean, spreadError) = Average(spreads[burnIn..]);
        return new ReportMethod(name, kind)
        {
            Settings = settings,
            Divergence = DivergesAt < 0
                ? null
                : new ReportDivergence(DivergesAt, times[DivergesAt], "innovations 9.3 times larger than expected"),
            Scores = new Dictionary<string, ReportScore>
            {
                ["rmse"] = new(rmse, rmseError), ["forecastRmse"] = new(1.17 * rmse, 1.2 * rmseError),
                ["spread"] = new(spreadMean, spreadError), ["spreadErrorRatio"] = new(spreadMean / rmse, 0.4 * rmseError),
                ["crps"] = new(0.56 * rmse, 0.6 * rmseError), ["coverage90"] = new(Coverage(1.645 * spreadFactor), 0.004),
                ["secondsPerCycle"] = new(0.00042 * (1 + seed % 7)), ["seconds"] = new(0.42 * (1 + seed % 7)),
            },
            Series =
            [
                new ReportSeries("error", times, errors), new ReportSeries("spread", times, spreads),
                new ReportSeries("forecastError", times, [.. errors.Select(e => 1.17 * e)]),
                new ReportSeries("crps", times, [.. errors.Select(e => 0.56 * e)]),
                new ReportSeries("innovationConsistency", times, [.. errors.Select((e, t) => Math.Sqrt((e * e + 1) / (Square(spreads[t]) + 1)))]),
            ],
            Learned = name == "etkf" ? [new("forcing", 7.96, 8), new("tendency(4)", -1.7), new("tendency(-4)", 1.3), new("tendency(0)", double.NaN), new("tendency(1)", -0.4)] : [],
            Ranks = [Ranks("truth", 4000)],
            SpreadSkill = Skill(errors[burnIn..], spreads[burnIn..]),
            Reliability = Reliability(),
            Consistency =
            [
                new ReportConsistency("x", "m", 40L * cycles)
                {
                    ObservationAssumed = 1, ObservationDiagnosed = 0.98 + 0.01 * (seed % 5), ForecastAssumed = spreadMean,
                    ForecastDiagnosed = rmse, Rmse = Math.Sqrt(1 + rmse * rmse), Expected = Math.Sqrt(1 + spreadMean * spreadMean), Bias = 0.01,
                },
            ],
        };
    }

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The truth is drawn with standard deviation 1, members with the spread factor.</summary>
    private ReportRanks Ranks(string label, int draws)
    {
        var counts = new long[Members + 1];
        for (var d = 0; d < draws; d++)
        {
            var truth = Normal();
            counts[Enumerable.Range(0, Members).Count(_ => spreadFactor * Normal() < truth)]++;
        }
        return new ReportRanks(label, counts) { EffectiveCount = draws / 4.0 };
    }

    private ReportReliability Reliability()
    {
        double[] nominal = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
        double[] deviations = [0.1257, 0.2533, 0.3853, 0.5244, 0.6745, 0.8416, 1.0364, 1.2816, 1.6449, 1.9600];
        return new ReportReliability(nominal, [.. deviations.Select(z => Coverage(z * spreadFactor))])
        {
            StandardError = [.. nominal.Select(_ => 0.008)],
        };
    }

    private double Coverage(double z)
    {
        var inside = 0;
        for (var d = 0; d < 2000; d++)
            inside += Math.Abs(Normal()) < z ? 1 : 0;
        return inside / 2000.0;
    }

    private static ReportSpreadSkill Skill(double[] errors, double[] spreads)
    {
        const int bins = 8;
        var order = Enumerable.Range(0, errors.Length).OrderBy(t => spreads[t]).ToArray();
        var size = order.Length / bins;
        var chunks = Enumerable.Range(0, bins).Select(b => order[(b * size)..((b + 1) * size)]).ToArray();
        return new ReportSpreadSkill(
            [.. chunks.Select(chunk => Root(chunk.Select(t => Square(spreads[t]))))],
            [.. chunks.Select(chunk => Root(chunk.Select(t => Square(errors[t]))))], [.. chunks.Select(chunk => (long)chunk.Length)])
        {
            Edges = [.. Enumerable.Range(0, bins + 1).Select(b => double.Lerp(spreads.Min(), spreads.Max(), b / (double)bins))],
            Frequencies = [.. Enumerable.Range(0, bins).Select(b => (long)spreads.Count(s => (int)Math.Min(bins - 1, bins * (s - spreads.Min()) / (spreads.Max() - spreads.Min())) == b))],
        };
    }

    private static (double Mean, double Error) Average(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => Square(v - mean)) / values.Length / (values.Length / 9.0)));
    }

    private static double Square(double value) => value * value;

    private static double Root(IEnumerable<double> squares) => Math.Sqrt(squares.Average());
}
