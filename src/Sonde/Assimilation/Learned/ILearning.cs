using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Learned;

/// <summary>One training of a learned method: whoever runs it keeps the weights, saves them between steps, and stops when it likes.</summary>
public interface ILearning
{
    /// <summary>What is trained.</summary>
    ILayer<float> Network { get; }

    /// <summary>One after the other, each from the weights that the one before left.</summary>
    IReadOnlyList<LearningStage> Stages { get; }

    /// <summary>What is learned once the weights are: statistics of the training data, and a calibration where there is one.</summary>
    /// <param name="weights">[1, n], from the last stage.</param>
    /// <param name="workers">How many threads may work; nothing depends on it.</param>
    LearnedState Finish(Matrix<float> weights, Workers workers);

    /// <summary>What was learned elsewhere, with what the method needs beyond it and can find without a training; the same where nothing is lacking.</summary>
    /// <param name="learned">By a training of other settings, perhaps.</param>
    /// <param name="workers">How many threads may work; nothing depends on it.</param>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    LearnedState Complete(LearnedState learned, Workers workers) => learned;
}

/// <summary>A part of a training with a loss and a rule of its own.</summary>
/// <param name="Name">A word for progress and logs.</param>
/// <param name="Trainer">How.</param>
/// <param name="Samples">How many samples an epoch has.</param>
/// <param name="Loss">What is made small.</param>
/// <param name="HeldOut">Samples that it is judged by after each epoch; none where there are none.</param>
/// <param name="HeldOutLoss">By which; null for <paramref name="Loss"/>.</param>
public sealed record LearningStage(
    string Name, Trainer Trainer, int Samples, SampleLoss<float> Loss, ReadOnlyMemory<int> HeldOut = default, SampleLoss<float>? HeldOutLoss = null)
{
    /// <summary>What is learned from, and what it is judged by.</summary>
    public TrainingData<float> Data => new(SampleSplit.All(Samples), Loss, HeldOut, HeldOutLoss);
}

/// <summary>Everything a learned method has learned.</summary>
/// <param name="Weights">Of its network, [1, n].</param>
/// <param name="Statistics">Other arrays by name, such as means and standard deviations.</param>
public sealed record LearnedState(Matrix<float> Weights, IReadOnlyDictionary<string, Matrix<double>> Statistics);
