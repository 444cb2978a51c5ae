using System.Globalization;

namespace Sonde.Experiments.Files;

/// <summary>Turns a column of moments or numbers into the system's time.</summary>
internal sealed class CsvClock
{
    private readonly CsvTable table;
    private readonly CsvTime layout;
    private readonly int column;
    private readonly double unitTicks;
    private readonly DateTimeOffset? stated;
    private readonly DateTimeOffset? since;
    private DateTimeOffset? first;          // where no origin is stated: the first moment, until the earliest is known
    private double earliest = double.PositiveInfinity;
    private bool? moments;                  // what the first line holds
    private string last = "";
    private double lastTime;

    /// <summary>Finds the column.</summary>
    public CsvClock(CsvTable table, CsvTime layout)
    {
        (this.table, this.layout, column) = (table, layout, table.Column(layout.Column));
        unitTicks = CsvTime.Span(layout.Unit).Ticks;
        (stated, since) = (CsvTime.Moment(layout.Origin, "origin of time", table.Path), CsvTime.Moment(layout.Since, "moment that times count from", table.Path));
        if (since is not null && stated is null)
            throw new InputException($"{table.Path}: times count from {layout.Since}; expected an origin too, the moment at which the system's time is 0.");
    }

    /// <summary>The moment at which time is 0; null where times are plain numbers. Complete after the last line.</summary>
    public DateTimeOffset? Origin => stated ?? first?.AddTicks((long)Math.Round(earliest * unitTicks));

    /// <summary>Added to every time that <see cref="Read"/> gave, once the last line is read.</summary>
    public double Shift => stated is null && first is not null ? -earliest : 0;

    /// <summary>The time of the current line, before <see cref="Shift"/>.</summary>
    public double Read()
    {
        var cell = table[column];
        if (cell != last || moments is null)
        {
            lastTime = Parse(cell);
            last = cell;
            earliest = Math.Min(earliest, lastTime);
        }
        return lastTime;
    }

    /// <summary>The sentence about the time of the current line that is not what was expected.</summary>
    public InputException Wrong(string expected) => table.Wrong(column, expected);

    private double Parse(string cell)
    {
        var isMoment = CsvTime.TryParse(cell, out var moment);
        var number = 0.0;
        if (!isMoment && !(double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number)))
            throw Wrong(moments == false ? "a number, as in the lines before" : "a time such as 1995-03-18T06:00:00Z, or a number");
        moments ??= isMoment;
        if (moments != isMoment)
            throw Wrong(isMoment ? "a number, as in the lines before" : "a time such as 1995-03-18T06:00:00Z, as in the lines before");
        if (isMoment)
            return (moment - (stated ?? (first ??= moment))).Ticks / unitTicks;
        return since is { } zero
            ? ((zero - stated!.Value).Ticks + number * CsvTime.Span(layout.NumbersIn).Ticks) / unitTicks
            : number;
    }
}
