using System.CommandLine;
using Sonde.Experiments.Running;

namespace Sonde.Cli;

/// <summary><c>sonde simulate</c>: trajectories of a system.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var options = new RunOptions("SYSTEM.yaml", "The system, its times, how many trajectories.");
        var command = new Command("simulate", "Writes trajectories of a built-in system as Zarr or NetCDF.");
        options.AddTo(command);
        command.SetAction((parse, cancel) =>
        {
            string file;
            using (var progress = new TerminalProgress())
                file = SimulationRunner.Run(options.Read(parse, progress, cancel));
            Console.Out.WriteLine(file);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
