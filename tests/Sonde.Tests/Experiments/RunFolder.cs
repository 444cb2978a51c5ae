using System.Text.Json.Nodes;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;

namespace Sonde.Tests.Experiments;

/// <summary>A folder of its own in which experiments run as the command runs them.</summary>
internal sealed class RunFolder(Kinds? kinds = null) : IDisposable
{
    private readonly Kinds kinds = kinds ?? Catalog.Kinds;

    public string Path { get; } = Directory.CreateTempSubdirectory("sonde-run-").FullName;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public RunOutcome Run(string experiment, string to, int threads = 1, bool resume = false) =>
        ExperimentRunner.Run(new RunRequest(File(experiment)) { Out = File(to), Threads = threads, Resume = resume, Kinds = kinds });

    /// <summary>Stops the run at its n-th report of progress, and resumes it from its checkpoint until it ends; returns how often it was stopped.</summary>
    public int RunInPieces(string experiment, string to, int reports, int threads = 1)
    {
        for (var stops = 0; ; stops++)
        {
            using var source = new CancellationTokenSource();
            try
            {
                var request = new RunRequest(File(experiment)) { Out = File(to), Threads = threads, Resume = stops > 0, Cancel = source.Token, Kinds = kinds };
                ExperimentRunner.Run(request with { Progress = new Stopping(source, reports) });
                return stops;
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    /// <summary>summary.json without wall times.</summary>
    public string Summary(string to)
    {
        var root = JsonNode.Parse(System.IO.File.ReadAllText(File(to, "summary.json")))!;
        foreach (var method in root["methods"]!.AsArray())
            foreach (var key in new[] { "seconds", "trainingSeconds", "decodingSeconds" })
                method!.AsObject().Remove(key);
        return root.ToJsonString();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private sealed class Stopping(CancellationTokenSource source, int reports) : IRunProgress
    {
        private int heard;

        public void Begin(string label, long total)
        {
        }

        public void Advance(string label, long done, string? detail = null)
        {
            if (Interlocked.Increment(ref heard) == reports)
                source.Cancel();
        }

        public void End(string label, string outcome)
        {
        }

        public void Note(string line)
        {
        }
    }
}
