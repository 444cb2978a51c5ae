using System.Diagnostics;
using Sonde.Experiments.Running;
using Spectre.Console;

namespace Sonde.Cli;

/// <summary>
/// Progress on standard error: live bars on a terminal; elsewhere one line when a piece of work ends and one every ten seconds.
/// </summary>
internal sealed class TerminalProgress : IRunProgress, IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Total, Stopwatch Clock, ProgressTask? Bar)> pieces = [];
    private readonly IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly TaskCompletionSource finished = new();
    private readonly Stopwatch sinceLine = Stopwatch.StartNew();
    private ProgressContext? bars;
    private Task? drawing;

    public TerminalProgress()
    {
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi)
            return;
        var ready = new TaskCompletionSource();
        drawing = Task.Run(() => console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                bars = context;
                ready.SetResult();
                await finished.Task;
            }));
        ready.Task.Wait();
    }

    public void Begin(string label, long total)
    {
        lock (gate)
            pieces[label] = (total, Stopwatch.StartNew(), bars?.AddTask(Markup.Escape(label), maxValue: Math.Max(1, total)));
    }

    public void Advance(string label, long done, string? detail = null)
    {
        lock (gate)
        {
            if (!pieces.TryGetValue(label, out var piece))
                return;
            if (piece.Bar is not null)
            {
                piece.Bar.Value = done;
                if (detail is not null)
                    piece.Bar.Description = Markup.Escape($"{label}: {detail}");
            }
            else if (sinceLine.Elapsed.TotalSeconds >= 10 && done > 0)
            {
                sinceLine.Restart();
                var left = piece.Clock.Elapsed * ((double)(piece.Total - done) / done);
                Console.Error.WriteLine($"  {label}: {done} of {piece.Total}{(detail is null ? "" : $", {detail}")}, about {Duration(left)} left");
            }
        }
    }

    public void End(string label, string outcome)
    {
        lock (gate)
        {
            if (!pieces.Remove(label, out var piece))
                return;
            if (piece.Bar is not null)
            {
                piece.Bar.Value = piece.Bar.MaxValue;
                piece.Bar.StopTask();
            }
            else
            {
                Console.Error.WriteLine($"  {label}: {outcome} in {Duration(piece.Clock.Elapsed)}");
            }
        }
    }

    public void Note(string line)
    {
        lock (gate)
        {
            if (bars is null)
                Console.Error.WriteLine(line);
            else
                console.MarkupLine(Markup.Escape(line));
        }
    }

    public void Dispose()
    {
        finished.TrySetResult();
        drawing?.Wait();
        drawing = null;
    }

    internal static string Duration(TimeSpan time) =>
        time.TotalSeconds < 1 ? $"{time.TotalMilliseconds:0} ms"
        : time.TotalSeconds < 100 ? $"{time.TotalSeconds:0.0} s"
        : time.TotalMinutes < 100 ? $"{time.TotalMinutes:0} min"
        : $"{time.TotalHours:0.0} h";
}
