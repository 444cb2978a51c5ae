using Spectre.Console;

namespace Sonde.Cli;

/// <summary>Where tables are written: in color on a terminal, plain and as wide as they need to be elsewhere.</summary>
internal static class Terminal
{
    private const int Wide = 200;

    public static IAnsiConsole Output => Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error => Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>A line that is not broken at the console's width: paths stay whole.</summary>
    public static void WriteWhole(this IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer), Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect, ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = Wide;
        return console;
    }
}
