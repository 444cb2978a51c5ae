namespace Sonde.Experiments.Report;

/// <summary>What was run: enough to run it again.</summary>
/// <param name="Name">As in the experiment file.</param>
/// <param name="Seed">Of all random draws.</param>
/// <param name="Cycles">Observation times of a trajectory.</param>
public sealed record ReportExperiment(string Name, long Seed, int Cycles)
{
    /// <summary>One or two sentences by the experiment's author; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Observation times of the longest run, where a sweep has runs of different lengths; <see cref="Cycles"/> are those of the shortest.</summary>
    public int? MostCycles { get; init; }

    /// <summary>The unit of every time in the report, for example "days"; "time units" where a system has none of its own.</summary>
    public string TimeUnit { get; init; } = "time units";

    /// <summary>The moment of time 0; null where times are plain numbers.</summary>
    public DateTimeOffset? Origin { get; init; }

    /// <summary>Seconds in <see cref="TimeUnit"/>; means nothing without an <see cref="Origin"/>.</summary>
    public double SecondsPerUnit { get; init; } = double.NaN;

    /// <summary>When the run ended; null where not known.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Wall time of all methods together; NaN where not known.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>Scores leave out what comes before this time; NaN where nothing is left out.</summary>
    public double BurnIn { get; init; } = double.NaN;

    /// <summary>Scores leave out what comes after this time; NaN where nothing is left out.</summary>
    public double Tail { get; init; } = double.NaN;

    /// <summary>Independent truths. Scores, and everything over time but states and observations, are means over them; of fields and observations the first is shown, of components the first few.</summary>
    public int Trajectories { get; init; } = 1;

    /// <summary>Observation times at the beginning of a trajectory left out of scores.</summary>
    public int BurnInCycles { get; init; }

    /// <summary>Observation times at the end of a trajectory left out of scores.</summary>
    public int TailCycles { get; init; }

    /// <summary>What else a reader wants to know, label by label: the system, its size, the observations.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Versions of the software, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The resolved experiment file, as YAML.</summary>
    public string Settings { get; init; } = "";
}
