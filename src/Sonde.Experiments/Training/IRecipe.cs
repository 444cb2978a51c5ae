using System.Numerics;
using System.Text.Json.Nodes;
using Sonde.Experiments.Files;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>What <c>kind:</c> of a training stands for: a network, what it learns from, what is made small, what is written.</summary>
public interface IRecipe
{
    /// <summary>Reads the data and builds the networks: whatever can be refused is refused here.</summary>
    /// <param name="context">Where files are, and how the user wants to train.</param>
    /// <exception cref="InputException">The data or a network do not fit.</exception>
    ITrainable<T> Prepare<T>(RecipeContext context) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>What a recipe is given.</summary>
/// <param name="Folder">Where relative file names begin.</param>
/// <param name="Training">How the user wants to train.</param>
/// <param name="Random">Randomness of the data: the split, noise that is drawn once.</param>
/// <param name="Storage">With how many digits numbers will be written.</param>
public sealed record RecipeContext(string Folder, TrainingConfig Training, RandomSource Random, Storage Storage = Storage.Full);

/// <summary>Something that is ready to be trained.</summary>
public interface ITrainable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The networks, whose weights lie in this order in one vector.</summary>
    IReadOnlyList<NamedNetwork<T>> Networks { get; }

    /// <summary>What is done, one after the other: each goes on from the best weights of the one before.</summary>
    IReadOnlyList<TrainingStage<T>> Stages { get; }

    /// <summary>What a user of the networks must know besides their weights, such as normalization: goes into model.json.</summary>
    JsonObject Describe();

    /// <summary>How good the weights are, in the units of the data: names of quantities, then of scores.</summary>
    /// <param name="weights">[1, n].</param>
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Score(Matrix<T> weights);

    /// <summary>Writes what else there is to write.</summary>
    /// <param name="folder">The results folder.</param>
    /// <param name="weights">[1, n].</param>
    void Write(string folder, Matrix<T> weights);
}

/// <summary>A network among those that are trained together.</summary>
/// <param name="Name">Before the names of its arrays in the file, with a dot; empty for the only network.</param>
/// <param name="Layer">The network.</param>
public sealed record NamedNetwork<T>(string Name, ILayer<T> Layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the names of its arrays begin with.</summary>
    public string Prefix => Name.Length == 0 ? "" : Name + ".";
}

/// <summary>A part of a training.</summary>
/// <param name="Name">Unique among the stages.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Data">What it learns from and is judged by.</param>
public sealed record TrainingStage<T>(string Name, TrainingConfig Training, TrainingData<T> Data) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
