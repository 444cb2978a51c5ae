namespace Sonde.Experiments.Files.NetCdf;

internal static class ClassicHeader
{
    public static void RequireWhole(string path)
    {
    }
}
