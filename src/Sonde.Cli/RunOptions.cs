using System.CommandLine;
using Sonde.Experiments;
using Sonde.Experiments.Running;

namespace Sonde.Cli;

/// <summary>The argument and the options that every command that runs something takes.</summary>
internal sealed class RunOptions
{
    private readonly Argument<string> file;
    private readonly Option<string?> output = new("--out", "-o") { Description = "Results folder (default: results/NAME).", HelpName = "DIR" };
    private readonly Option<long?> seed = new("--seed") { Description = "Replaces the file's seed.", HelpName = "N" };
    private readonly Option<int> threads = new("--threads", "-t")
    {
        Description = "Threads that may work; results have the same bits on any number.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<bool> resume = new("--resume") { Description = "Continues a run that was stopped." };
    private readonly Option<string[]> set = new("--set")
    {
        Description = "Overrides a key of the file, such as --set time.cycles=100 or --set methods[0].inflation=1.04.", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> json = new("--json") { Description = "Prints summary.json on standard output and everything else on standard error." };

    public RunOptions(string name, string description) => file = new Argument<string>(name) { Description = description };

    public void AddTo(Command command)
    {
        command.Add(file);
        foreach (var option in new Option[] { output, seed, threads, resume, set, json })
            command.Add(option);
    }

    /// <summary>The file and what changes it, for a command that writes nothing.</summary>
    public void AddInputTo(Command command)
    {
        command.Add(file);
        command.Add(seed);
        command.Add(set);
    }

    public RunRequest ReadInput(ParseResult parse) => new(parse.GetRequiredValue(file)) { Seed = parse.GetValue(seed), Set = parse.GetValue(set) ?? [] };

    public bool Json(ParseResult parse) => parse.GetValue(json);

    public RunRequest Read(ParseResult parse, IRunProgress progress, CancellationToken cancel)
    {
        var count = parse.GetValue(threads);
        if (count is < 1 or > 1024)
            throw new InputException($"--threads is {count}; expected a whole number from 1 to 1024.");
        return new RunRequest(parse.GetRequiredValue(file))
        {
            Out = parse.GetValue(output),
            Seed = parse.GetValue(seed),
            Threads = count,
            Resume = parse.GetValue(resume),
            Set = parse.GetValue(set) ?? [],
            Progress = progress,
            Cancel = cancel,
        };
    }
}
