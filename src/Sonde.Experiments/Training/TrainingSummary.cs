using System.Text.Json.Serialization;
using Sonde.Experiments.Running;

namespace Sonde.Experiments.Training;

/// <summary>What summary.json of a training holds: a stable contract.</summary>
/// <param name="Training">The training's name.</param>
/// <param name="Kind">Its recipe.</param>
/// <param name="Seed">The seed that was used.</param>
/// <param name="Weights">How many numbers were trained.</param>
/// <param name="Stages">One entry a stage, and one where it was polished.</param>
/// <param name="Scores">In the units of the data: by quantity, then by score.</param>
public sealed record TrainingSummary(
    string Training, string Kind, long Seed, int Weights, IReadOnlyList<StageSummary> Stages,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Scores);

/// <summary>How one stage went.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Samples">How many were learned from.</param>
/// <param name="HeldOut">How many judged it.</param>
/// <param name="Ended">finished, out-of-patience or not-finite.</param>
/// <param name="Epochs">How many were made; rounds of a polish.</param>
/// <param name="Loss">Mean loss of the last epoch.</param>
/// <param name="HeldOutLoss">The least of all epochs: that of the weights which were kept.</param>
/// <param name="BestEpoch">After which epoch it was least, from 1; 0 for the beginning of a polish, null where nothing was held out.</param>
/// <param name="Seconds">Over all sessions, where it was resumed.</param>
public sealed record StageSummary(
    string Name, int Samples, int HeldOut, string Ended, int Epochs, double Loss, double HeldOutLoss, int? BestEpoch, double Seconds);

/// <summary>What a training leaves behind.</summary>
/// <param name="Folder">The results folder.</param>
/// <param name="Summary">How it went.</param>
/// <param name="SummaryFile">The file that holds it.</param>
/// <param name="Failure">Why no more could be learned; null where all went well.</param>
public sealed record TrainingOutcome(string Folder, TrainingSummary Summary, string SummaryFile, string? Failure);

/// <summary>Trainings as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(NanAsNull)])]
[JsonSerializable(typeof(TrainingSummary))]
internal sealed partial class TrainingJson : JsonSerializerContext;
