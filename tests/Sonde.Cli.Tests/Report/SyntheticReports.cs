using System.Globalization;
using Sonde.Experiments.Report;
using static Sonde.Cli.Tests.Report.SyntheticFields;

namespace Sonde.Cli.Tests.Report;

/// <summary>Reports of three kinds whose numbers the tests know: three components, a ring of sites, a map with stations.</summary>
internal static class SyntheticReports
{
    public const int Cycles = 400;
    public const int BurnIn = 40;
    public const int Sites = 40;
    public const int Hours = 25;
    public const int Stations = 90;

    /// <summary>The fates of stations on the map, used first; 61 observations more lie outside it.</summary>
    public static readonly string[] StationFates = [ReportFateCount.Used, "failed the background check", "duplicate", "outside the domain", ReportFateCount.Withheld];

    private static readonly Dictionary<string, string> Versions = new() { ["Sonde"] = "0.1.0", [".NET"] = "10.0" };

    /// <summary>Lorenz-63 followed by four methods, one of which diverges and one of which is overconfident.</summary>
    public static ReportData LowDimensional(int cycles = Cycles)
    {
        var times = Times(cycles, 0.25);
        var truth = Lorenz63(cycles);
        FakeMethod[] fakes =
        [
            new("etkf", "etkf", "members 10, inflation 1.02, rotate", 0.62, 1.02, 1),
            new("enkf", "enkf", "members 100, inflation 1.01", 0.63, 0.94, 2),
            new("particle-filter", "particle-filter", "members 800, regularization 0.7", 0.55, 0.6, 3),
            new("lost", "enkf", "members 6, inflation 1.0 <no>", 0.9, 0.9, 4) { DivergesAt = cycles * 3 / 5 },
        ];
        var runs = fakes.Select(fake => (Fake: fake, Run: fake.Follow(truth))).ToArray();
        string[] names = ["x", "y", "z"];
        var noise = new FakeMethod("noise", "", "", 0, 0, 9);
        return new ReportData(Experiment("lorenz63-filters", cycles, 0.25, "time units"))
        {
            Methods = [.. runs.Select(run => run.Fake.Score(truth, run.Run.Mean, run.Run.Spread, times, BurnIn))],
            Components =
            [
                .. names.Select((name, c) => new ReportComponent(name, "1")
                {
                    Times = times, Truth = Column(truth, c), ObservationTimes = times,
                    ObservationValues = [.. Column(truth, c).Select(x => x + 1.41 * noise.Normal())],
                    Bands = [.. runs.Select(run => Band(run.Fake.Name, Column(run.Run.Mean, c), Column(run.Run.Spread, c)))],
                }),
                Parameter(times, fakes),
            ],
            Posteriors =
            [
                Posterior("prior", 27, 2.0), .. fakes[..3].Select((fake, m) => Posterior(fake.Name, 28 + 0.15 * (m - 1), 0.3 + 0.1 * m)),
            ],
        };
    }

