using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sonde.Experiments.Report;

namespace Sonde.Cli.Tests.Report;

/// <summary>What a report's file holds, without a browser.</summary>
public sealed partial class ReportWriterTests
{
    [Fact]
    public void Data_are_valid_JSON_that_cannot_end_its_element()
    {
        var json = Serialize(SyntheticReports.LowDimensional());
        Assert.DoesNotContain("<", json, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json);
        var methods = document.RootElement.GetProperty("data").GetProperty("methods");
        Assert.Equal(4, methods.GetArrayLength());
        Assert.Equal("members 6, inflation 1.0 <no>", methods[3].GetProperty("settings").GetString());
    }

    [Fact]
    public void Numbers_that_are_not_finite_become_null()
    {
        using var document = JsonDocument.Parse(Serialize(Two(Scored("a", "rmse", double.PositiveInfinity), Scored("b", "rmse", 1))));
        var score = document.RootElement.GetProperty("data").GetProperty("methods")[0].GetProperty("scores").GetProperty("rmse");
        Assert.Equal(JsonValueKind.Null, score.GetProperty("value").ValueKind);
        Assert.Equal(JsonValueKind.Null, score.GetProperty("standardError").ValueKind);
    }

    [Fact]
    public void A_long_series_keeps_its_mean_and_its_extremes()
    {
        double[] times = [.. Enumerable.Range(0, 10_001).Select(i => (double)i)];
        double[] values = [.. times.Select(t => t == 7_777 ? 50 : t == 3_333 ? double.NaN : Math.Sin(t))];
        var thin = ReportThinning.Thin(new ReportSeries("error", times, values));
        Assert.InRange(thin.Values.Length, 1_000, ReportThinning.SeriesLength);
        Assert.Equal(50, thin.High!.Max());
        Assert.Equal(values.Where(double.IsFinite).Min(), thin.Low!.Min());
        Assert.Equal(values.Where(double.IsFinite).Average(), thin.Values.Average(), 0.002);
    }

    [Fact]
    public void Snapshots_include_both_ends_and_stay_few()
    {
        Assert.Equal([0, 1, 2], ReportThinning.Snapshots(3, 100));
        var many = ReportThinning.Snapshots(5_000, 40 * 7);
        Assert.Equal((600, 0, 4_999), (many.Length, many[0], many[^1]));
        var large = ReportThinning.Snapshots(51, 150 * 150 * 7 * 3);
        Assert.Equal((12, 0, 50), (large.Length, large[0], large[^1]));
    }

    [Fact]
    public void Observations_beyond_the_limit_keep_those_made_with_snapshots()
    {
        double[] times = [.. Enumerable.Range(0, 100_000).Select(i => i / 100 * 0.1)];
        var observations = new ReportObservations
        {
            Times = times, X = times, Y = times, Values = times, Field = new byte[times.Length], Fate = new byte[times.Length],
            Departures = [new ReportDepartures("a", times, times)],
        };
        var field = new ReportField("x", "", ReportGeometry.Sites(1, ring: false), [1.0, 50.0]);
        var thin = ReportThinning.Thin(observations, [field]);
        Assert.Equal([1.0, 50.0], thin.Times.Distinct().Select(t => Math.Round(t, 9)));
        Assert.Equal(200, thin.Fate.Length);
        Assert.Equal(thin.Times, thin.Departures[0].Analysis);
    }

    [Fact]
    public void Where_the_truth_is_known_an_analysis_is_kept_as_its_error()
    {
        var field = new ReportField("x", "", ReportGeometry.Sites(2, ring: true), [0])
        {
            Truth = [[1, 2]], Estimates = [new ReportEstimate("a") { Mean = [[1.5f, 1]] }],
        };
        var estimate = ReportWriter.Thin(new ReportData(new ReportExperiment("x", 1, 1)) { Fields = [field] }).Fields[0].Estimates[0];
        Assert.Null(estimate.Mean);
        Assert.Equal([0.5f, -1], estimate.Error![0]);
    }

