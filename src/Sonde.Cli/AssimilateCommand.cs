using System.CommandLine;
using Sonde.Experiments.Running;

namespace Sonde.Cli;

/// <summary><c>sonde assimilate</c>: a model and the user's own observations.</summary>
internal static class AssimilateCommand
{
    public static Command Create() => RunCommand.Create(
        "assimilate", "Assimilates your observation files into a model: analysis ensemble, error bars, report.", "JOB.yaml", ExperimentRunner.Assimilate);
}
