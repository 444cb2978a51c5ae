using Sonde.Experiments.Running;
using Sonde.Experiments.Training;

namespace Sonde.Tests.Experiments;

/// <summary>A folder with a surrogate of Lorenz-96 from one state under forcings from 7 to 9, trained for a second.</summary>
public sealed class TrainedLorenz : IDisposable
{
    internal const string System = "kind: lorenz96, size: 8, estimate: [{ name: forcing, least: 7, greatest: 9 }]";
    internal const string Start = "kind: prior, mean: [3, -1, 2, 5, 0, 1, 4, 2, 8], sd: [0, 0, 0, 0, 0, 0, 0, 0, 0]";

    private const string Recipe = $$"""
        name: lorenz
        seed: 1
        kind: ldnet
        precision: double
        data:
          system: { {{System}} }
          time: { step: 0.05, until: 1, every: 0.1 }
          trajectories: 24
          background: { {{Start}} }
        latent: { states: 4, step: 0.2, network: { kind: mlp, hidden: [16, 16], activation: tanh } }
        decoder: { kind: separable, modes: 7, network: { kind: mlp, hidden: [24], activation: tanh } }
        training: { rate: 0.01, schedule: cosine, epochs: 400, batch: 10, validation: 0.2 }
        refinement: { epochs: 0, polish: 100 }
        """;

    public TrainedLorenz()
    {
        Folder.Write("lorenz.yaml", Recipe);
        Error = TrainingRunner.Run(new RunRequest(Folder.File("lorenz.yaml")) { Out = Folder.File("lorenz") }).Summary.Scores["all fields"]["relativeRmse"];
    }

    internal RunFolder Folder { get; } = new();

    /// <summary>Of held-out trajectories, in units of the fields' deviation.</summary>
    internal double Error { get; }

    public void Dispose() => Folder.Dispose();
}