    [Fact]
    public void Twelve_bits_keep_a_row_to_a_four_thousandth_of_its_range()
    {
        float[][] rows = [[0, 1, float.NaN, 0.3337f], [5, 5, 5, 5], [-1e6f, 2e6f, 7, float.PositiveInfinity]];
        var block = new NumberBlock();
        block.Append([1.0]);                                // so that rows do not start at 0
        var decoded = Decode(block, block.Append(rows), 3, 4);
        double[] ranges = [1, 0, 3e6];
        for (var r = 0; r < 3; r++)
            for (var i = 0; i < 4; i++)
                if (float.IsFinite(rows[r][i]))
                    Assert.Equal(rows[r][i], decoded[r][i], 0.5001 * ranges[r] / 4094);
                else
                    Assert.True(double.IsNaN(decoded[r][i]));
    }

    [Fact]
    public void Arrays_that_differ_in_length_are_refused_with_both_numbers()
    {
        var data = Two(Scored("a", "rmse", 1) with { Series = [new ReportSeries("error", [1, 2, 3], [1, 2])] }, Scored("b", "rmse", 1));
        var refusal = Assert.Throws<ArgumentException>(() => ReportWriter.Write(data, Stream.Null));
        Assert.Equal("A report has 3 times of a's error but 2 values.", refusal.Message);
    }

