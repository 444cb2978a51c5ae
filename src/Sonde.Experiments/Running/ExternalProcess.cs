using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Sonde.Experiments.Running;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Null where it was ended at the time limit.</param>
/// <param name="LastWords">The end of what it wrote to standard error, or else to standard output.</param>
internal sealed record ExternalOutcome(int? ExitCode, string LastWords);

/// <summary>Runs one command to its end, or to its time limit, and leaves no child of it behind.</summary>
internal static class ExternalProcess
{
    private const int TailBytes = 2000;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);       // a grandchild may hold the pipes open
    private static readonly HashSet<Process> Running = [];

    static ExternalProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        lock (Running)
            foreach (var process in Running)
                Kill(process);
    };

    /// <exception cref="InputException">The program cannot be started at all.</exception>
    public static ExternalOutcome Run(ProcessStartInfo start, string directory, TimeSpan limit)
    {
        start.WorkingDirectory = directory;
        (start.UseShellExecute, start.CreateNoWindow) = (false, true);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception refused) when (refused is Win32Exception or InvalidOperationException)
        {
            throw new InputException($"The program '{start.FileName}' of system.command cannot be started: {refused.Message.TrimEnd('.')}.", refused);
        }
        lock (Running)
            Running.Add(process);
        try
        {
            process.StandardInput.Close();
            var errors = TailAsync(process.StandardError.BaseStream);
            var output = TailAsync(process.StandardOutput.BaseStream);
            var ended = process.WaitForExit(limit);
            if (!ended)
                Kill(process);
            Task.WaitAll([errors, output], DrainTime);
            var words = Text(errors);
            return new ExternalOutcome(ended ? process.ExitCode : null, words.Length > 0 ? words : Text(output));
        }
        finally
        {
            lock (Running)
                Running.Remove(process);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(DrainTime);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself in the meantime.
        }
    }

    // A ring of the last bytes, so that a command may write as much as it likes.
    private static async Task<byte[]> TailAsync(Stream stream)
    {
        var ring = new byte[TailBytes];
        var buffer = new byte[1 << 14];
        var total = 0L;
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
                for (var i = 0; i < read; i++)
                    ring[total++ % TailBytes] = buffer[i];
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // What was read so far is all there is.
        }
        if (total <= TailBytes)
            return ring[..(int)total];
        var first = (int)(total % TailBytes);
        return [.. ring[first..], .. ring[..first]];
    }

    private static string Text(Task<byte[]> tail)
    {
        if (!tail.IsCompletedSuccessfully)
            return "";
        var lines = Encoding.UTF8.GetString(tail.Result).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join(" / ", lines.TakeLast(5));
    }
}
