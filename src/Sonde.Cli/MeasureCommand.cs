using System.CommandLine;
using Sonde.Experiments.Training;

namespace Sonde.Cli;

/// <summary><c>sonde measure</c>: a trained surrogate's own error.</summary>
internal static class MeasureCommand
{
    public static Command Create()
    {
        var surrogate = new Argument<string>("SURROGATE") { Description = "The folder of a surrogate that was trained with kind ldnet; what is measured is written there." };
        var data = new Option<string?>("--data") { Description = "The trajectories it was trained with; where its model.json says they are if absent.", HelpName = "FILE" };
        var command = new Command("measure", "Measures what a trained surrogate errs by on the trajectories that its training held out, and adds that to it.") { surrogate, data };
        command.SetAction(parse =>
        {
            var measured = ErrorMeasurement.Run(parse.GetRequiredValue(surrogate), parse.GetValue(data));
            Console.Out.WriteLine(FormattableString.Invariant(
                $"{measured.Trajectories} held-out trajectories: error {measured.Deviation:0.####} of the fields' deviation, its variance {measured.LeastFactor:0.##} to {measured.GreatestFactor:0.##} times the mean over time, {(measured.DependsOnParameters ? "following" : "not following")} the parameters; {100 * measured.InPatterns:0} % in patterns"));
            Console.Out.WriteLine(Path.Combine(measured.Folder, "error.safetensors"));
            return ExitCode.Done;
        });
        return command;
    }
}
