using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sonde.Experiments.Running;

/// <summary>What summary.json holds: a stable contract. Numbers are averages over the cycles after burn-in, of the analysis.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Seed">The seed that was used.</param>
/// <param name="Cycles">Observation times of a trajectory, burn-in included.</param>
/// <param name="Methods">One entry a method, in the order of the file.</param>
public sealed record Summary(string Experiment, long Seed, int Cycles, IReadOnlyList<MethodSummary> Methods)
{
    /// <summary>What happened to observations, by field and fate; null where nothing was checked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>? Observations { get; init; }

    /// <summary>Independent truths of so many cycles each; null where there is one.</summary>
    public int? Trajectories { get; init; }

    /// <summary>The overrides of this point of a sweep; null outside a sweep.</summary>
    public IReadOnlyDictionary<string, string>? Overrides { get; init; }
}

/// <summary>Scores of one method. NaN, written as null, where a score does not exist or nothing sound was left to average.</summary>
public sealed record MethodSummary(string Name, string Kind)
{
    /// <summary>Time mean of the root mean square over the state of mean − truth.</summary>
    public double Rmse { get; init; } = double.NaN;

    /// <summary>Time mean of ‖mean − truth‖ / ‖truth‖.</summary>
    public double RelativeRmse { get; init; } = double.NaN;

    /// <summary>Time mean of the root of the mean variance.</summary>
    public double Spread { get; init; } = double.NaN;

    /// <summary>Spread / Rmse; 1 where error bars are right.</summary>
    public double SpreadErrorRatio { get; init; } = double.NaN;

    /// <summary>Continuous ranked probability score, fair in the number of members, mean over the state.</summary>
    public double Crps { get; init; } = double.NaN;

    /// <summary>Energy score of the whole state, fair in the number of members, per root of its width.</summary>
    public double EnergyScore { get; init; } = double.NaN;

    /// <summary>Share of truths inside the central 90 % interval.</summary>
    public double Coverage90 { get; init; } = double.NaN;

    /// <summary>Σ (n/N) |error − spread| over 10 bins of equal count, by predicted standard deviation (SSREL); 0 where error bars are right.</summary>
    public double Ssrel { get; init; } = double.NaN;

    /// <summary>The same over 20 bins of equal width.</summary>
    public double SsrelByWidth { get; init; } = double.NaN;

    /// <summary>√ mean variance / √ mean squared error over all components and times together (SSRAT); 1 where error bars are right.</summary>
    public double Ssrat { get; init; } = double.NaN;

    /// <summary>√ mean (f − 1/10)² over the shares f of truths in each tenth of the predicted probability (PITD); 0 where flat.</summary>
    public double Pitd { get; init; } = double.NaN;

    /// <summary>−ln of the density at the truth of the Gaussian with the predicted means and variances, mean over components and times.</summary>
    public double NegativeLogLikelihood { get; init; } = double.NaN;

    /// <summary>Rmse of the forecast, just before each observation is used.</summary>
    public double ForecastRmse { get; init; } = double.NaN;

    /// <summary>Rmse of the smoothed state; null for methods that do not smooth.</summary>
    public double SmoothedRmse { get; init; } = double.NaN;

    /// <summary>
    /// Root mean square over components, times and trajectories of errors in units of each component's standard deviation over the truths:
    /// the climatological mean scores 1.
    /// </summary>
    public double NormalizedRmse { get; init; } = double.NaN;

    /// <summary>The same of the smoothed state; null for methods that do not smooth.</summary>
    public double NormalizedSmoothedRmse { get; init; } = double.NaN;

    /// <summary>Root mean square error of each uncertain parameter, by name.</summary>
    public IReadOnlyDictionary<string, double> ParameterRmse { get; init; } = new Dictionary<string, double>();

    /// <summary>What is believed of each uncertain parameter after the last observation of the first trajectory, by name; null where there is none.</summary>
    public IReadOnlyDictionary<string, ParameterEstimate>? Parameters { get; init; }

    /// <summary>Parameters of the model that the method learned in its training, by name; null where there is none.</summary>
    public IReadOnlyDictionary<string, LearnedEstimate>? Learned { get; init; }

    /// <summary>The method's own wall time in seconds, forecasts and diagnostics included.</summary>
    public double Seconds { get; init; }

    /// <summary>Wall time of the training; null for methods that were not trained in this run.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>Wall time of making fields of latent rows for scores, apart from <see cref="Seconds"/>; null for methods whose rows hold the fields.</summary>
    public double? DecodingSeconds { get; init; }

    /// <summary>True where numbers failed or innovations show that the truth was lost; of many trajectories, where numbers failed in all of them.</summary>
    public bool Diverged { get; init; }

    /// <summary>The observation time at which that was seen; null where it was not.</summary>
    public int? DivergedAt { get; init; }

    /// <summary>What was seen; null where nothing was.</summary>
    public string? Reason { get; init; }

    /// <summary>Of many trajectories those that diverged; null where there is one trajectory.</summary>
    public IReadOnlyList<DivergedTrajectory>? DivergedTrajectories { get; init; }

    /// <summary>Medians over all trajectories, one whose numbers failed being worse than any other; null where there is one trajectory.</summary>
    public IReadOnlyDictionary<string, double>? Medians { get; init; }

