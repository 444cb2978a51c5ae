using System.CommandLine;
using Sonde.Experiments.Running;

namespace Sonde.Cli;

/// <summary><c>sonde report</c>: the page of a finished run, made again.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("RESULTS") { Description = "The results folder." };
        var command = new Command("report", "Rebuilds report.html from a results folder.") { folder };
        command.SetAction(parse =>
        {
            using var progress = new TerminalProgress();
            if (ReportFile.Rebuild(parse.GetRequiredValue(folder), progress) is { } path)
                Console.Out.WriteLine(path);
            return ExitCode.Done;
        });
        return command;
    }
}
