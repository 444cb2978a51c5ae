using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sonde.Tests.Architecture;

/// <summary>The layers of docs: a layer may use those above it in this list, never those below.</summary>
public sealed partial class DataFlowsOneWay
{
    private static readonly string[] Layers =
        ["Numerics", "Calculus", "Networks", "Dynamics", "Surrogates", "Observing", "Assimilation", "Verification"];

    [Fact]
    public void No_layer_uses_one_below_it()
    {
        var library = Path.Combine(Repository(), "src", "Sonde");
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories))
        {
            var layer = Array.IndexOf(Layers, Path.GetRelativePath(library, file).Split(Path.DirectorySeparatorChar)[0]);
            if (layer < 0)
                continue;
            foreach (Match match in UsedLayer().Matches(File.ReadAllText(file)))
                if (Array.IndexOf(Layers, match.Groups[1].Value) > layer)
                    wrong.Add($"{Path.GetRelativePath(library, file)} uses {match.Value}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_library_touches_no_file_and_no_console()
    {
        var library = Path.Combine(Repository(), "src", "Sonde");
        var wrong = Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => Outside().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(library, file));
        Assert.Empty(wrong);
    }

    internal static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex(@"\bSonde\.(\w+)")]
    private static partial Regex UsedLayer();

    [GeneratedRegex(@"\b(Console|File|Directory|Path|Environment)\.|\bDllImport\b|\bLibraryImport\b")]
    private static partial Regex Outside();
}
