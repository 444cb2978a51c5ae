using System.Globalization;
using System.Runtime.ExceptionServices;
using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>
/// The system of an <see cref="ExternalModel"/>. Rows run at the same time, at most <see cref="ExternalModel.Parallel"/> of
/// them, whoever asks. A row whose command fails becomes NaN and is remembered; after a forecast <see cref="Settle"/> replaces
/// it, or the run has stopped before.
/// </summary>
public sealed class ExternalSystem : IFallibleSystem
{
    private const int FoldersKept = 10;
    private readonly ExternalModel model;
    private readonly ExternalLayout layout;
    private readonly string here;
    private readonly ExternalFolders folders;
    private readonly ExternalSlots running;
    private readonly List<ExternalFailure> failures = [];

    internal ExternalSystem(ExternalModel model, ExternalLayout layout, string here)
    {
        (this.model, this.layout, this.here) = (model, layout, Path.GetFullPath(here));
        folders = new ExternalFolders(model.Folder is null ? Path.GetTempPath() : Path.Combine(this.here, model.Folder));
        running = new ExternalSlots(model.Parallel);
        if (model.Files == ExternalFiles.Netcdf)
            NativeLibraries.Require(NativeLibraries.NetCdf, "Handing states to the command as NetCDF");
    }

    private ExternalSystem(ExternalSystem other) =>
        (model, layout, here, folders, running) = (other.model, other.layout, other.here, other.folders, other.running);

    /// <summary>The same system with failures of its own: all of them together run as many commands at a time as one alone.</summary>
    public ExternalSystem Share() => new(this);

    /// <inheritdoc/>
    public Domain Domain => layout.Domain;

    /// <summary>The state in <see cref="ExternalModel.State"/>; null where fields were described without a file.</summary>
    public ReadOnlyMemory<double>? Example => layout.Example;

    /// <summary>That state where it can be the mean of a background; null also where parameters, of which it says nothing, follow the fields.</summary>
    internal static double[]? MeanOf(IDynamicalSystem system) => system is ExternalSystem { Example: { } example } && example.Length == system.Width ? example.ToArray() : null;

    /// <summary>False: a program may do with them what it likes.</summary>
    public bool KeepsParameters => false;

    /// <summary>All failures so far, in the order of their end.</summary>
    public IReadOnlyList<ExternalFailure> Failures
    {
        get
        {
            lock (failures)
                return [.. failures];
        }
    }

