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
        var command = new Command("check", "Checks a file without running it: settings, what methods refuse, what quality control finds, one forecast, memory.");
        options.AddInputTo(command);
        command.SetAction(parse =>
        {
            foreach (var point in ExperimentRunner.Check(options.ReadInput(parse)))
                Print(point, Terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(CheckedPoint point, IAnsiConsole console)
    {
        var findings = new Table().Border(TableBorder.Simple).AddColumn("checked").AddColumn("found");
        foreach (var (what, found) in point.Findings)
            findings.AddRow(Markup.Escape(what), Markup.Escape(found));
        var fates = new Table().Border(TableBorder.Simple).AddColumn("observations of").AddColumn("fate").AddColumn(new TableColumn("count").RightAligned());
        foreach (var (quantity, counts) in point.Fates)
            foreach (var (fate, count) in counts)
                fates.AddRow(Markup.Escape(quantity), Markup.Escape(fate), count.ToString(CultureInfo.InvariantCulture));
        console.MarkupLine($"[bold]{Markup.Escape(point.Name)}[/]");
        console.Write(findings);
        console.Write(fates);
        console.MarkupLine("ready to run");
    }
}
