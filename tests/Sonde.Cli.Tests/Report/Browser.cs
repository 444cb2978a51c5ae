using Microsoft.Playwright;
using Sonde.Experiments.Report;
using Xunit.Abstractions;

namespace Sonde.Cli.Tests.Report;

/// <summary>Reports on disk and a headless Chromium to read them with: the system's own, nothing is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly string folder = Directory.CreateTempSubdirectory("sonde-report-").FullName;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why pages cannot be tested here; null where they can.</summary>
    public string? Missing { get; private set; }

    /// <summary>False, with a sentence, where there is no browser or no front end; on CI that is a failure.</summary>
    public bool CanLook(ITestOutputHelper output)
    {
        if (Missing is not { } sentence)
            return true;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", sentence);
        output.WriteLine($"Nothing was tested: {sentence}");
        return false;
    }

    public async Task InitializeAsync()
    {
        var program = Find();
        Missing = ReportWriter.Unavailable ?? (program is null ? "No Chromium was found on the PATH." : null);
        if (Missing is not null)
            return;
        Write("low", SyntheticReports.LowDimensional());
        Write("ring", SyntheticReports.Ring());
        Write("sphere", SyntheticReports.Sphere());
        Write("many", SyntheticTrajectories.Many());
        Write("odd", SyntheticReports.Odd());
        Write("empty", new ReportData(new ReportExperiment("nothing", 1, 0)));
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A report whose charts have been drawn.</summary>
    internal async Task<ReportPage> Open(string name, int width = 1400, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await browser!.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme,
        });
        var report = new ReportPage(page);
        await page.GotoAsync(new Uri(Path.Combine(folder, name + ".html")).AbsoluteUri);
        await report.Until("() => window.sondeReport && (window.sondeReport.ready || window.sondeReport.error)");
        Assert.Null(await page.EvaluateAsync<string?>("window.sondeReport.error"));
        return report;
    }

    private void Write(string name, ReportData data)
    {
        using var file = File.Create(Path.Combine(folder, name + ".html"));
        Assert.Null(ReportWriter.Write(data, file));
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(_ => Names, Path.Combine).Prepend("/usr/bin/chromium").FirstOrDefault(File.Exists);
    }
}
