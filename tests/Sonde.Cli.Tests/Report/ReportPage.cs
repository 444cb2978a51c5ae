using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace Sonde.Cli.Tests.Report;

/// <summary>An open report, and all that it complained about or asked the network for.</summary>
internal sealed class ReportPage : IAsyncDisposable
{
    private readonly List<string> complaints = [];

    public ReportPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.IsNavigationRequest && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                complaints.Add($"asked for {request.Url}");
        };
    }

    public IPage Page { get; }

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>Console messages, errors and requests so far: there should be none.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>How many numbers each chart of this name draws, in the order of the page.</summary>
    public async Task<int[]> Points(string chart)
    {
        await Until("() => !document.querySelector('[data-chart]:not([data-points])')");       // a new chart draws once it is laid out
        const string function = "name => [...document.querySelectorAll(`[data-chart='${name}']`)].map(e => e.dataset.points)";
        var texts = await Page.EvaluateAsync<string[]>(function, chart);
        return [.. texts.Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
    }

    /// <summary>Waits until a function is true. Playwright's own wait would evaluate text, which the page's policy forbids.</summary>
    public async Task Until(string function, object? argument = null)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(20))
            if (await Page.EvaluateAsync<bool>($"argument => !!({function})(argument)", argument))
                return;
        Assert.Fail($"The page never came to: {function}");
    }

    /// <summary>An attribute (data-…, in camel case) of every element that a selector finds, in the order of the page.</summary>
    public Task<string[]> Data(string selector, string attribute) => Page.EvaluateAsync<string[]>(
        "([selector, attribute]) => [...document.querySelectorAll(selector)].map(e => e.dataset[attribute])", new[] { selector, attribute });

    /// <summary>What a field's canvas shows, as a data URL.</summary>
    public Task<string> Pixels(string quantity) =>
        Page.EvaluateAsync<string>("q => document.querySelector(`[data-quantity='${q}'] canvas.field`).toDataURL()", quantity);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
