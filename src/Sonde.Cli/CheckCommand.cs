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
            var passed = true;
            foreach (var point in ExperimentRunner.Check(options.ReadInput(parse)))
            {
                Print(point, Terminal.Output);
                passed &= point.Derivatives.All(derivative => derivative.Test.Passed);
            }
            return passed ? ExitCode.Done : ExitCode.Bug;
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
        PrintDerivatives(point.Derivatives, console);
        console.MarkupLine(point.Derivatives.All(derivative => derivative.Test.Passed) ? "ready to run" : "a derivative is wrong: methods that use it will not converge");
    }

    private static void PrintDerivatives(IReadOnlyList<CheckedDerivative> derivatives, IAnsiConsole console)
    {
        if (derivatives.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple).AddColumn("derivatives of");
        foreach (var heading in new[] { "tangent error", "order", "adjoint error", "gradient error", "" })
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var (what, test) in derivatives)
            table.AddRow(Markup.Escape(what), Error(test.TangentError), double.IsInfinity(test.TangentOrder) ? "linear" : test.TangentOrder.ToString("0.0", CultureInfo.InvariantCulture),
                Error(test.AdjointError), Error(test.GradientError), test.Passed ? "passed" : "[red]failed[/]");
        console.Write(table);

        static string Error(double value) => value.ToString("0e0", CultureInfo.InvariantCulture);
    }
}
