using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Experiments.Training;

/// <summary>One stretch of training by one rule, with checkpoints and progress.</summary>
/// <param name="Name">Unique in the training.</param>
/// <param name="Rule">The name of what trains.</param>
/// <param name="Steps">How many steps there are.</param>
/// <param name="Begin">Where it starts.</param>
/// <param name="Run">Moves the state on.</param>
internal sealed record TrainingPhase<T>(
    string Name, string Rule, long Steps, Func<TrainingState<T>> Begin, Func<TrainingState<T>, Func<TrainingStep, bool>, TrainingEnd> Run)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs it, or goes on with it.</summary>
    /// <param name="count">How many weights there are.</param>
    /// <param name="file">Where it is saved.</param>
    /// <param name="checkpointSeconds">How often.</param>
    /// <param name="request">Whether to resume, whom to tell, when to stop.</param>
    /// <param name="firstEpoch">The number of the first epoch that is judged.</param>
    /// <exception cref="OperationCanceledException">It was stopped, and saved.</exception>
    public (PhaseResult Result, Matrix<T> Best) Train(int count, TrainingCheckpoint file, double checkpointSeconds, RunRequest request, int firstEpoch)
    {
        var state = (request.Resume ? file.Load<T>(count, Rule) : null) ?? Begin();
        var before = request.Resume ? file.Seconds() : 0;
        var (clock, saved, last) = (Stopwatch.StartNew(), TimeSpan.Zero, new TrainingStep());
        request.Progress.Begin(Name, Steps);
        var ended = Run(state, step =>
        {
            last = step;
            request.Progress.Advance(Name, step.Step + 1, Words(step));
            if (clock.Elapsed - saved > TimeSpan.FromSeconds(checkpointSeconds))
            {
                file.Save(state, Rule, before + clock.Elapsed.TotalSeconds);
                saved = clock.Elapsed;
            }
            return !request.Cancel.IsCancellationRequested;
        });
        file.Save(state, Rule, before + clock.Elapsed.TotalSeconds);
        request.Progress.End(Name, ended == TrainingEnd.Stopped ? $"stopped at step {state.Step}" : Binder.KebabCase(ended.ToString()).Replace('-', ' '));
        if (ended == TrainingEnd.Stopped)
            request.Cancel.ThrowIfCancellationRequested();
        return (new(Name, ended, last, [.. state.Losses], [.. state.HeldOutLosses], state.BestEpoch, firstEpoch, before + clock.Elapsed.TotalSeconds), state.Best);
    }

    private static string Words(TrainingStep step) => string.Create(
        CultureInfo.InvariantCulture,
        $"loss {step.Loss:0.00e0}{(double.IsNaN(step.HeldOutLoss) ? "" : string.Create(CultureInfo.InvariantCulture, $", held out {step.HeldOutLoss:0.00e0}"))}, rate {step.LearningRate:0.0e0}");
}

/// <summary>How a phase went.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Ended">Why it ended.</param>
/// <param name="Last">The last step of this run.</param>
/// <param name="Losses">Of every epoch.</param>
/// <param name="HeldOutLosses">After every epoch, and before the first where <paramref name="FirstEpoch"/> is 0.</param>
/// <param name="BestEpoch">Which of the held-out losses is least; −1 for none.</param>
/// <param name="FirstEpoch">The number of the first epoch that is judged.</param>
/// <param name="Seconds">Over all sessions of a resumed training.</param>
internal sealed record PhaseResult(
    string Name, TrainingEnd Ended, TrainingStep Last, IReadOnlyList<double> Losses, IReadOnlyList<double> HeldOutLosses, int BestEpoch, int FirstEpoch, double Seconds)
{
    /// <summary>The sentence about a training that met a number that is none; null for any other end.</summary>
    public string? Failure => Ended == TrainingEnd.NotFinite
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}: the loss or its gradient was not finite at step {Last.Step + 1} of {Last.Steps}; the weights before it were kept, and a lower training.rate or a training.clip may help.")
        : null;

    /// <summary>For summary.json.</summary>
    public StageSummary Summary(int samples, int heldOut) => new(
        Name, samples, heldOut, Binder.KebabCase(Ended.ToString()), Losses.Count, Losses is [.., var loss] ? loss : double.NaN,
        BestEpoch < 0 ? double.NaN : HeldOutLosses[BestEpoch], BestEpoch < 0 ? null : BestEpoch + FirstEpoch, Seconds);
}
