using System.Net;
using System.Text;

namespace Sonde.Experiments.Report;

/// <summary>
/// Writes <c>report.html</c>: one file that opens from a disk, without a network. The page is the front end under
/// <c>Report/web</c>, which the build embeds; its data are JSON, and a block of numbers in gzip and base 64.
/// </summary>
public static class ReportWriter
{
    private const string Resource = "report.html";
    private const int Format = 2;
    private static readonly string[] Places = ["%SONDE_TITLE%", "%SONDE_DATA%", "%SONDE_NUMBERS%"];

    /// <summary>Why no report can be written, in one sentence; null where one can.</summary>
    public static string? Unavailable { get; } = typeof(ReportWriter).Assembly.GetManifestResourceInfo(Resource) is not null
        ? null
        : "No report.html was written: the report front end was not built; install Node.js 20.19 or newer with npm and build again.";

    /// <summary>Writes the page; returns why not, in one sentence, where it cannot (nothing is written then), else null.</summary>
    /// <param name="data">What to show.</param>
    /// <param name="stream">Receives UTF-8.</param>
    /// <exception cref="ArgumentException">Arrays that belong together differ in length; the sentence names them.</exception>
    public static string? Write(ReportData data, Stream stream) => Write(Pack(data), stream);

    /// <summary>What a page is made of, as it is kept in a results folder.</summary>
    /// <exception cref="ArgumentException">Arrays that belong together differ in length; the sentence names them.</exception>
    public static ReportPack Pack(ReportData data)
    {
        ReportCheck.Require(data);
        var block = new NumberBlock();
        var json = ReportJson.Serialize(new ReportDocument(Format, ReportSummary.Of(data), Thin(data)), block);
        return new ReportPack(data.Experiment.Name, Encoding.UTF8.GetString(json), Convert.ToBase64String(block.Compress()));
    }

    /// <summary>Writes the page of what was packed; returns why not, in one sentence, where it cannot, else null.</summary>
    public static string? Write(ReportPack pack, Stream stream)
    {
        if (Unavailable is { } sentence)
            return sentence;
        var template = Template();
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var from = 0;
        for (var p = 0; p < Places.Length; p++)
        {
            var at = template.IndexOf(Places[p], from, StringComparison.Ordinal);
            if (at < 0)
                throw new InvalidOperationException($"The report's front end lacks its place {Places[p]}.");
            writer.Write(template.AsSpan(from, at - from));
            writer.Write(p switch
            {
                0 => WebUtility.HtmlEncode(pack.Title),
                1 => pack.Json,
                _ => pack.Numbers,
            });
            from = at + Places[p].Length;
        }
        writer.Write(template.AsSpan(from));
        return null;
    }

    /// <summary>What the file holds of <paramref name="data"/>: long series shortened, analyses as errors where the truth is known.</summary>
    internal static ReportData Thin(ReportData data) => data with
    {
        Methods = [.. data.Methods.Select(method => method with
        {
            Series = [.. method.Series.Select(ReportThinning.Thin)], Trajectories = [.. method.Trajectories.Select(ReportThinning.Thin)],
        })],
        Components = [.. data.Components.Select(ReportThinning.Thin)],
        Fields = [.. data.Fields.Select(WithErrors)],
        Observations = data.Observations is { } observations ? ReportThinning.Thin(observations, data.Fields) : null,
    };

    private static ReportField WithErrors(ReportField field) => field.Truth is not { } truth
        ? field
        : field with
        {
            Estimates = [.. field.Estimates.Select(estimate => estimate.Mean is not { } mean
                ? estimate
                : estimate with { Mean = null, Error = estimate.Error ?? Subtract(mean, truth) })],
        };

    private static float[][] Subtract(float[][] a, float[][] b) =>
        [.. a.Select((row, r) => row.Select((value, i) => value - b[r][i]).ToArray())];

    private static string Template()
    {
        using var stream = typeof(ReportWriter).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
