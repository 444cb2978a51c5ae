using System.CommandLine;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;

namespace Sonde.Cli;

/// <summary><c>sonde new</c>: a commented YAML to start from, with the files it needs beside it.</summary>
internal static class NewCommand
{
    private const string Prefix = "Sonde.Cli.Templates.";
    private const string Extension = ".yaml";

    private static IReadOnlyList<string> Files { get; } =
    [
        .. typeof(NewCommand).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal),
    ];

    private static IReadOnlyList<string> Names { get; } =
        [.. Files.Where(file => file.EndsWith(Extension, StringComparison.Ordinal)).Select(file => file[..^Extension.Length])];

    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = $"Which starter: {string.Join(", ", Names)}. Without a name they are listed.", Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string?>("--out", "-o") { Description = "The YAML to write (default: NAME.yaml here).", HelpName = "FILE" };
        var command = new Command("new", "Writes a commented starter YAML, with the files it needs beside it.") { name, output };
        command.SetAction(parse => parse.GetValue(name) is { } given ? Write(given, parse.GetValue(output)) : List());
        return command;
    }

    private static int List()
    {
        foreach (var name in Names)
            Console.Out.WriteLine($"{name,-12}{Comment(name, 0)}");
        return ExitCode.Done;
    }

    private static int Write(string name, string? output)
    {
        if (!Names.Contains(name))
            throw new InputException($"There is no starter '{name}'{Suggestion.For(name, Names)}");
        var yaml = output ?? name + Extension;
        var folder = Path.GetDirectoryName(yaml) ?? "";
        (string Template, string File)[] files =
        [
            .. Files.Where(file => Path.GetFileNameWithoutExtension(file) == name)
                .Select(file => (file, file == name + Extension ? yaml : Path.Combine(folder, file))),
        ];
        foreach (var (_, file) in files)
            if (File.Exists(file) || Directory.Exists(file))
                throw new InputException($"{file} exists already; {(file == yaml ? "name another file" : "write into another folder")} with --out.");
        foreach (var (template, file) in files)
        {
            using var stream = Open(template);
            AtomicFile.Write(file, stream.CopyTo);
        }
        var command = Comment(name, 1).Split("  ")[1];
        Console.Out.WriteLine($"{string.Join(" and ", files.Select(pair => pair.File).OrderBy(file => file != yaml))} written; run it with: {command[..command.LastIndexOf(' ')]} {yaml}");
        return ExitCode.Done;
    }

    /// <summary>A line of the comment that a starter begins with: what it is, then how it is run.</summary>
    private static string Comment(string name, int line)
    {
        using var reader = new StreamReader(Open(name + Extension));
        for (var i = 0; i < line; i++)
            reader.ReadLine();
        return reader.ReadLine()!.TrimStart('#', ' ');
    }

    private static Stream Open(string file) => typeof(NewCommand).Assembly.GetManifestResourceStream(Prefix + file)!;
}
