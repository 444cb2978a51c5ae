using System.Diagnostics;
using System.Text;

namespace Sonde.Experiments.Running;

/// <summary>
/// A command with placeholders: {input} and {output}, the state files; {start} and {end}, times; {dt} and {steps}, the same as
/// steps; {member}, the row of the ensemble from 0; {seed}, a whole number for the command's own randomness; {directory}, the
/// member's folder, where the command runs; {here}, the folder of the experiment's file. {{ stands for a brace.
/// </summary>
public sealed record ExternalCommand
{
    private static readonly string[] Placeholders = ["input", "output", "start", "end", "dt", "steps", "member", "seed", "directory", "here"];

    /// <summary>A program and its arguments; a single text is split at blanks outside quotes.</summary>
    /// <exception cref="ArgumentException">There is no program, a quote is not closed, or a placeholder is unknown.</exception>
    public ExternalCommand(IReadOnlyList<string> Words)
    {
        this.Words = Words.Count == 1 ? [Words[0]] : Words;
        Arguments = Words.Count == 1 ? Split(Words[0]) : Words;
        if (Arguments.Count == 0 || Arguments[0].Length == 0)
            throw new ArgumentException("A command has at least the name of a program.", nameof(Words));
        foreach (var word in Arguments)
            Fill(word, _ => "");
    }

    /// <summary>As given.</summary>
    public IReadOnlyList<string> Words { get; }

    private IReadOnlyList<string> Arguments { get; }

    /// <summary>How to start the command.</summary>
    /// <param name="values">What a placeholder stands for.</param>
    /// <param name="shell">Whether the system's shell reads the command; values are then quoted for it.</param>
    /// <param name="here">Where a program with a relative path is looked for.</param>
    internal ProcessStartInfo Start(Func<string, string> values, bool shell, string here)
    {
        if (shell && OperatingSystem.IsWindows())
            return new ProcessStartInfo("cmd.exe", ["/d", "/c", Fill(string.Join(' ', Words), name => $"\"{values(name)}\"")]);
        if (shell)
            return new ProcessStartInfo("/bin/sh", ["-c", Fill(string.Join(' ', Words), name => Quoted(values(name)))]);
        return new ProcessStartInfo(Program(values, here), Arguments.Skip(1).Select(word => Fill(word, values)));
    }

    /// <summary>Makes sure that the program is there, as far as that can be seen before a member runs.</summary>
    /// <param name="here">Where a program with a relative path is looked for.</param>
    /// <param name="key">The parameter that holds the command.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal void RequireProgram(string here, string key)
    {
        here = Path.GetFullPath(here);
        if (Arguments[0].Replace("{here}", "", StringComparison.Ordinal).Contains('{', StringComparison.Ordinal))
            return;                                     // only a member's own values say which program
        var program = Program(_ => here, here);
        string[] names = OperatingSystem.IsWindows() ? [program, $"{program}.exe", $"{program}.cmd", $"{program}.bat"] : [program];
        var places = Path.IsPathRooted(program) ? [""] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!places.Any(place => names.Any(name => File.Exists(Path.Combine(place, name)))))
            throw new ArgumentException(
                Path.IsPathRooted(program)
                    ? $"There is no program '{program}'."
                    : $"The program '{program}' is in none of the folders that PATH lists; expected an installed program, or a path with a slash, such as ./{program}.",
                key);
    }

    private string Program(Func<string, string> values, string here)
    {
        var program = Fill(Arguments[0], values);
        return program.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) >= 0 ? Path.GetFullPath(program, here) : program;
    }

    private static string Quoted(string value) => $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Fill(string word, Func<string, string> values)
    {
        var text = new StringBuilder();
        for (var at = 0; at < word.Length; at++)
        {
            if (word[at] is '{' or '}' && at + 1 < word.Length && word[at + 1] == word[at])
            {
                text.Append(word[at++]);
                continue;
            }
            var end = word[at] == '{' ? word.IndexOf('}', at) : -1;
            if (end < 0)
            {
                text.Append(word[at]);
                continue;
            }
            var name = word[(at + 1)..end];
            if (Array.IndexOf(Placeholders, name) < 0)
                throw new ArgumentException($"The command has no placeholder {{{name}}}; it knows {string.Join(", ", Placeholders.Select(p => $"{{{p}}}"))}, and {{{{ for a brace.", nameof(word));
            text.Append(values(name));
            at = end;
        }
        return text.ToString();
    }

    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord) = ('\0', false);
        foreach (var c in text)
        {
            if (quote != 0 ? c == quote : c is '"' or '\'')
            {
                (quote, inWord) = (quote == 0 ? c : '\0', true);
            }
            else if (quote == 0 && char.IsWhiteSpace(c))
            {
                if (inWord)
                    words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (quote != 0)
            throw new ArgumentException($"A quote {quote} in the command '{text}' is not closed.", nameof(text));
        if (inWord)
            words.Add(word.ToString());
        return words;
    }
}
