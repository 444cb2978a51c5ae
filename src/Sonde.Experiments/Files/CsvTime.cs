using System.Globalization;

namespace Sonde.Experiments.Files;

/// <summary>How a column of times is to be read.</summary>
/// <param name="Column">Its name in the header.</param>
/// <param name="Origin">The moment at which the system's time is 0, ISO 8601 (UTC where it names no zone); null for the earliest time in the file.</param>
/// <param name="Unit">The unit of the system's time.</param>
/// <param name="Since">Where the column holds numbers: the moment they count from; null where they are the system's own time.</param>
/// <param name="NumbersIn">Where the column holds numbers counted from <paramref name="Since"/>: their unit.</param>
public sealed record CsvTime(string Column = "time", string? Origin = null, CsvTimeUnit Unit = CsvTimeUnit.Hours, string? Since = null, CsvTimeUnit NumbersIn = CsvTimeUnit.Hours)
{
    private static readonly string[] Formats =
    [
        .. from separator in new[] { "'T'", "' '" }
           from clock in new[] { "HH:mm:ss.FFFFFFFK", "HH:mm:ssK", "HH:mmK", "HHK" }
           select $"yyyy-MM-dd{separator}{clock}",
        "yyyy-MM-ddK", "yyyyMMdd'T'HHmmssK", "yyyyMMdd'T'HHmmK",
    ];

    /// <summary>Reads a moment such as 1995-03-18T06:00:00Z; without a zone it is UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    /// <summary>A moment of a configuration; null where there is none.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="what">What it is for, as in a sentence.</param>
    /// <param name="path">The file it is meant for.</param>
    /// <exception cref="InputException">It is not ISO 8601.</exception>
    internal static DateTimeOffset? Moment(string? text, string what, string path) => text is null ? null
        : TryParse(text, out var moment) ? moment
        : throw new InputException($"{path}: the {what} is '{text}'; expected a moment such as 1995-03-18T06:00:00Z.");

    /// <summary>Writes a moment as ISO 8601, without the part of a second that is 0.</summary>
    public static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>A unit as a stretch of time.</summary>
    public static TimeSpan Span(CsvTimeUnit unit) => unit switch
    {
        CsvTimeUnit.Seconds => TimeSpan.FromSeconds(1),
        CsvTimeUnit.Minutes => TimeSpan.FromMinutes(1),
        CsvTimeUnit.Hours => TimeSpan.FromHours(1),
        CsvTimeUnit.Days => TimeSpan.FromDays(1),
        _ => throw new InvalidOperationException($"No unit {unit}."),
    };
}
