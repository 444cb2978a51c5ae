using Sonde.Experiments.Report;
using static Sonde.Cli.Tests.Report.SyntheticReports;

namespace Sonde.Cli.Tests.Report;

/// <summary>Numbers that synthetic reports are made of.</summary>
internal static class SyntheticFields
{
    public static float Pressure(double longitude, double latitude, double hour)
    {
        double Low(double lon, double lat, double depth, double width) =>
            -depth * Math.Exp(-(Math.Pow((longitude - lon) * 0.8, 2) + Math.Pow(latitude - lat, 2)) / (2 * width * width));
        var lows = Low(-108 + 0.5 * hour, 42 + 0.1 * hour, 22, 5.5) + Low(-78 + 0.3 * hour, 33, -9, 6) + Low(-122, 47, 6, 3);
        return (float)(1016 + 0.15 * (37 - latitude) + lows);
    }

    /// <summary>Errors of neighbors are alike: a running mean along each row of so many points.</summary>
    public static float[][] Smooth(float[][] rows, float[][]? around, int width) =>
    [
        .. rows.Select((row, t) => row.Select((_, i) =>
        {
            var (from, to) = (Math.Max(i / width * width, i - 3), Math.Min(i / width * width + width, i + 4));
            var sum = 0f;
            for (var j = from; j < to; j++)
                sum += row[j] - (around is null ? 0 : around[t][j]);
            return sum / (to - from) * (around is null ? 1 : 2.2f) + (around is null ? 0 : around[t][i]);
        }).ToArray()),
    ];

    public static ReportObservations Network(double[] times)
    {
        var fates = StationFates;
        var random = new Random(5);
        var noise = new FakeMethod("noise", "", "", 0, 0, 29);
        (double X, double Y)[] places =
            [.. Enumerable.Range(0, Stations).Select(_ => (-124 + 57 * random.NextDouble(), 25 + 24 * random.NextDouble()))];
        var all = times.SelectMany(t => places.Select((place, s) => (Time: t, place.X, place.Y, Fate: Fate(s, t)))).ToArray();
        return new ReportObservations
        {
            Counts =
            [
                .. fates.Select((fate, f) => new ReportFateCount("pressure", fate, all.Count(o => o.Fate == f) + (f == 3 ? 61 : 0))),
                new ReportFateCount("pressure", fates[1], Hours, "optimal-interpolation"),
            ],
            FieldNames = ["pressure"], FateNames = fates,
            Times = [.. all.Select(o => o.Time)], X = [.. all.Select(o => o.X)], Y = [.. all.Select(o => o.Y)],
            Values = [.. all.Select(o => Pressure(o.X, o.Y, o.Time) + 0.7 * noise.Normal() + (o.Fate == 1 ? 25 : 0))],
            Field = new byte[all.Length], Fate = [.. all.Select(o => (byte)o.Fate)],
            StationNames = [.. Enumerable.Range(0, Stations).Select(s => $"S{s}")],
            Station = [.. times.SelectMany(_ => Enumerable.Range(0, Stations).Select(s => (double)s))],
            Departures =
            [
                new ReportDepartures(
                    "letkf", [.. all.Select(o => o.Fate == 1 ? 25.0 : o.Fate == 4 ? double.NaN : noise.Normal())],
                    [.. all.Select(o => o.Fate is 0 or 4 ? 0.5 * noise.Normal() : double.NaN)]),
                new ReportDepartures("optimal-interpolation", [], []) { Fate = [.. all.Select((o, i) => (byte)(i % Stations == 0 ? 1 : o.Fate))] },
            ],
        };
    }

    public static List<ReportWithheld> Withheld(FakeMethod fake) =>
    [
        .. new[] { false, true }.Select(isSmoothed => new ReportWithheld("pressure", "hPa", isSmoothed, Hours * Stations / 9)
        {
            Scores = new Dictionary<string, ReportScore>
            {
                ["rmse"] = new(isSmoothed ? 0.9 : fake.Name == "letkf" ? 1.1 : 1.4, 0.02), ["bias"] = new(-0.1, 0.03), ["spread"] = new(1.2),
                ["spreadErrorRatio"] = new(fake.Name == "letkf" ? 1.09 : 0.7), ["coverage90"] = new(0.89, 0.01), ["crps"] = new(0.6, 0.01),
            },
        }),
    ];

    public static int Fate(int station, double time) => station % 9 == 7 ? 4 : station % 17 == 3 && (int)time % 4 == 1 ? 1 : station % 31 == 5 ? 2 : 0;

    public static float[][] Lorenz63(int cycles)
    {
        var (x, y, z) = (1.509, -1.531, 25.46);
        var rows = new float[cycles][];
        for (var t = 0; t < cycles; t++)
        {
            for (var step = 0; step < 250; step++)
                (x, y, z) = (x + 0.001 * 10 * (y - x), y + 0.001 * (x * (28 - z) - y), z + 0.001 * (x * y - 8.0 / 3 * z));
            rows[t] = [(float)x, (float)y, (float)z];
        }
        return rows;
    }

    public static float[][] Lorenz96(int cycles)
    {
        var x = new double[Sites];
        x[0] = 1;
        var rows = new float[cycles][];
        for (var t = -200; t < cycles; t++)
        {
            for (var step = 0; step < 50; step++)
            {
                double At(int i) => x[(i + Sites) % Sites];
                var dx = x.Select((_, i) => (At(i + 1) - At(i - 2)) * At(i - 1) - At(i) + 8).ToArray();
                for (var i = 0; i < Sites; i++)
                    x[i] += 0.001 * dx[i];
            }
            if (t >= 0)
                rows[t] = [.. x.Select(v => (float)v)];
        }
        return rows;
    }
}
