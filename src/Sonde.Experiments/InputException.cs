namespace Sonde.Experiments;

/// <summary>
/// Bad input. The message is one sentence a user can act on: the file, the key or line, what was found, what was expected.
/// The command line prints it and exits with code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>No input.</summary>
    public InputException() : this("The input is not usable.")
    {
    }

    /// <summary>The sentence.</summary>
    public InputException(string message) : base(message) => Sentences = [message];

    /// <summary>The sentence and what lies behind it.</summary>
    public InputException(string message, Exception inner) : base(message, inner) => Sentences = [message];

    /// <summary>Several faults found together, one sentence each.</summary>
    public InputException(IReadOnlyList<string> sentences) : base(string.Join(Environment.NewLine, sentences)) => Sentences = sentences;

    /// <summary>One sentence a fault.</summary>
    public IReadOnlyList<string> Sentences { get; }

    /// <summary>What an argument that was refused says, as one sentence without the parameter's name.</summary>
    internal static string Sentence(ArgumentException e)
    {
        var end = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        var message = (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.', ' ');
        return message.EndsWith('?') ? message : message + ".";
    }
}