    /// <summary>A ring of sites with traveling waves, three methods, and a sweep over two keys.</summary>
    public static ReportData Ring()
    {
        var times = Times(Cycles, 0.05);
        var truth = Lorenz96(Cycles);
        FakeMethod[] fakes =
        [
            new("etkf", "etkf", "members 24, inflation 1.02", 0.2, 1.0, 11),
            new("letkf-7", "letkf", "members 7, inflation 1.04, localization radius 7.28", 0.23, 1.35, 12),
            new("climatology", "climatology", "", 3.4, 1.05, 13),
        ];
        var runs = fakes.Select(fake => (Fake: fake, Run: fake.Follow(truth))).ToArray();
        var kept = ReportThinning.Snapshots(Cycles, Sites * 7);
        var noise = new FakeMethod("noise", "", "", 0, 0, 19);
        return new ReportData(Experiment("lorenz96-filters", Cycles, 0.05, "time units"))
        {
            Methods = [.. runs.Select(run => run.Fake.Score(truth, run.Run.Mean, run.Run.Spread, times, BurnIn))],
            Fields =
            [
                new ReportField("x", "1", ReportGeometry.Sites(Sites, ring: true), [.. kept.Select(t => times[t])])
                {
                    Truth = [.. kept.Select(t => truth[t])],
                    Estimates =
                    [
                        .. runs.Select(run => new ReportEstimate(run.Fake.Name)
                        {
                            Mean = [.. kept.Select(t => run.Run.Mean[t])], Spread = [.. kept.Select(t => run.Run.Spread[t])],
                        }),
                    ],
                },
            ],
            Observations = new ReportObservations
            {
                Counts = [new ReportFateCount("x", ReportFateCount.Used, (long)Cycles * Sites)],
                FieldNames = ["x"], FateNames = [ReportFateCount.Used],
                Times = [.. times.SelectMany(t => Enumerable.Repeat(t, Sites))],
                X = [.. times.SelectMany(_ => Enumerable.Range(0, Sites).Select(i => (double)i))],
                Y = new double[Cycles * Sites], Field = new byte[Cycles * Sites], Fate = new byte[Cycles * Sites],
                Values = [.. truth.SelectMany(row => row.Select(x => x + noise.Normal()))],
            },
            Sweep = Sweep(),
        };
    }

    /// <summary>Sea-level pressure on a grid of longitudes and latitudes, with stations of which some were rejected.</summary>
    public static ReportData Sphere()
    {
        double[] longitudes = [.. Enumerable.Range(0, 60).Select(i => -125.0 + i)];
        double[] latitudes = [.. Enumerable.Range(0, 27).Select(i => 24.0 + i)];
        var times = Times(Hours, 1);
        var truth = times.Select(t => latitudes.SelectMany(lat => longitudes.Select(lon => Pressure(lon, lat, t))).ToArray()).ToArray();
        FakeMethod[] fakes =
        [
            new("optimal-interpolation", "optimal-interpolation", "length 500 km", 1.1, 0.9, 21),
            new("letkf", "letkf", "members 40, radius 800 km", 0.8, 1.1, 22),
        ];
        var runs = fakes.Select(fake => (Fake: fake, Run: fake.Follow(truth))).ToArray();
        return new ReportData(Experiment("surface-pressure", Hours, 1, "hours") with
        {
            Origin = new DateTimeOffset(1995, 3, 18, 0, 0, 0, TimeSpan.Zero), SecondsPerUnit = 3600, BurnIn = double.NaN, BurnInCycles = 0,
            Description = "Hourly analyses of sea-level pressure over North America from surface stations.",
        })
        {
            Methods = [.. runs.Select(run => run.Fake.Score(truth, run.Run.Mean, run.Run.Spread, times, 0) with { Withheld = Withheld(run.Fake) })],
            Fields =
            [
                new ReportField("pressure", "hPa", new ReportGeometry(ReportGeometryKind.Sphere, longitudes, latitudes), times)
                {
                    Truth = truth,
                    Estimates =
                    [
                        .. runs.Select(run => new ReportEstimate(run.Fake.Name)
                        {
                            Mean = Smooth(run.Run.Mean, truth, 60), Spread = Smooth(run.Run.Spread, null, 60),
                        }),
                    ],
                },
            ],
            Observations = Network(times),
        };
    }

    /// <summary>One observation time, scattered points of which one is missing, no truth, a method without a finite number.</summary>
    public static ReportData Odd() => new(new ReportExperiment("odd", 1, 1))
    {
        Methods =
        [
            new ReportMethod("fine", "oi")
            {
                Scores = new Dictionary<string, ReportScore> { ["withheldBias"] = new(-1234567.8), ["spreadErrorRatio"] = new(0) },
                Series = [new ReportSeries("error", [3], [0.5])], Ranks = [new ReportRanks("all", [0, 0, 0])],
            },
            new ReportMethod("\"><i>lost</i>", "enkf")
            {
                Divergence = new ReportDivergence(0, double.NaN, ""), Scores = new Dictionary<string, ReportScore> { ["rmse"] = new(double.NaN) },
                Series = [new ReportSeries("error", [3], [double.NaN]), new ReportSeries("spread", [], [])],
            },
        ],
        Fields =
        [
            new ReportField("height", "m", new ReportGeometry(ReportGeometryKind.ScatteredSphere, [0, 100, 200, 300], [-80, 0, 40, 85]), [3])
            {
                Diverging = true,
                Estimates =
                [
                    new ReportEstimate("fine") { Mean = [[1, 2, float.NaN, -4]], Spread = [[1, 2, 3, 4]] },
                ],
            },
        ],
        Sweep = new ReportSweep(["kind"], [new ReportSweepRun(["a"], "fine", new Dictionary<string, ReportScore>(), Diverged: true)]),
    };

