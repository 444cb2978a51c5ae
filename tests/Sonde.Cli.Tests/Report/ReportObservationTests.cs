using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Sonde.Cli.Tests.Report;

/// <summary>What the report says of observations.</summary>
public sealed class ReportObservationTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    [Fact]
    public async Task The_table_of_fates_adds_up()
    {
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
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
        if (!browser.CanLook(output))
            return;
        await using var report = await browser.Open("sphere");
        Assert.Equal(["letkf", "optimal-interpolation"], (await report.Data("[data-table='withheld'] tr[data-method]", "method")).TakeLast(2));
        Assert.Contains("RMSE (hPa)", await report["[data-table='withheld'] thead"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["smoothed, 250 of pressure", "smoothed, 250 of pressure"], (await report["[data-table='withheld'] .settings"].AllInnerTextsAsync()).Take(2));
        Assert.Equal(2, await report["[data-table='withheld'] td:nth-of-type(1).best"].CountAsync());
    }

    [Fact]
    public async Task The_pointer_tells_what_an_observation_is_and_how_far_from_the_prediction()
    {
        if (!browser.CanLook(output))
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
}
