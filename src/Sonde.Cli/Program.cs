using System.CommandLine;
using Sonde.Cli;
using Sonde.Experiments;

var root = new RootCommand("Sonde: data assimilation. Observations in, calibrated analysis out.")
{
    RunCommand.Create(),
    AssimilateCommand.Create(),
    SimulateCommand.Create(),
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
