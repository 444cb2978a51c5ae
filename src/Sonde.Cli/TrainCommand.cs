using System.CommandLine;
using System.Globalization;
using Sonde.Experiments.Training;
using Spectre.Console;

namespace Sonde.Cli;

/// <summary><c>sonde train</c>: networks from data.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var options = new RunOptions("MODEL.yaml", "What is trained, on what, how.");
        var command = new Command("train", "Trains networks: weights as safetensors, what goes with them as JSON, losses, errors on held-out data.");
        options.AddTo(command);
        command.SetAction((parse, cancel) => Task.FromResult(Execute(options, parse, cancel)));
        return command;
    }

    private static int Execute(RunOptions options, ParseResult parse, CancellationToken cancel)
    {
        TrainingOutcome outcome;
        using (var progress = new TerminalProgress())
            outcome = TrainingRunner.Run(options.Read(parse, progress, cancel));
        if (options.Json(parse))
            Console.Out.Write(File.ReadAllText(outcome.SummaryFile));
        Print(outcome, options.Json(parse) ? Terminal.Error : Terminal.Output);
        if (outcome.Failure is null)
            return ExitCode.Done;
        Console.Error.WriteLine($"sonde: {outcome.Failure}");
        return ExitCode.Diverged;
    }

    private static void Print(TrainingOutcome outcome, IAnsiConsole console)
    {
        var summary = outcome.Summary;
        console.MarkupLine($"[bold]{Markup.Escape(summary.Training)}: {summary.Weights} weights, seed {summary.Seed}[/]");
        var stages = new Table().Border(TableBorder.Horizontal).AddColumn("stage");
        foreach (var title in new[] { "samples", "held out", "epochs", "loss", "held-out loss", "best epoch", "sec" })
            stages.AddColumn(new TableColumn(title).RightAligned());
        foreach (var stage in summary.Stages)
            stages.AddRow(
                Markup.Escape($"{stage.Name}: {stage.Ended.Replace('-', ' ')}"), Whole(stage.Samples), Whole(stage.HeldOut), Whole(stage.Epochs), Number(stage.Loss),
                Number(stage.HeldOutLoss), stage.BestEpoch is { } best ? Whole(best) : "-", stage.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
        console.Write(stages);
        string[] keys = [.. summary.Scores.Values.SelectMany(scores => scores.Keys).Distinct()];
        if (keys.Length > 0)
        {
            var scores = new Table().Border(TableBorder.Horizontal).AddColumn("of");
            foreach (var key in keys)
                scores.AddColumn(new TableColumn(Markup.Escape(key)).RightAligned());
            foreach (var (of, values) in summary.Scores)
                scores.AddRow([Markup.Escape(of), .. keys.Select(key => Number(values.GetValueOrDefault(key, double.NaN)))]);
            console.Write(scores);
        }
        console.WriteWhole(Path.Combine(outcome.Folder, "model.json"));
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double number) =>
        !double.IsFinite(number) ? "-" : number.ToString(Math.Abs(number) is >= 0.01 and < 1e5 ? "0.####" : "0.00e0", CultureInfo.InvariantCulture);
}
