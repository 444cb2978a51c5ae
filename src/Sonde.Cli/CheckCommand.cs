using System.CommandLine;
using System.Globalization;
using Sonde.Experiments.Running;
using Spectre.Console;

namespace Sonde.Cli;

/// <summary><c>sonde check</c>: everything that can be checked before a run.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var options = new RunOptions("EXPERIMENT.yaml", "The experiment or job.");
        var command = new Command("check", "Checks a file without running it: settings, what each method refuses, what quality control finds.");
        options.AddTo(command);
        command.SetAction((parse, cancel) =>
        {
            IReadOnlyList<CheckedPoint> points;
            using (var progress = new TerminalProgress())
                points = ExperimentRunner.Check(options.Read(parse, progress, cancel));
            Print(points);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Print(IReadOnlyList<CheckedPoint> points)
    {
        foreach (var point in points)
        {
            AnsiConsole.MarkupLine(Markup.Escape(string.Create(
                CultureInfo.InvariantCulture,
                $"{point.Name}: {point.Components} components, {point.Times} observation times, {point.Observations} observations, {point.Methods} methods: ready")));
            if (point.Fates is null)
                continue;
            var table = new Table().Border(TableBorder.Horizontal).AddColumn("observations of").AddColumn("fate").AddColumn(new TableColumn("count").RightAligned());
            foreach (var (quantity, fates) in point.Fates)
                foreach (var (fate, count) in fates)
                    table.AddRow(Markup.Escape(quantity), Markup.Escape(fate), count.ToString(CultureInfo.InvariantCulture));
            AnsiConsole.Write(table);
        }
    }
}