    [Fact]
    public void A_page_holds_its_title_and_no_open_place()
    {
        if (ReportWriter.Unavailable is { } sentence)
        {
            Assert.Contains("report front end", sentence, StringComparison.Ordinal);
            return;
        }
        using var stream = new MemoryStream();
        Assert.Null(ReportWriter.Write(new ReportData(new ReportExperiment("<a & b>", 1, 1)), stream));
        var page = Encoding.UTF8.GetString(stream.ToArray());
        Assert.Contains("<title>&lt;a &amp; b&gt;</title>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Place(), page);
        Assert.DoesNotMatch(Reference(), page);
        Assert.InRange(page.Length, 100_000, 1_000_000);
    }

    [Theory]
    [InlineData(0.21, 0.004, 0.22, 0.004, "a", "0.2100 ± 0.0040; b cannot be told from it in a run of this length.")]
    [InlineData(0.21, 0.004, 0.25, 0.004, "a", "0.2100 ± 0.0040; b comes next with 0.2500 ± 0.0040.")]
    [InlineData(0.3, double.NaN, 0.25, double.NaN, "b", "0.25; a comes next with 0.3.")]
    public void The_best_method_is_said_with_what_the_run_can_tell(double a, double errorA, double b, double errorB, string best, string rest)
    {
        var remarks = ReportSummary.Of(Two(Scored("a", "rmse", a, errorA), Scored("b", "rmse", b, errorB)));
        Assert.Equal($"{best} has the smallest root mean square error, {rest}", remarks.Single(remark => remark.Kind == ReportRemarkKind.Best).Text);
    }

    [Fact]
    public void A_spread_below_four_fifths_of_the_error_or_above_five_fourths_is_said()
    {
        var remarks = ReportSummary.Of(Two(Scored("a", "spreadErrorRatio", 0.62), Scored("b", "spreadErrorRatio", 1.3)));
        Assert.Equal(
            [
                "a is overconfident: its spread is 0.62 times its error, too small.",
                "b is underconfident: its spread is 1.3 times its error, too large.",
            ],
            remarks.Where(remark => remark.Kind == ReportRemarkKind.Warning).Select(remark => remark.Text));
        Assert.DoesNotContain(
            ReportSummary.Of(Two(Scored("a", "spreadErrorRatio", 0.81), Scored("b", "spreadErrorRatio", 1.24))),
            remark => remark.Kind == ReportRemarkKind.Warning);
    }

    [Fact]
    public void Without_a_truth_methods_are_judged_by_withheld_observations()
    {
        var data = SyntheticReports.Sphere();
        var remarks = ReportSummary.Of(data with { Methods = [.. data.Methods.Select(method => method with { Scores = new Dictionary<string, ReportScore>() })] });
        Assert.Equal(
            "letkf has the smallest root mean square error on withheld pressure, 1.100 ± 0.020; optimal-interpolation comes next with 1.400 ± 0.020.",
            remarks.Single(remark => remark.Kind == ReportRemarkKind.Best).Text);
        Assert.Equal(
            "optimal-interpolation is overconfident: its spread is 0.7 times its error, too small.",
            remarks.Single(remark => remark.Kind == ReportRemarkKind.Warning).Text);
        Assert.Contains(remarks, remark => remark.Text.EndsWith("250 withheld to score with, 171 rejected.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_best_setting_of_a_sweep_is_said()
    {
        var remarks = ReportSummary.Of(SyntheticReports.Ring());
        Assert.Equal(
            "The smallest root mean square error is 0.1841 ± 0.0040, of letkf-7 at members 80 and inflation 1.02.",
            remarks.Last(remark => remark.Kind == ReportRemarkKind.Best).Text);
    }

    [Fact]
    public void Where_time_0_is_a_moment_a_divergence_has_a_date()
    {
        var lost = Scored("a", "rmse", 0.1) with { Divergence = new ReportDivergence(3, 30.5, "") };
        var data = Two(lost, Scored("b", "rmse", 0.2));
        var experiment = data.Experiment with { Origin = new DateTimeOffset(1995, 3, 18, 0, 0, 0, TimeSpan.Zero), SecondsPerUnit = 3600 };
        Assert.Contains(
            ReportSummary.Of(data with { Experiment = experiment }), remark => remark.Text == "a diverged in cycle 3 (at 1995-03-19 06:30 UTC).");
    }

    [Fact]
    public void A_diverged_method_is_never_best_and_its_spread_is_not_judged()
    {
        var lost = Scored("a", "rmse", 0.1) with { Divergence = new ReportDivergence(1234, 61.7, "numbers were not finite.") };
        var remarks = ReportSummary.Of(Two(lost, Scored("b", "rmse", 0.2)));
        Assert.Equal(
            "a diverged in cycle 1,234 (at 61.7 days): numbers were not finite.",
            remarks.Single(remark => remark.Kind == ReportRemarkKind.Failure).Text);
        Assert.Equal("b has a root mean square error of 0.2.", remarks.Single(remark => remark.Kind == ReportRemarkKind.Best).Text);
    }

    private static ReportData Two(ReportMethod a, ReportMethod b) =>
        new(new ReportExperiment("x", 1, 10) { TimeUnit = "days" }) { Methods = [a, b] };

    private static ReportMethod Scored(string name, string score, double value, double error = double.NaN) =>
        new(name, "etkf") { Scores = new Dictionary<string, ReportScore> { [score] = new(value, error) } };

    private static string Serialize(ReportData data) =>
        Encoding.UTF8.GetString(ReportJson.Serialize(new ReportDocument(2, ReportSummary.Of(data), data), new NumberBlock()));

    /// <summary>What the page's own script does with rows of 12 bits.</summary>
    private static double[][] Decode(NumberBlock block, int at, int rows, int width)
    {
        var bytes = block.Bytes.ToArray();
        var low = at + 8 * rows;
        var decoded = new double[rows][];
        for (var r = 0; r < rows; r++)
        {
            var (smallest, step) = (BitConverter.ToSingle(bytes, at + 8 * r), BitConverter.ToSingle(bytes, at + 8 * r + 4));
            decoded[r] = new double[width];
            var code = 0;
            for (var i = 0; i < width; i++)
            {
                var folded = bytes[low + r * width + i] | (bytes[low + (rows + r) * width + i] << 8);
                code += (folded & 1) == 1 ? -(folded + 1) / 2 : folded / 2;
                decoded[r][i] = code == NumberBlock.Missing ? double.NaN : smallest + step * code;
            }
        }
        return decoded;
    }

    [GeneratedRegex("%SONDE_[A-Z]+%")]
    private static partial Regex Place();

    [GeneratedRegex("<(script|link)[^>]+(src|href)=\"(?!data:)")]
    private static partial Regex Reference();
}
