namespace Sonde.Experiments.Report;

/// <summary>
/// Everything that <c>report.html</c> shows. A part that is null or empty gets no section. Arrays of double are kept in
/// binary with single precision, lists as plain JSON; numbers that are not finite become null or a gap, never a crash.
/// </summary>
/// <param name="Experiment">What was run.</param>
public sealed record ReportData(ReportExperiment Experiment)
{
    /// <summary>One for each method, in the order of the experiment file; the order also gives a method its color.</summary>
    public IReadOnlyList<ReportMethod> Methods { get; init; } = [];

    /// <summary>Single components over time: those of a small system, and uncertain parameters of any system; each for one or several trajectories.</summary>
    public IReadOnlyList<ReportComponent> Components { get; init; } = [];

    /// <summary>What methods believe at the end about uncertain parameters.</summary>
    public IReadOnlyList<ReportPosterior> Posteriors { get; init; } = [];

    /// <summary>Fields in space and time.</summary>
    public IReadOnlyList<ReportField> Fields { get; init; } = [];

    /// <summary>The observations and what became of them.</summary>
    public ReportObservations? Observations { get; init; }

    /// <summary>Scores over a grid of settings.</summary>
    public ReportSweep? Sweep { get; init; }
}
