using Xunit.Abstractions;

namespace Sonde.Cli.Tests.Report;

/// <summary>Every number of the data is drawn.</summary>
public sealed class ReportDrawingTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const int Cycles = SyntheticReports.Cycles;
    private const int Sites = SyntheticReports.Sites;

    [Fact]
    public Task Three_components_draw_all_of_their_data() => DrawsAllOfItsData("low", new()
    {
        ["learned-tendency"] = [3],
        ["over-time"] = [4 * 2 * Cycles / 5],               // error and spread of four methods, means of five times
        ["components"] = [3 * 3 * Cycles],                  // truth, mean and observations
        ["parameters"] = [2 * Cycles],
        ["posterior"] = [4 * 32],
        ["rank-histogram"] = [21, 21, 21, 21],
        ["reliability"] = [4 * 10],
        ["spread-skill"] = [4 * 8],
        ["spread-error"] = [4],
    });

    [Fact]
    public Task A_ring_draws_all_of_its_data() => DrawsAllOfItsData("ring", new()
    {
        ["learned-tendency"] = [3],
        ["over-time"] = [3 * 2 * Cycles / 5],
        ["hovmoeller"] = [Sites * Cycles, Sites * Cycles, Sites * Cycles, Sites * Cycles],
        ["profile"] = [3 * Sites],
        ["sweep-heat"] = [16, 16],
        ["rank-histogram"] = [21, 21, 21],
        ["reliability"] = [3 * 10],
        ["spread-skill"] = [3 * 8],
        ["spread-error"] = [3],
    });

    [Fact]
    public Task A_map_draws_all_of_its_data() => DrawsAllOfItsData("sphere", new()
    {
        ["over-time"] = [2 * 2 * SyntheticReports.Hours],
        ["map"] = [60 * 27, 60 * 27, 60 * 27, 60 * 27],
        ["rank-histogram"] = [21, 21],
        ["reliability"] = [2 * 10],
        ["spread-skill"] = [2 * 8],
        ["spread-error"] = [2],
    });

    [Fact]
    public Task Gaps_single_times_and_scattered_points_are_drawn_as_what_they_are() => DrawsAllOfItsData("odd", new()
    {
        ["over-time"] = [1],
        ["map"] = [3, 4],
        ["sweep-lines"] = [0],
    });

    [Fact]
    public Task An_experiment_without_results_is_a_page_too() => DrawsAllOfItsData("empty", []);

    /// <summary>Every chart has as many numbers as the data, there are no other charts, and nothing is said or asked for.</summary>
    private async Task DrawsAllOfItsData(string name, Dictionary<string, int[]> expected)
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open(name);
        foreach (var section in await report["section"].AllAsync())
            await section.ScrollIntoViewIfNeededAsync();
        var charts = await report.Data("[data-chart]", "chart");
        Assert.Equal(expected.Keys.Order(), charts.Distinct().Order());
        foreach (var (chart, points) in expected)
            Assert.Equal(points, await report.Points(chart));
        Assert.Empty(report.Complaints);
    }
}
