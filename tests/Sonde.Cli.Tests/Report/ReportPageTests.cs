using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Sonde.Cli.Tests.Report;

/// <summary>The report as a reader sees it, in a headless browser.</summary>
public sealed class ReportPageTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const int Cycles = SyntheticReports.Cycles;

    [Fact]
    public Task Three_components_draw_all_of_their_data() => DrawsAllOfItsData("low", new()
    {
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

    [Fact]
    public async Task The_summary_names_the_best_method_what_diverged_and_what_is_overconfident()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        var summary = await report[".summary"].InnerTextAsync();
        Assert.Contains("Four methods assimilated 400 observation times", summary, StringComparison.Ordinal);
        Assert.Contains("has the smallest root mean square error", summary, StringComparison.Ordinal);
        Assert.Contains("lost diverged in cycle 240", await report[".notes .failure"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("particle-filter is overconfident", await report[".notes .warning"].InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diverged_method_is_named_in_the_table_and_never_marked_best()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        Assert.Equal(1, await report["[data-state='diverged']"].CountAsync());
        Assert.Equal("diverged in cycle 240", await report["tr[data-method='lost'] [data-state='diverged']"].InnerTextAsync());
        Assert.Equal(0, await report["tr[data-method='lost'] .best"].CountAsync());
        Assert.Equal(1, await report["tr[data-method='particle-filter'] td:nth-of-type(1).best"].CountAsync());
        Assert.Equal("enkf · members 6, inflation 1.0 <no>", await report["tr[data-method='lost'] .settings"].InnerTextAsync());
    }

    [Fact]
    public async Task The_table_sorts_by_any_column_and_back()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        var heading = report["table.scores th:has-text('RMSE') button"].First;
        Assert.Equal(["particle-filter", "etkf", "enkf", "lost"], await Order());
        Assert.Equal("ascending", await report["table.scores th[aria-sort]"].GetAttributeAsync("aria-sort"));
        await heading.ClickAsync();
        Assert.Equal(["enkf", "etkf", "particle-filter", "lost"], await Order());           // what diverged stays at the end
        await heading.PressAsync("Enter");
        Assert.Equal(["particle-filter", "etkf", "enkf", "lost"], await Order());

        Task<string[]> Order() => report.Data("table.scores tr[data-method]", "method");
    }

    [Fact]
    public async Task The_slider_changes_the_maps_and_their_observations()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        var (last, lastRejected) = (await report.Pixels("truth"), await Rejected());
        var slider = report["input[type='range']"];
        await slider.FocusAsync();
        await report.Page.Keyboard.PressAsync("Home");
        Assert.Equal("1", await report["[data-quantity='truth']"].GetAttributeAsync("data-time"));
        Assert.NotEqual(last, await report.Pixels("truth"));
        Assert.Equal("1995-03-18 01:00", await report["output.time"].InnerTextAsync());
        await report.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("2", await report["[data-quantity='spread']"].GetAttributeAsync("data-time"));
        Assert.Equal("77", await report["[data-quantity='truth']"].GetAttributeAsync("data-used"));
        Assert.Equal("10", await report["[data-quantity='truth']"].GetAttributeAsync("data-withheld"));
        Assert.NotEqual(lastRejected, await Rejected());

        Task<string?> Rejected() => report["[data-quantity='truth']"].GetAttributeAsync("data-rejected");
    }

    [Fact]
    public async Task Playing_moves_the_time_and_pausing_stops_it()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        await report["button.play"].ClickAsync();
        await report.Until("() => Number(document.querySelector('[data-quantity=error]').dataset.time) >= 3");
        await report["button.play"].ClickAsync();
        Assert.Equal("Play", await report["button.play"].InnerTextAsync());
    }

    [Fact]
    public async Task The_pointer_and_the_arrow_keys_read_values_on_every_map()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        await report["[data-quantity='truth'] canvas.over"].HoverAsync();
        var values = await report[".panel output.readout"].AllInnerTextsAsync();
        Assert.Equal(4, values.Count(text => text.EndsWith(" hPa", StringComparison.Ordinal)));
        Assert.Contains("°N", await report["output.place"].InnerTextAsync(), StringComparison.Ordinal);
        await report["[data-quantity='error'] canvas.over"].FocusAsync();
        var before = await report["output.place"].InnerTextAsync();
        await report.Page.Keyboard.PressAsync("Shift+ArrowLeft");
        Assert.NotEqual(before, await report["output.place"].InnerTextAsync());
    }

    [Fact]
    public async Task One_quantity_can_be_compared_over_all_methods()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("ring");
        await report["#fields"].GetByLabel("all methods").CheckAsync();
        Assert.Equal(["etkf", "letkf-7", "climatology"], await Methods());
        await report["#fields select"].SelectOptionAsync("analysis");
        Assert.Equal(["", "etkf", "letkf-7", "climatology"], await Methods());          // the truth comes first

        Task<string[]> Methods() => report.Data(".panel", "method");
    }

    [Fact]
    public async Task A_click_in_space_and_time_chooses_the_profile()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("ring");
        var canvas = report["[data-quantity='truth'] canvas.over"];
        var box = (await canvas.BoundingBoxAsync())!;
        await canvas.ClickAsync(new LocatorClickOptions { Position = new Position { X = box.Width / 2, Y = 40 } });
        var time = double.Parse((await report["[data-quantity='truth']"].GetAttributeAsync("data-time"))!, CultureInfo.InvariantCulture);
        Assert.InRange(time, 9, 11);
        Assert.Equal(3 * Sites, Assert.Single(await report.Points("profile")));
    }

    [Fact]
    public async Task Hiding_a_method_hides_it_everywhere()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        await report["[data-chip='enkf']"].ClickAsync();
        Assert.Equal("false", await report["[data-chip='enkf']"].GetAttributeAsync("aria-pressed"));
        Assert.Equal(3 * 2 * Cycles / 5, Assert.Single(await report.Points("over-time")));
        Assert.Equal(3 * 10, Assert.Single(await report.Points("reliability")));
        Assert.Equal(3, await report[".small-multiples figure:visible"].CountAsync());
    }

    [Fact]
    public async Task Dragging_over_time_zooms_in_and_a_double_click_zooms_out()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        var whole = Assert.Single(await report.Points("over-time"));
        var chart = report["[data-chart='over-time']"];
        await chart.ScrollIntoViewIfNeededAsync();
        var box = (await chart.BoundingBoxAsync())!;
        var (y, from, to) = (box.Y + box.Height / 2, box.X + 0.5f * box.Width, box.X + 0.6f * box.Width);
        await report.Page.Mouse.MoveAsync(from, y);
        await report.Page.Mouse.DownAsync();
        await report.Page.Mouse.MoveAsync(to, y, new MouseMoveOptions { Steps = 5 });
        await report.Page.Mouse.UpAsync();
        await report.Until("n => document.querySelector('[data-chart=over-time]').dataset.points != n", whole);
        await report.Page.Mouse.DblClickAsync(from, y);
        await report.Until("n => document.querySelector('[data-chart=over-time]').dataset.points == n", whole);
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task A_sweep_over_one_key_becomes_lines()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("ring");
        Assert.Equal(1, await report[".heat .lost"].CountAsync());
        await report["#sweep select"].Nth(2).SelectOptionAsync("");
        Assert.Equal(8, Assert.Single(await report.Points("sweep-lines")));          // four numbers of members, two methods
    }

    [Fact]
    public async Task The_table_of_fates_adds_up()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        var cells = await report["[data-table='fates'] tbody td.number:not(.share)"].AllInnerTextsAsync();
        var counts = cells.Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(SyntheticReports.StationFates, (await report.Data("[data-table='fates'] tr[data-fate]", "fate")));
        Assert.Equal(SyntheticReports.Hours * SyntheticReports.Stations + 61, counts[^1]);
        Assert.Equal(counts[^1], counts[..^1].Sum());
    }

    [Fact]
    public async Task Rejected_observations_are_listed_with_their_time_station_and_place()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        await report["#observations select"].SelectOptionAsync("failed the background check");
        var rows = report["[data-table='rejected'] tbody tr"];
        Assert.Equal(int.Parse(await report["tr[data-fate='failed the background check'] td.number"].First.InnerTextAsync(), CultureInfo.InvariantCulture), await rows.CountAsync());
        var first = await rows.First.Locator("td").AllInnerTextsAsync();
        Assert.Equal(("1995-03-18 01:00", "S3", "pressure"), (first[0], first[1], first[3]));
        Assert.Matches("^[0-9.]+°N [0-9.]+°W$", first[2]);
        Assert.EndsWith(" hPa", first[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_method_refused_by_itself_is_counted_listed_and_marked_on_its_own_map()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        Assert.Equal($"{SyntheticReports.Hours}", await report["[data-table='checks'] tbody td.number"].InnerTextAsync());
        await report["#observations select"].SelectOptionAsync("failed the background check, by optimal-interpolation");
        Assert.Equal(SyntheticReports.Hours, await report["[data-table='rejected'] tbody tr"].CountAsync());
        var rejected = await Rejected("letkf");
        Assert.Equal(rejected + 1, await Rejected("optimal-interpolation"));

        async Task<int> Rejected(string method)
        {
            await report["#fields select"].First.SelectOptionAsync(method);
            return int.Parse((await report["[data-quantity='analysis']"].GetAttributeAsync("data-rejected"))!, CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task Scores_on_withheld_observations_have_a_table_of_their_own_with_units()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        Assert.Equal(["letkf", "optimal-interpolation"], (await report.Data("[data-table='withheld'] tr[data-method]", "method")).TakeLast(2));
        Assert.Contains("RMSE (hPa)", await report["[data-table='withheld'] thead"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["smoothed, 250 of pressure", "smoothed, 250 of pressure"], (await report["[data-table='withheld'] .settings"].AllInnerTextsAsync()).Take(2));
        Assert.Equal(2, await report["[data-table='withheld'] td:nth-of-type(1).best"].CountAsync());
    }

    [Fact]
    public async Task Where_time_0_is_a_moment_axes_show_dates()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        var texts = await report["[data-chart='over-time'] text"].AllTextContentsAsync();
        Assert.Contains("time (UTC)", texts);
        Assert.Contains("06:00", texts);
        Assert.Contains(texts, text => text.Contains("1995-03-18", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_pointer_tells_what_an_observation_is_and_how_far_from_the_prediction()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("sphere");
        await report["#fields select"].First.SelectOptionAsync("letkf");
        var canvas = report["[data-quantity='analysis'] canvas.over"];
        await canvas.FocusAsync();
        var tips = new HashSet<string>();
        var box = (await canvas.BoundingBoxAsync())!;
        for (var x = 60; x < box.Width - 20; x += 12)
        {
            await canvas.HoverAsync(new LocatorHoverOptions { Position = new Position { X = x, Y = box.Height / 2 } });
            if (await report[".map-tip:visible"].CountAsync() > 0)
                tips.Add(await report[".map-tip:visible"].InnerTextAsync());
        }
        Assert.Contains(tips, tip => System.Text.RegularExpressions.Regex.IsMatch(tip, "^S[0-9]+: Pressure [0-9.]+ hPa, used; .+ hPa from the forecast; .+ hPa from the analysis$"));
    }

    [Fact]
    public async Task The_header_says_when_and_how_long()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        var facts = await report["dl.facts"].InnerTextAsync();
        Assert.Contains("2026-11-21 13:05 UTC", facts, StringComparison.Ordinal);
        Assert.Contains("75.0 s", facts, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColorScheme.Light, "light", "dark")]
    [InlineData(ColorScheme.Dark, "dark", "light")]
    public async Task Follows_the_system_s_colors_until_the_reader_chooses(ColorScheme scheme, string first, string second)
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low", scheme: scheme);
        Assert.Equal(first, await Theme());
        var (page, ink) = (await Background(), await AxisColor());
        await report["button.theme"].ClickAsync();
        Assert.Equal(second, await Theme());
        Assert.NotEqual(page, await Background());
        Assert.NotEqual(ink, await AxisColor());

        Task<string> Theme() => report.Page.EvaluateAsync<string>("document.documentElement.dataset.theme");
        Task<string> Background() => report.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        async Task<string?> AxisColor() => await report["[data-chart='over-time'] text"].First.GetAttributeAsync("fill");
    }

    [Theory]
    [InlineData("low")]
    [InlineData("ring")]
    [InlineData("sphere")]
    public async Task Fits_a_telephone(string name)
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open(name, width: 390);
        Assert.Equal(0, await report.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    }

    [Fact]
    public async Task Settings_are_shown_as_they_are()
    {
        if (!CanLook())
            return;
        await using var report = await browser.Open("low");
        await report["details.settings-file summary"].ClickAsync();
        Assert.Contains("# </script><b>not markup</b>", await report["details pre"].InnerTextAsync(), StringComparison.Ordinal);
    }

    private const int Sites = SyntheticReports.Sites;

    /// <summary>Every chart has as many numbers as the data, there are no other charts, and nothing is said or asked for.</summary>
    private async Task DrawsAllOfItsData(string name, Dictionary<string, int[]> expected)
    {
        if (!CanLook())
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

    /// <summary>False, with a sentence, where there is no browser or no front end; on CI that is a failure.</summary>
    private bool CanLook()
    {
        if (browser.Missing is not { } sentence)
            return true;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", sentence);
        output.WriteLine($"Nothing was tested: {sentence}");
        return false;
    }
}
