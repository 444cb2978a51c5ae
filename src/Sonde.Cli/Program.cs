using System.CommandLine;
using System.CommandLine.Help;
using Sonde.Cli;
using Sonde.Experiments;

// no RootCommand: its help would name the program after its file, sonde-cli
var root = new Command("sonde", "Sonde: data assimilation. Observations in, calibrated analysis out.")
{
    new HelpOption { Recursive = true },
    new VersionOption(),
    RunCommand.Create(),
    AssimilateCommand.Create(),
    SimulateCommand.Create(),
    TrainCommand.Create(),
    MeasureCommand.Create(),
    CheckCommand.Create(),
    ReportCommand.Create(),
    NewCommand.Create(),
};

var parse = root.Parse(args);
if (parse.Errors.Count > 0)
{
    foreach (var error in parse.Errors)
        Console.Error.WriteLine($"sonde: {error.Message} See 'sonde --help'.");
    return ExitCode.BadInput;
}

try
{
    return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InputException e)
{
    foreach (var sentence in e.Sentences)
        Console.Error.WriteLine($"sonde: {sentence}");
    return ExitCode.BadInput;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("sonde: stopped; run the same command with --resume to go on.");
    return ExitCode.Stopped;
}
