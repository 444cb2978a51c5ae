using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Quality;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>Everything that all methods of an experiment share: the system, the observations, what is believed before them, and the truth, which only scores see.</summary>
public sealed class PreparedExperiment
{
    private readonly Lazy<double[]?> deviations;

    /// <summary>Filled through its properties.</summary>
    public PreparedExperiment() => deviations = new(() => Truth is null ? null : Spread(Truth));

    /// <summary>The system, its time grid and its climatology.</summary>
    public required AssimilationProblem Problem { get; init; }

    /// <summary>Makes fields of rows that do not hold them; null where rows are what is scored.</summary>
    internal FieldView? View { get; init; }

    /// <summary>What the fields of <see cref="View"/> err by; null where nothing is believed about that.</summary>
    internal DecodedErrors? Errors { get; init; }

    /// <summary>What is scored and shown: fields, then parameters.</summary>
    public Domain Fields => View?.Fields ?? Problem.System.Domain;

    /// <summary>What a user should know before trusting the results, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; internal set; } = [];

    /// <summary>What makes truths like these, and observes them; null where observations come from a file.</summary>
    public TwinSource? Twins { get; init; }

    /// <summary>Truths as a method sees them that runs in other rows than the truth's own; null where it runs in those.</summary>
    internal Func<ITwinSource, ITwinSource>? Seen { get; init; }

    /// <summary>What is believed at step 0 of each trajectory.</summary>
    public required IReadOnlyList<IPrior> Priors { get; init; }

    /// <summary>Trajectory after trajectory, each in order of time and with indices from 0.</summary>
    public required IReadOnlyList<Observation> Observations { get; init; }

    /// <summary>The true state at each observation time, [trajectories × times, width of <see cref="Fields"/>]; null where nobody knows it.</summary>
    public Matrix<double>? Truth { get; init; }

    /// <summary>Observations kept from the methods to score them, at the same times; null where none are.</summary>
    public IReadOnlyList<Observation>? Withheld { get; init; }

    /// <summary>Every reading of a file, with what became of it on entry; null in a twin experiment.</summary>
    public ObservationLedger? Ledger { get; init; }

    /// <summary>Compares observations with each method's forecast; null where every one is used as it came.</summary>
    public BackgroundCheck? BackgroundCheck { get; init; }

    /// <summary>The moment at which time is 0, and the unit of time; null where times are plain numbers.</summary>
    public (DateTimeOffset Moment, CsvTimeUnit Unit)? Origin { get; init; }

    /// <summary>Observation times of each trajectory that count in scores.</summary>
    public required ScoredTimes Scored { get; init; }

    /// <summary>Randomness of this experiment.</summary>
    public required RandomSource Random { get; init; }

    /// <summary>How many independent truths there are.</summary>
    public int Trajectories => Priors.Count;

    /// <summary>Observation times of one trajectory.</summary>
    public int Times => Observations.Count / Trajectories;

    /// <summary>What is believed at step 0 of the first trajectory.</summary>
    public IPrior Prior => Priors[0];

    /// <summary>
    /// Standard deviation of each component of the fields over the truths of all scored times, the unit of normalized errors; 0 where a component
    /// does not vary, null where nobody knows a truth.
    /// </summary>
    public IReadOnlyList<double>? Deviations => deviations.Value;

    /// <summary>True where a score of this position in <see cref="Observations"/> counts.</summary>
    public bool IsScored(int position) => Scored.Contains(position % Math.Max(1, Times));

    /// <summary>The observations of one trajectory.</summary>
    public IReadOnlyList<Observation> Of(int trajectory) => Trajectories == 1 ? Observations : [.. Observations.Skip(trajectory * Times).Take(Times)];

    /// <summary>The first trajectory as an experiment of its own: what files and fields show.</summary>
    public PreparedExperiment First => Only(0);

    /// <summary>Adds what a user should know where the system is a surrogate.</summary>
    internal PreparedExperiment Noted()
    {
        Notes = SurrogateSource.Of(Problem.System) is { } surrogate ? [.. SurrogateRanges.Beyond(surrogate, this), .. Notes] : Notes;
        return this;
    }

    /// <summary>The same with another model of the same state.</summary>
    internal PreparedExperiment Running(IDynamicalSystem model) => new()
    {
        Problem = Problem with { System = model },
        View = View,
        Errors = Errors,
        Notes = Notes,
        Twins = Twins,
        Seen = Seen,
        Priors = Priors,
        Observations = Observations,
        Truth = Truth,
        Withheld = Withheld,
        Ledger = Ledger,
        BackgroundCheck = BackgroundCheck,
        Origin = Origin,
        Scored = Scored,
        Random = Random,
    };

    /// <summary>One trajectory as an experiment of its own.</summary>
    public PreparedExperiment Only(int trajectory) => Trajectories == 1 ? this : new PreparedExperiment
    {
        Problem = Problem,
        View = View,
        Errors = Errors,
        Notes = Notes,
        Priors = [Priors[trajectory]],
        Observations = Of(trajectory),
        Truth = Truth is null ? null : new Matrix<double>(Truth.All.Slice(trajectory * Times, Times)),
        BackgroundCheck = BackgroundCheck,
        Scored = Scored,
        Random = Random,
    };

    private double[] Spread(Matrix<double> truth)
    {
        var (mean, spread, count) = (new double[Fields.FieldWidth], new double[Fields.FieldWidth], 0);
        for (var row = 0; row < truth.Rows; row++)
            if (IsScored(row))
            {
                count++;
                for (var i = 0; i < mean.Length; i++)
                {
                    var departure = truth[row, i] - mean[i];            // Welford, Technometrics 4, 1962
                    mean[i] += departure / count;
                    spread[i] += departure * (truth[row, i] - mean[i]);
                }
            }
        for (var i = 0; i < spread.Length; i++)
            spread[i] = Math.Sqrt(spread[i] / count) is var sd && sd > 1e-12 * Math.Abs(mean[i]) ? sd : 0;      // a constant, but for rounding
        return spread;
    }
}
