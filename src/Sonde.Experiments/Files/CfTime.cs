using System.Globalization;

namespace Sonde.Experiments.Files;

/// <summary>What the units of a time variable say, by the CF conventions (section 4.4): "hours since 1995-03-18 00:00".</summary>
/// <param name="Since">The moment the numbers count from.</param>
/// <param name="Unit">Ticks of 100 ns in one of them.</param>
internal sealed record CfTime(DateTimeOffset Since, double Unit)
{
    private static readonly string[] Calendars = ["standard", "gregorian", "proleptic_gregorian"];

    /// <summary>Null where the units name no moment, so that the numbers are the system's own time.</summary>
    /// <exception cref="InputException">The moment, the unit or the calendar cannot be understood.</exception>
    public static CfTime? Of(string path, VariableSchema variable)
    {
        var units = variable.Attributes.Text("units");
        var at = units?.IndexOf(" since ", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0)
            return null;
        var (unit, moment) = (units![..at].Trim(), units[(at + " since ".Length)..].Trim());
        if (UnitOf(unit) is not { } span)
            throw new InputException($"{path}: variable '{variable.Name}' counts '{unit}'; expected days, hours, minutes, seconds or parts of a second.");
        if (variable.Attributes.Text("calendar") is { } calendar && !Calendars.Contains(calendar, StringComparer.OrdinalIgnoreCase))
            throw new InputException($"{path}: variable '{variable.Name}' has the calendar '{calendar}'; expected {string.Join(", ", Calendars)}.");
        return MomentOf(moment) is { } since
            ? new CfTime(since, span)
            : throw new InputException($"{path}: variable '{variable.Name}' counts since '{moment}'; expected a moment such as 1995-03-18 06:00:00.");
    }

    private static double? UnitOf(string unit) => unit.ToLowerInvariant() switch
    {
        "days" or "day" or "d" => TimeSpan.TicksPerDay,
        "hours" or "hour" or "hrs" or "hr" or "h" => TimeSpan.TicksPerHour,
        "minutes" or "minute" or "mins" or "min" => TimeSpan.TicksPerMinute,
        "seconds" or "second" or "secs" or "sec" or "s" => TimeSpan.TicksPerSecond,
        "milliseconds" or "millisecond" or "msec" or "ms" => TimeSpan.TicksPerMillisecond,
        "microseconds" or "microsecond" => TimeSpan.TicksPerMicrosecond,
        "nanoseconds" or "nanosecond" => 0.01,
        _ => null,
    };

    private static DateTimeOffset? MomentOf(string text)
    {
        if (text.EndsWith("UTC", StringComparison.OrdinalIgnoreCase) || text.EndsWith("GMT", StringComparison.OrdinalIgnoreCase))
            text = text[..^3].TrimEnd();
        return CsvTime.TryParse(text, out var moment)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment)
            ? moment
            : null;
    }
}
