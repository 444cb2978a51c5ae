namespace Sonde.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Bug = 1;
    public const int BadInput = 2;
    public const int Diverged = 3;
    public const int Stopped = 130;
}
