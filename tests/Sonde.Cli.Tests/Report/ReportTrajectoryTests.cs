using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sonde.Experiments.Report;
using Xunit.Abstractions;

namespace Sonde.Cli.Tests.Report;

/// <summary>How a report shows many trajectories: one by one as strips, as shares, and some of them over time.</summary>
public sealed class ReportTrajectoryTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const int Count = SyntheticTrajectories.Count;
    private const int Methods = SyntheticTrajectories.Methods;

    [Fact]
    public async Task Strips_show_every_trajectory_with_median_and_quartiles_and_count_those_that_failed()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("many");
        Assert.Equal(Enumerable.Range(0, Methods).Sum(m => Count - SyntheticTrajectories.Failed(m)), Assert.Single(await report.Points("trajectories")));
        var texts = await report["[data-chart='trajectories'] text"].AllTextContentsAsync();
        Assert.Contains("median 0.500 (0.251 to 0.750)", texts);
        Assert.Contains("median 3.50 (1.76 to 5.25), 60 of 1000 failed", texts);
        Assert.Contains("above every value", await report["#trajectories .note"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task The_pointer_names_a_trajectory_and_rings_it_in_every_strip()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("many");
        await report["#trajectories select"].SelectOptionAsync("iterations");
        var chart = report["[data-chart='trajectories']"];
        await chart.ScrollIntoViewIfNeededAsync();
        var box = (await chart.BoundingBoxAsync())!;
        var x = box.X + 12 + 0.23f * (box.Width - 32);                                  // 23 iterations, on an axis from 0 to 100
        await report.Page.Mouse.MoveAsync(x - 3, box.Y + 45);
        await report.Page.Mouse.MoveAsync(x, box.Y + 45);                                // the middle of the first strip
        await report.Until("() => document.querySelector('[data-chart=trajectories] .tip')");
        var tip = await report["[data-chart='trajectories'] .tip"].InnerTextAsync();
        var trajectory = int.Parse(Regex.Match(tip, @"^trajectory (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.NotEqual(3, trajectory % 4);
        Assert.Contains("23.0", tip, StringComparison.Ordinal);
        Assert.Contains(trajectory < Count - SyntheticTrajectories.Failed(Methods - 1) ? "4.00" : "failed in cycle 5", tip, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_share_below_tells_two_kinds_of_endings_apart()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("many");
        await report["#trajectories select"].SelectOptionAsync("iterations");
        await report["#trajectories"].GetByLabel("share below").CheckAsync();
        var chart = report["[data-chart='trajectories']"];
        var box = (await chart.BoundingBoxAsync())!;
        await report.Page.Mouse.MoveAsync(box.X + 0.6f * box.Width, box.Y + box.Height / 2);
        // 3 of 4 of those that did not fail: 705 of 1000 and 698 of 1000 (930 is no multiple of 4)
        var tip = await report["[data-chart='trajectories'] .tip"].InnerTextAsync();
        Assert.Contains("70.5\u00a0%", tip, StringComparison.Ordinal);
        Assert.Contains("69.8\u00a0%", tip, StringComparison.Ordinal);
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Scores_with_zeros_have_a_linear_axis_until_the_reader_wants_another()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("many");
        await report["#trajectories select"].SelectOptionAsync("coverage90");
        var logarithmic = report["#trajectories"].GetByLabel("logarithmic");
        Assert.False(await logarithmic.IsCheckedAsync());
        await logarithmic.CheckAsync();
        Assert.Contains("not above 0 stands at the left end", await report["#trajectories .note"].InnerTextAsync(), StringComparison.Ordinal);
        await report["[data-chip='method-0']"].ClickAsync();
        Assert.Equal(Enumerable.Range(1, Methods - 1).Sum(m => Count - SyntheticTrajectories.Failed(m)), Assert.Single(await report.Points("trajectories")));
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Components_of_several_methods_lie_over_one_another_for_a_trajectory_of_choice()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("many");
        const int times = SyntheticTrajectories.Times;
        Assert.Equal(2 * (2 * times + 10), Assert.Single(await report.Points("components")));               // truth, a mean, and readings at every third time
        await report["#components"].GetByLabel("method-3", new LocatorGetByLabelOptions { Exact = true }).CheckAsync();
        await report["#components"].GetByLabel("hybrid-4dvar").CheckAsync();
        Assert.Equal(2 * (4 * times + 10), Assert.Single(await report.Points("components")));
        Assert.Equal(6, await Bands());
        await report["#components select"].SelectOptionAsync("2");
        Assert.Equal(2 * (4 * times + 6), Assert.Single(await report.Points("components")));                // readings at every fifth
        await report["#components"].GetByLabel("90 % intervals").UncheckAsync();
        Assert.Equal(0, await Bands());
        await report["[data-chip='method-3']"].ClickAsync();
        Assert.Equal(2 * (3 * times + 6), Assert.Single(await report.Points("components")));
        Assert.Empty(report.Complaints);

        Task<int> Bands() => report["[data-chart='components'] path[fill-opacity='0.13']"].CountAsync();
    }

    [Fact]
    public void A_thousand_trajectories_of_eight_methods_stay_small()
    {
        var pack = ReportWriter.Pack(SyntheticTrajectories.Many());
        output.WriteLine($"{pack.Json.Length} characters of JSON, {pack.Numbers.Length} of numbers");
        Assert.InRange(pack.Numbers.Length, 1000, 300_000);
    }

    [Fact]
    public void Scores_of_trajectories_keep_13_bits_and_whole_numbers()
    {
        var thin = ReportThinning.Thin(new ReportTrajectoryScore("cost", [1.0 / 3, 8191, 23, -1e30, double.NaN, double.PositiveInfinity]));
        Assert.Equal(1.0 / 3, thin.Values[0], 1.0 / 3 / 8192);
        Assert.NotEqual((double)(1.0f / 3), thin.Values[0]);
        Assert.Equal([8191, 23], thin.Values[1..3]);
        Assert.Equal(-1e30, thin.Values[3], 1e30 / 8192);
        Assert.All(thin.Values[4..], value => Assert.True(double.IsNaN(value)));
    }
}