    private static ReportExperiment Experiment(string name, int cycles, double step, string unit) => new(name, 3000, cycles)
    {
        Description = "A twin experiment: the same truth and observations for every method.",
        Finished = new DateTimeOffset(2026, 11, 21, 13, 5, 0, TimeSpan.Zero), Seconds = 75, TimeUnit = unit, BurnIn = BurnIn * step, BurnInCycles = BurnIn, Versions = Versions,
        Facts = new Dictionary<string, string> { ["observation times"] = cycles.ToString(CultureInfo.InvariantCulture), ["noise"] = "1.0" },
        Settings = $"""
            name: {name}
            seed: 3000
            time:
              cycles: {cycles}
            methods:
              - kind: etkf
                members: 24
            # </script><b>not markup</b>
            """,
    };

    private static double[] Times(int count, double step) => [.. Enumerable.Range(1, count).Select(i => i * step)];

    private static double[] Column(float[][] rows, int column) => [.. rows.Select(row => (double)row[column])];

    private static ReportBand Band(string method, double[] mean, double[] spread) =>
        new(method, mean, [.. mean.Zip(spread, (m, s) => m - 1.645 * s)], [.. mean.Zip(spread, (m, s) => m + 1.645 * s)]);

    private static ReportComponent Parameter(double[] times, FakeMethod[] fakes) => new("rho", "1")
    {
        IsParameter = true, Times = times, Truth = [.. times.Select(_ => 28.0)],
        Bands =
        [
            .. fakes[..3].Select((fake, m) => Band(
                fake.Name, [.. times.Select((_, i) => 28 - 1.5 * Math.Exp(-i / 60.0) + 0.05 * (m - 1))],
                [.. times.Select((_, i) => 0.12 + 1.2 * Math.Exp(-i / 50.0))])),
        ],
    };

    private static ReportPosterior Posterior(string method, double mean, double deviation)
    {
        double[] edges = [.. Enumerable.Range(0, 33).Select(i => mean + deviation * (i - 16) / 4.0)];
        double[] density = [.. Enumerable.Range(0, 32).Select(i => 0.39894 / deviation * Math.Exp(-0.5 * Math.Pow((i - 15.5) / 4.0, 2)))];
        return new ReportPosterior(method, "rho", edges, density) { Truth = 28 };
    }

    private static ReportSweep Sweep()
    {
        string[] members = ["10", "20", "40", "80"];
        string[] inflations = ["1.0", "1.02", "1.05", "1.1"];
        return new ReportSweep(["members", "inflation"],
        [
            .. from method in new[] { "etkf", "letkf-7" }
               from n in members
               from inflation in inflations
               let size = double.Parse(n, CultureInfo.InvariantCulture)
               let factor = double.Parse(inflation, CultureInfo.InvariantCulture)
               let lost = method == "etkf" && n == "10" && inflation == "1.0"
               let rmse = lost ? 3.9 : 0.17 + 1.1 / size * (method == "etkf" ? 2 : 1) + 3 * Math.Pow(factor - 1.03, 2)
               select new ReportSweepRun([n, inflation], method, new Dictionary<string, ReportScore>
               {
                   ["rmse"] = new(rmse, 0.004), ["spreadErrorRatio"] = new(0.7 + 4 * (factor - 1)),
               }, lost),
        ]);
    }
}
