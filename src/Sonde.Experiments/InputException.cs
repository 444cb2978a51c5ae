namespace Sonde.Experiments;

/// <summary>
/// What the user gave cannot be used: a file, a configuration, an argument. The message is one sentence that says where, what
/// was found and what was expected; the command line prints it alone and ends with exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>A sentence for the user.</summary>
    public InputException(string message) : base(message)
    {
    }

    /// <summary>A sentence for the user, and what lies behind it for a developer.</summary>
    public InputException(string message, Exception inner) : base(message, inner)
    {
    }
}
