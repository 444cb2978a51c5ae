using System.Diagnostics.CodeAnalysis;
using Sonde.Experiments.Files;

namespace Sonde.Experiments.Training;

/// <summary>A file for <c>sonde train</c>: a stable contract. The keys of the recipe stand beside these.</summary>
/// <param name="Name">Names the results folder.</param>
/// <param name="Recipe">What is trained, on what.</param>
/// <param name="Training">How.</param>
/// <param name="Seed">All randomness follows from it.</param>
/// <param name="Description">A sentence about it.</param>
/// <param name="Precision">Of the network's numbers.</param>
/// <param name="Start">A safetensors file with the weights to begin from, such as PyTorch's; drawn at random where absent.</param>
/// <param name="Storage">With how many digits the weights, and what belongs to them, are written: <c>half</c> for a small file.</param>
public sealed record TrainingJob(
    string Name, IRecipe Recipe, TrainingConfig? Training = null, long Seed = 0, string? Description = null, Precision Precision = Precision.Single, string? Start = null,
    Storage Storage = Storage.Full);

/// <summary>How many digits numbers have.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "These are the names of the precisions.")]
public enum Precision
{
    /// <summary>32 bits: 7 digits.</summary>
    Single,

    /// <summary>64 bits: 16 digits.</summary>
    Double,
}
