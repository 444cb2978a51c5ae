namespace Sonde.Experiments.Report;

/// <summary>How much a sentence of the summary matters.</summary>
public enum ReportRemarkKind
{
    /// <summary>What was run.</summary>
    Fact,

    /// <summary>The best method.</summary>
    Best,

    /// <summary>Not to be trusted without a look.</summary>
    Warning,

    /// <summary>Failed.</summary>
    Failure,
}