    /// <summary>Puts back the failures of a run that is continued.</summary>
    internal void Restore(IReadOnlyList<ExternalFailure> earlier)
    {
        lock (failures)
            failures.InsertRange(0, earlier);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The program cannot be started, or a command failed and the policy is to stop.</exception>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        if (steps == 0)
            return;
        var rows = new Matrix<double>(x);                       // lanes cannot capture a view
        var (next, stopped) = (-1, (Exception?)null);
        var lanes = new Thread[Math.Min(model.Parallel, rows.Rows) - 1];
        for (var i = 0; i < lanes.Length; i++)
            (lanes[i] = new Thread(Lane) { IsBackground = true }).Start();
        Lane();
        foreach (var lane in lanes)
            lane.Join();
        if (stopped is not null)
            ExceptionDispatchInfo.Throw(stopped);
        rows.All.CopyTo(x);

        void Lane()
        {
            for (int row; Volatile.Read(ref stopped) is null && (row = Interlocked.Increment(ref next)) < rows.Rows;)
            {
                running.Take();
                try
                {
                    Carry(rows[row], time, dt, steps, firstRow + row, noise);
                }
                catch (Exception fault)
                {
                    Volatile.Write(ref stopped, fault);
                }
                finally
                {
                    running.GiveBack();
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A failed member becomes a copy of one that succeeded, drawn at random for each.</remarks>
    /// <exception cref="InputException">More members failed than <see cref="ExternalModel.MostFailures"/> allows.</exception>
    public void Settle(Batch<double> members, double time, RandomSource random)
    {
        var (sound, failed) = (new List<int>(), new List<int>());
        for (var n = 0; n < members.Rows; n++)
            (Moments.AllFinite(members[n]) ? sound : failed).Add(n);
        if (failed.Count == 0)
            return;
        if (sound.Count == 0 || failed.Count > model.MostFailures * members.Rows)
        {
            var all = Failures;
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"{failed.Count} of {members.Rows} members could not be carried to t = {time}, more than the share of {model.MostFailures} that may fail{(all.Count == 0 ? "" : $"; the last: {all[^1].Sentence.TrimEnd('.')}")}."));
        }
        foreach (var n in failed)
            members[sound[random.Fork(n).NextInt(sound.Count)]].CopyTo(members[n]);
    }

    // One member, in a folder of its own.
    private void Carry(Span<double> row, double time, double dt, int steps, int member, RandomSource noise)
    {
        var end = time + steps * dt;
        if (layout.NotFinite(row) is { } before)
        {
            Fail(row, new ExternalFailure(member, time, end, $"its state is not finite before, {before}", null));
            return;
        }
        var folder = folders.Take(member);
        try
        {
            if (Run(row, time, dt, steps, member, end, folder, noise) is not { } reason)
            {
                if (!model.Keep)
                    folders.Remove(folder);
                return;
            }
            var kept = model.Keep || Failures.Count < FoldersKept ? folders.SetAside(folder) : null;
            if (kept is null)
                folders.Remove(folder);
            Fail(row, new ExternalFailure(member, time, end, reason, kept));
        }
        finally
        {
            folders.GiveBack(folder);
        }
    }

    private void Fail(Span<double> row, ExternalFailure failure)
    {
        row.Fill(double.NaN);
        lock (failures)
            failures.Add(failure);
        if (model.OnFailure == FailurePolicy.Stop)
            throw new InputException(failure.Sentence);
    }

    // What went wrong; null where the row is now the new state.
    private string? Run(Span<double> row, double time, double dt, int steps, int member, double end, string folder, RandomSource noise)
    {
        var extension = ExternalStateFile.Extension(model.Files);
        var (input, output) = (Path.Combine(folder, $"input.{extension}"), Path.Combine(folder, $"output.{extension}"));
        try
        {
            ExternalStateFile.Write(input, model.Files, layout, row, time, end);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The state for the command cannot be written to {input}: {refused.Message.TrimEnd('.')}.", refused);
        }
        var start = model.Command.Start(Value, model.Shell, here);
        var outcome = ExternalProcess.Run(start, folder, TimeSpan.FromSeconds(model.TimeLimit));
        var words = outcome.LastWords.Length == 0 ? "it wrote no message" : $"its last words were \"{outcome.LastWords}\"";
        if (outcome.ExitCode is null)
            return string.Create(CultureInfo.InvariantCulture, $"the command was ended at its time limit of {model.TimeLimit} s; {words}");
        if (outcome.ExitCode != 0)
            return $"the command ended with exit code {outcome.ExitCode}; {words}";
        try
        {
            ExternalStateFile.Read(output, model.Files, layout, row);
        }
        catch (InputException refused)
        {
            return $"the command ended well but left no sound state: {refused.Message.TrimEnd('.')}";
        }
        return layout.NotFinite(row) is { } bad ? $"the command ended well but {bad}" : null;

        string Value(string name) => name switch
        {
            "input" => input,
            "output" => output,
            "start" => time.ToString("R", CultureInfo.InvariantCulture),
            "end" => end.ToString("R", CultureInfo.InvariantCulture),
            "dt" => dt.ToString("R", CultureInfo.InvariantCulture),
            "steps" => steps.ToString(CultureInfo.InvariantCulture),
            "member" => member.ToString(CultureInfo.InvariantCulture),
            "seed" => (noise.Fork(member).NextUInt64() >> 33).ToString(CultureInfo.InvariantCulture),        // fits 31 bits
            "directory" => folder,
            _ => here,
        };
    }
}
