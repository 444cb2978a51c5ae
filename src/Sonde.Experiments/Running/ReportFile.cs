namespace Sonde.Experiments.Running;

internal static class ReportFile
{
    public static string? Write(string folder, PointRun run, IRunProgress progress) => null;

    public static string? Write(string folder, SweepSummary sweep, IRunProgress progress) => null;
}
