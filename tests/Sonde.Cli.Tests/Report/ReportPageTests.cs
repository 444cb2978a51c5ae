using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Sonde.Cli.Tests.Report;

/// <summary>The report as a reader sees it, in a headless browser.</summary>
public sealed class ReportPageTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const int Cycles = SyntheticReports.Cycles;
    private const int Sites = SyntheticReports.Sites;

    [Fact]
    public async Task The_summary_names_the_best_method_what_diverged_and_what_is_overconfident()
    {
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("low");
        Assert.Equal(1, await report["[data-state='diverged']"].CountAsync());
        Assert.Equal("diverged in cycle 240", await report["tr[data-method='lost'] [data-state='diverged']"].InnerTextAsync());
        Assert.Equal(0, await report["tr[data-method='lost'] .best"].CountAsync());
        Assert.Equal(1, await report["tr[data-method='particle-filter'] td:nth-of-type(1).best"].CountAsync());
        Assert.Equal("enkf · members 6, inflation 1.0 <no>", await report["tr[data-method='lost'] .settings"].InnerTextAsync());
    }

    [Fact]
    public async Task What_was_learned_of_the_model_is_a_table_and_a_curve()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("low");
        Assert.Equal(["forcing", "7.960", "8.000", "−0.50 %"], await report["[data-table='learned'] tbody td"].AllInnerTextsAsync());
        Assert.Equal("3", await report["[data-chart='learned-tendency']"].GetAttributeAsync("data-points"));
    }

    [Fact]
    public async Task The_table_sorts_by_any_column_and_back()
    {
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("ring");
        Assert.Equal(1, await report[".heat .lost"].CountAsync());
        await report["#sweep select"].Nth(2).SelectOptionAsync("");
        Assert.Equal(8, Assert.Single(await report.Points("sweep-lines")));          // four numbers of members, two methods
    }

    [Fact]
    public async Task Where_time_0_is_a_moment_axes_show_dates()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("sphere");
        var texts = await report["[data-chart='over-time'] text"].AllTextContentsAsync();
        Assert.Contains("time (UTC)", texts);
        Assert.Contains("06:00", texts);
        Assert.Contains(texts, text => text.Contains("1995-03-18", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_header_says_when_and_how_long()
    {
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open(name, width: 390);
        Assert.Equal(0, await report.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    }

    [Fact]
    public async Task Settings_are_shown_as_they_are()
    {
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("low");
        await report["details.settings-file summary"].ClickAsync();
        Assert.Contains("# </script><b>not markup</b>", await report["details pre"].InnerTextAsync(), StringComparison.Ordinal);
    }
}
