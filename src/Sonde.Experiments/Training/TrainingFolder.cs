using System.Globalization;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Training;

/// <summary>The results folder of a training.</summary>
internal sealed class TrainingFolder
{
    private static readonly string[] Files = ["summary.json", "model.json", "model.safetensors", "modes.safetensors", "error.safetensors", "losses.csv", "predictions.csv", "training.yaml"];

    /// <summary>Makes the folder, or, to resume, makes sure that it belongs to the same training.</summary>
    /// <exception cref="InputException">The folder cannot be made, or holds another training.</exception>
    public TrainingFolder(string path, ConfigNode resolved, bool resume)
    {
        Path = path;
        var (file, text) = (At("training.yaml"), YamlFile.Write(resolved));
        try
        {
            if (resume && File.Exists(file))
            {
                if (File.ReadAllText(file) != text)
                    throw new InputException($"{file} is not the training to resume: settings differ; run without --resume, or into another folder with --out.");
                return;
            }
            foreach (var old in Files)
                if (Directory.Exists(path))
                    File.Delete(At(old));
            if (Directory.Exists(At("checkpoint")))
                Directory.Delete(At("checkpoint"), recursive: true);
            AtomicFile.WriteText(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The results folder {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>A file in it.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Where a phase is saved while it runs, and after it.</summary>
    public TrainingCheckpoint Checkpoint(string phase) => new(System.IO.Path.Combine(At("checkpoint"), $"{Uri.EscapeDataString(phase)}.checkpoint"));

    /// <summary>The losses of all epochs as a table.</summary>
    public void WriteLosses(IReadOnlyList<PhaseResult> phases) => AtomicFile.WriteText(At("losses.csv"), writer =>
    {
        writer.WriteLine("stage,epoch,loss,heldOutLoss");
        foreach (var phase in phases)
            for (var epoch = phase.FirstEpoch; epoch <= phase.Losses.Count; epoch++)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{phase.Name},{epoch},{(epoch == 0 ? "" : Text(phase.Losses[epoch - 1]))},{HeldOut(phase, epoch)}"));
    });

    private static string HeldOut(PhaseResult phase, int epoch) =>
        epoch - phase.FirstEpoch < phase.HeldOutLosses.Count ? Text(phase.HeldOutLosses[epoch - phase.FirstEpoch]) : "";

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