    /// <summary>One standard error of each average, from the scatter over trajectories or corrected for autocorrelation, by the score's key.</summary>
    public IReadOnlyDictionary<string, double> StandardErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>Averages of what the method itself reported, such as iterations or degreesOfFreedom.</summary>
    public IReadOnlyDictionary<string, double> Diagnostics { get; init; } = new Dictionary<string, double>();

    /// <summary>Departures of used observations from the forecast, by quantity; null where none were compared.</summary>
    public IReadOnlyDictionary<string, InnovationScores>? Innovations { get; init; }

    /// <summary>Members that the user's command could not carry, in order of time; null where none failed.</summary>
    public IReadOnlyList<FailedMember>? FailedMembers { get; init; }

    /// <summary>What the background check made of observations, by quantity and fate; null without one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>? BackgroundCheck { get; init; }

    /// <summary>Scores in observation space, on withheld observations by field.</summary>
    public IReadOnlyDictionary<string, ObservationScores>? Withheld { get; init; }

    /// <summary>The same of smoothed states; null for methods that do not smooth.</summary>
    public IReadOnlyDictionary<string, ObservationScores>? WithheldSmoothed { get; init; }
}

/// <summary>A trajectory on which a method diverged.</summary>
/// <param name="Trajectory">From 0.</param>
/// <param name="Cycle">The observation time at which that was seen.</param>
/// <param name="IsScored">True where numbers stayed finite and count in averages; false where the trajectory is left out of them.</param>
/// <param name="Reason">What was seen.</param>
public sealed record DivergedTrajectory(int Trajectory, int Cycle, bool IsScored, string Reason);

/// <summary>A member that the user's command could not carry to an observation time.</summary>
/// <param name="Member">Its row in the ensemble, from 0.</param>
/// <param name="Cycle">The observation time.</param>
/// <param name="Reason">What happened, as a sentence.</param>
public sealed record FailedMember(int Member, int Cycle, string Reason);

/// <summary>What is believed of a parameter.</summary>
/// <param name="Mean">Expected value.</param>
/// <param name="Sd">Standard deviation.</param>
public sealed record ParameterEstimate(double Mean, double Sd);

/// <summary>A parameter that a method learned in its training.</summary>
/// <param name="Value">What it learned.</param>
/// <param name="Truth">The truth's own; null where nobody knows it.</param>
/// <param name="Bias">The difference of the two, a share of the truth's size; null where that is not known, or 0.</param>
public sealed record LearnedEstimate(double Value, double? Truth, double? Bias);

/// <summary>How well a method predicted observations that it did not use.</summary>
/// <param name="Count">Observations compared.</param>
/// <param name="Rmse">Root mean square of observation − predicted mean.</param>
/// <param name="Bias">Mean of observation − predicted mean.</param>
/// <param name="Crps">Mean CRPS, observation error included in the prediction.</param>
/// <param name="Coverage90">Share inside the central 90 % interval, observation error included.</param>
/// <param name="Spread">Root mean predicted variance, observation error included.</param>
public sealed record ObservationScores(int Count, double Rmse, double Bias, double Crps, double Coverage90, double Spread)
{
    /// <summary>One standard error of each average, corrected for autocorrelation between times, by the score's key.</summary>
    public IReadOnlyDictionary<string, double> StandardErrors { get; init; } = new Dictionary<string, double>();
}

/// <summary>Writes summaries as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(NanAsNull)], DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Summary))]
[JsonSerializable(typeof(SweepSummary))]
[JsonSerializable(typeof(IReadOnlyList<ExternalFailure>))]
[JsonSerializable(typeof(IReadOnlyList<MethodCalibration>))]
internal sealed partial class SummaryJson : JsonSerializerContext
{
    /// <summary>The same without line breaks, for long lists of numbers.</summary>
    public static SummaryJson Compact => field ??= new(new JsonSerializerOptions(Default.Options) { WriteIndented = false });
}

/// <summary>Every point of a sweep, and what seeds have in common.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Runs">One entry a point of the grid.</param>
/// <param name="OverSeeds">Where <c>seed</c> is swept: medians over seeds for each point of the other keys.</param>
public sealed record SweepSummary(string Experiment, IReadOnlyList<Summary> Runs, IReadOnlyList<SeedSummary>? OverSeeds);

/// <summary>One method at one point of a sweep, over all seeds.</summary>
/// <param name="Name">The method.</param>
/// <param name="Overrides">The point, without the seed.</param>
/// <param name="Seeds">How many seeds ran.</param>
/// <param name="DivergedSeeds">How many of them diverged.</param>
/// <param name="Median">Median of each score over all seeds, those that diverged included where they have a number.</param>
/// <param name="Least">Least value of each score over the seeds that did not diverge.</param>
/// <param name="Greatest">Greatest value of each score over the seeds that did not diverge.</param>
public sealed record SeedSummary(
    string Name, IReadOnlyDictionary<string, string> Overrides, int Seeds, int DivergedSeeds,
    IReadOnlyDictionary<string, double> Median, IReadOnlyDictionary<string, double> Least, IReadOnlyDictionary<string, double> Greatest);

/// <summary>JSON has no NaN and no infinity: both are written as null and read as NaN.</summary>
internal sealed class NanAsNull : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}
