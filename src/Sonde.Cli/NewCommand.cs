using System.CommandLine;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;

namespace Sonde.Cli;

/// <summary><c>sonde new</c>: a commented YAML to start from.</summary>
internal static class NewCommand
{
    private const string Prefix = "Sonde.Cli.Templates.";

    private static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(NewCommand).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".yaml", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".yaml".Length]).Order(StringComparer.Ordinal),
    ];

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"Which starter: {string.Join(", ", Names)}." };
        var output = new Option<string?>("--out", "-o") { Description = "The file to write (default: NAME.yaml here).", HelpName = "FILE" };
        var command = new Command("new", "Writes a commented starter YAML.") { name, output };
        command.SetAction(parse => Execute(parse.GetRequiredValue(name), parse.GetValue(output)));
        return command;
    }

    private static int Execute(string name, string? output)
    {
        if (!Names.Contains(name))
            throw new InputException($"There is no starter '{name}'{Suggestion.For(name, Names)}");
        var file = output ?? $"{name}.yaml";
        if (File.Exists(file) || Directory.Exists(file))
            throw new InputException($"{file} exists already; name another file with --out.");
        using var template = typeof(NewCommand).Assembly.GetManifestResourceStream($"{Prefix}{name}.yaml")!;
        AtomicFile.Write(file, template.CopyTo);
        Console.Out.WriteLine($"{file} written; run it with: sonde {(name is "own-model" or "stations" ? "assimilate" : "run")} {file}");
        return ExitCode.Done;
    }
}
