using System.Text.Json;
using System.Text.Json.Nodes;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>Adds to a trained surrogate what it errs by on the trajectories that its training held out. Nothing is trained, and only those are read.</summary>
public static class ErrorMeasurement
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Measures, and writes error.safetensors and model.json.</summary>
    /// <param name="path">model.json of a surrogate, or the folder that holds it.</param>
    /// <param name="data">The trajectories it was trained with; null for where model.json says they are, as seen from its folder.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="InputException">The surrogate or its trajectories are not there, or do not belong together.</exception>
    public static ErrorSummary Run(string path, string? data)
    {
        var parts = SurrogateFile.Read<float>(path);
        var settings = SurrogateFile.Part(parts.Root, parts.Root["settings"], "settings");
        var job = new Binder(Catalog.Kinds).Bind<TrainingJob>(settings);
        var config = ((LdnetRecipe)job.Recipe).Data with { Memory = 0 };
        if (data is not null)
            config = config with { File = Path.GetFullPath(data) };
        var random = new RandomSource(job.Seed).Fork("data");
        var trajectories = Trajectories<float>.Of(config, parts.Folder, random.Fork("simulation"));
        if (trajectories.Count != parts.Layout.Trajectories || trajectories.Times != parts.Layout.Times)
            throw new InputException($"{parts.File} is of {parts.Layout.Trajectories} trajectories of {parts.Layout.Times} times, but the data are {trajectories.Count} of {trajectories.Times}; expected those that it was trained with.");
        var heldOut = (job.Training ?? new()).Split(trajectories.Count, random.Fork("split")).HeldOut;
        if (heldOut.Length == 0)
            throw new InputException($"{parts.File}: the training held out 0 trajectories; expected 1 or more, on which the error is measured.");
        var weights = new Matrix<float>(1, parts.DynamicsWeights.Width + parts.DecoderWeights.Width);
        parts.DynamicsWeights.Values.CopyTo(weights.Values);
        parts.DecoderWeights.Values.CopyTo(weights.Values[parts.DynamicsWeights.Width..]);
        var normalized = new NormalizedTrajectories<float>(trajectories, parts.Frame, parts.Layout.Parameters);
        var error = MeasuredError<float>.Of(normalized, heldOut, new(normalized, parts.Dynamics, parts.Decoder, weights))
            ?? throw new InputException($"{parts.File}: what the surrogate makes of the held-out trajectories is not finite.");
        ErrorFile.Write(parts.Folder, error);
        var model = JsonNode.Parse(File.ReadAllText(parts.File))!.AsObject();
        model["error"] = ErrorFile.Describe(error);
        AtomicFile.WriteText(parts.File, model.ToJsonString(Indented) + "\n");
        return new(parts.Folder, error.Trajectories, error.Relative, error.InPatterns, error.Times.Min(), error.Times.Max(), error.Parameters.Length > 0);
    }
}

/// <summary>What was measured of a surrogate's own error.</summary>
/// <param name="Folder">Of the surrogate.</param>
/// <param name="Trajectories">How many were held out.</param>
/// <param name="Deviation">Of all fields, in units of their own deviation.</param>
/// <param name="InPatterns">Share of the variance that is drawn in patterns.</param>
/// <param name="LeastFactor">Of the variance, of all times.</param>
/// <param name="GreatestFactor">Of the variance, of all times.</param>
/// <param name="DependsOnParameters">Whether the parameters foretell how large errors are.</param>
public sealed record ErrorSummary(string Folder, int Trajectories, double Deviation, double InPatterns, double LeastFactor, double GreatestFactor, bool DependsOnParameters);
