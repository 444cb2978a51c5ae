using System.Numerics;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>The file that a stopped training continues from, to the same bits.</summary>
/// <param name="path">The file.</param>
public sealed class TrainingCheckpoint(string path)
{
    /// <summary>Replaces the file, whole or not at all.</summary>
    /// <param name="state">Where training stands.</param>
    /// <param name="optimizer">What it is trained with.</param>
    public void Save<T>(TrainingState<T> state, IOptimizer optimizer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Save(state, optimizer.GetType().Name);
    }

    /// <summary>Replaces the file, whole or not at all.</summary>
    /// <param name="state">Where training stands.</param>
    /// <param name="rule">The name of what it is trained with.</param>
    /// <param name="seconds">How long it has lasted.</param>
    public void Save<T>(TrainingState<T> state, string rule, double seconds = 0) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        var file = new Checkpoint();
        file.Set("optimizer", rule);
        file.Set("step", state.Step);
        file.Set("seconds", seconds);
        file.Set("losses", [.. state.Losses]);
        Set(file, "weights", state.Weights);
        Set(file, "averaged", state.Averaged);
        Set(file, "memory", state.Memory);
        Set(file, "best", state.Best);
        file.Set("heldOutLosses", [.. state.HeldOutLosses]);
        file.Write(path);
    }

    /// <summary>Where training stood; null where nothing was ever saved.</summary>
    /// <param name="layer">The network.</param>
    /// <param name="optimizer">What it is trained with.</param>
    /// <exception cref="InputException">The file is damaged, or of another network, optimizer or precision.</exception>
    public TrainingState<T>? Load<T>(ILayer<T> layer, IOptimizer optimizer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(optimizer);
        return Load<T>(layer.WeightCount, optimizer.GetType().Name);
    }

    /// <summary>Where training stood; null where nothing was ever saved.</summary>
    /// <param name="count">How many weights there are.</param>
    /// <param name="rule">The name of what they are trained with.</param>
    /// <exception cref="InputException">The file is damaged, or of another network, optimizer or precision.</exception>
    public TrainingState<T>? Load<T>(int count, string rule) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!File.Exists(path))
            return null;
        var file = Checkpoint.Read(path);
        if (file.Text("optimizer") is var found && found != rule)
            throw new InputException($"{path} is of a training by {found}; expected {rule}.");
        var weights = Get<T>(file, "weights");
        if (weights.Width != count)
            throw new InputException($"{path} is of a network of {weights.Width} weights; expected {count}.");
        var heldOutLosses = file.Matrix("heldOutLosses").Values;
        return new(
            weights, Get<T>(file, "averaged"), Get<T>(file, "memory"), file.Matrix("losses").Values, file.WholeNumber("step"),
            heldOutLosses.Length > 0 ? Get<T>(file, "best") : null, heldOutLosses);
    }

    /// <summary>How long the training had lasted when it was saved; 0 where it never was.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public double Seconds() => File.Exists(path) ? Checkpoint.Read(path).Number("seconds") : 0;

    private static void Set<T>(Checkpoint file, string name, Matrix<T> value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (value)
        {
            case Matrix<double> doubles: file.Set(name, doubles); break;
            case Matrix<float> floats: file.Set(name, floats); break;
            default: throw new ArgumentException($"Trainings in float or double are saved, not in {typeof(T).Name}.", nameof(value));
        }
    }

    private static Matrix<T> Get<T>(Checkpoint file, string name) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (Matrix<T>)(object)(typeof(T) == typeof(float) ? file.FloatMatrix(name) : file.Matrix(name));
}
