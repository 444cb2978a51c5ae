using Sonde.Experiments.Configuration;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>How weights are trained. In a file <c>rate: 0.01</c> may stand beside <c>schedule: cosine</c>.</summary>
/// <param name="Optimizer">adam, adamw or sgd; Adam where absent.</param>
/// <param name="Schedule">constant, cosine, exponential or plateau, with its rate; a constant 10⁻³ where absent.</param>
/// <param name="Epochs">How often each sample is seen; 100 where neither this nor <paramref name="Steps"/> is given.</param>
/// <param name="Steps">How many steps, in place of epochs.</param>
/// <param name="Batch">Samples a step.</param>
/// <param name="Clip">A longer gradient is shortened to this norm.</param>
/// <param name="Average">Share of the moving average of the weights that is kept at a step.</param>
/// <param name="Validation">What is held out; a tenth of the samples, at random, where absent.</param>
/// <param name="Patience">Epochs without a lower held-out loss that are borne.</param>
/// <param name="Polish">L-BFGS over all samples at the end.</param>
/// <param name="CheckpointSeconds">Seconds between checkpoints; what a killed training loses at most.</param>
public sealed record TrainingConfig(
    IOptimizer? Optimizer = null, ISchedule? Schedule = null, int? Epochs = null, long? Steps = null, int Batch = 32, double? Clip = null,
    double? Average = null, ValidationConfig? Validation = null, int? Patience = null, PolishConfig? Polish = null, double CheckpointSeconds = 10)
{
    private const int UsualEpochs = 100;

    /// <summary>How often each sample is seen.</summary>
    public int? Epochs { get; init; } = Epochs is null || Steps is null ? Require.AtLeast(0, Epochs, nameof(Epochs))
        : throw new ArgumentException("There are both epochs and steps; expected one of them.", nameof(Epochs));

    /// <summary>How many steps.</summary>
    public long? Steps { get; init; } = Require.AtLeast(1, Steps, nameof(Steps));

    /// <summary>Samples a step.</summary>
    public int Batch { get; init; } = Require.AtLeast(1, Batch, nameof(Batch));

    /// <summary>The longest gradient.</summary>
    public double? Clip { get; init; } = Clip is null or > 0 ? Clip : throw new ArgumentException("The longest gradient must be above 0.", nameof(Clip));

    /// <summary>Share of the moving average that is kept.</summary>
    public double? Average { get; init; } = Average is null or (>= 0 and <= 1) ? Average : throw new ArgumentException("A share lies between 0 and 1.", nameof(Average));

    /// <summary>Epochs without a lower held-out loss that are borne.</summary>
    public int? Patience { get; init; } = Require.AtLeast(0, Patience, nameof(Patience));

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = CheckpointSeconds >= 0 ? CheckpointSeconds
        : throw new ArgumentException("The time between checkpoints must not be negative.", nameof(CheckpointSeconds));

    /// <summary>What is held out of samples: those learned from, then those held out.</summary>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="random">Where a random choice comes from.</param>
    /// <exception cref="ArgumentException">Nothing would be left to learn from.</exception>
    public (int[] Learned, int[] HeldOut) Split(int samples, RandomSource random)
    {
        var held = Validation ?? new ValidationConfig();
        return held.Choose == HeldOutChoice.Last ? SampleSplit.Last(samples, held.Share) : SampleSplit.Random(samples, held.Share, random);
    }

    /// <summary>The trainer of so many samples.</summary>
    /// <param name="samples">How many samples are learned from.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public Trainer Trainer(int samples)
    {
        var trainer = new Trainer(Optimizer, Schedule, Epochs ?? UsualEpochs, Batch, Clip, Average, Patience, Steps);
        return Steps is not { } steps ? trainer
            : (steps - 1) / trainer.StepsOfEpoch(samples) is var epochs && epochs < int.MaxValue ? trainer with { Epochs = (int)epochs + 1 }
            : throw new ArgumentException($"{steps} steps are more than {int.MaxValue} epochs.", nameof(samples));
    }

    /// <summary>Moves the rate into the schedule.</summary>
    internal static ConfigNode? Expand(ConfigNode node)
    {
        if (!node.IsMapping || node["rate"] is not { } rate)
            return null;
        var schedule = node["schedule"] is { IsNull: false } given ? given : ConfigNode.Scalar("constant", rate.Source, rate.Line, rate.Path);
        if (schedule["rate"] is not null)
            throw new InputException($"{rate.Where}: {rate.Path} stands beside {schedule.Path}.rate; expected one of them.");
        if (schedule.Text is not null)
        {
            var named = ConfigNode.Mapping(schedule.Source, schedule.Line, schedule.Path);
            named.Set("kind", schedule);
            schedule = named;
        }
        schedule.Set("rate", rate);
        node.Set("schedule", schedule);
        node.Remove("rate");
        return null;
    }

    /// <summary>AdamW is Adam with a decay of weights; PyTorch's where none is given.</summary>
    internal static ConfigNode? ExpandOptimizer(ConfigNode node)
    {
        const string usualDecay = "0.01";
        if ((node.Text ?? node["kind"]?.Text) != "adamw" || node["weightDecay"] is not null)
            return null;
        var expanded = node.Text is null ? node : ConfigNode.Mapping(node.Source, node.Line, node.Path);
        if (node.Text is not null)
            expanded.Set("kind", node);
        expanded.Set("weightDecay", ConfigNode.Scalar(usualDecay, node.Source, node.Line, $"{node.Path}.weightDecay"));
        return expanded;
    }
}

