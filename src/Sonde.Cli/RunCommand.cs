using System.CommandLine;
using Sonde.Experiments.Running;

namespace Sonde.Cli;

/// <summary><c>sonde run</c>: a twin experiment or a comparison.</summary>
internal static class RunCommand
{
    public static Command Create() => Create(
        "run", "Runs an experiment: simulates a truth and its observations, runs every method, scores them.", "EXPERIMENT.yaml", ExperimentRunner.Run);

    internal static Command Create(string name, string description, string argument, Func<RunRequest, RunOutcome> run)
    {
        var options = new RunOptions(argument, "The experiment.");
        var command = new Command(name, description);
        options.AddTo(command);
        command.SetAction((parse, cancel) => Task.FromResult(Execute(options, parse, run, cancel)));
        return command;
    }

    private static int Execute(RunOptions options, ParseResult parse, Func<RunRequest, RunOutcome> run, CancellationToken cancel)
    {
        RunOutcome outcome;
        using (var progress = new TerminalProgress())
            outcome = run(options.Read(parse, progress, cancel));
        if (options.Json(parse))
        {
            Console.Out.Write(File.ReadAllText(outcome.SummaryFile));
            ScoreTable.Print(outcome, Terminal.Error);
        }
        else
        {
            ScoreTable.Print(outcome, Terminal.Output);
        }
        return outcome.AnyDiverged ? ExitCode.Diverged : ExitCode.Done;
    }
}