/// <summary>What is held out of learning and judges it.</summary>
/// <param name="Share">Which share of the samples, 0 or more and below 1.</param>
/// <param name="Choose">random, or last for samples that follow one another in time.</param>
public sealed record ValidationConfig(double Share = 0.1, HeldOutChoice Choose = HeldOutChoice.Random)
{
    /// <summary>Which share of the samples.</summary>
    public double Share { get; init; } = Share is >= 0 and < 1 ? Share
        : throw new ArgumentException("A share of 0 or more and below 1 is held out.", nameof(Share));
}

/// <summary>Which samples are held out.</summary>
public enum HeldOutChoice
{
    /// <summary>Any.</summary>
    Random,

    /// <summary>The last ones.</summary>
    Last,
}

/// <summary>L-BFGS over all samples at once.</summary>
/// <param name="Iterations">Steps of all rounds.</param>
/// <param name="Round">Steps of a round, after which the state is judged and saved and the search begins anew.</param>
/// <param name="Memory">Steps that shape the next direction.</param>
/// <param name="Patience">Rounds without a lower held-out loss that are borne.</param>
public sealed record PolishConfig(int Iterations, int Round = 50, int Memory = 20, int? Patience = null)
{
    /// <summary>Steps of all rounds.</summary>
    public int Iterations { get; init; } = Require.AtLeast(0, Iterations, nameof(Iterations));

    /// <summary>Steps of a round.</summary>
    public int Round { get; init; } = Require.AtLeast(1, Round, nameof(Round));

    /// <summary>Steps that shape the next direction.</summary>
    public int Memory { get; init; } = Require.AtLeast(1, Memory, nameof(Memory));

    /// <summary>Rounds without a lower held-out loss that are borne.</summary>
    public int? Patience { get; init; } = Require.AtLeast(0, Patience, nameof(Patience));

    /// <summary>The polisher.</summary>
    public Polisher Polisher() => new(Iterations, Round, Memory, Patience);
}

/// <summary>Checks of numbers in files.</summary>
internal static class Require
{
    public static int AtLeast(int least, int value, string name) => value >= least ? value : throw new ArgumentException($"It must be {least} or more.", name);

    public static int? AtLeast(int least, int? value, string name) => value is { } given ? AtLeast(least, given, name) : null;

    public static long? AtLeast(int least, long? value, string name) => value is null || value >= least ? value : throw new ArgumentException($"It must be {least} or more.", name);
}
