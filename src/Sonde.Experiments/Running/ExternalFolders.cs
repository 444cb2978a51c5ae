using System.Globalization;

namespace Sonde.Experiments.Running;

/// <summary>A folder for each member that is running, used by no one else meanwhile; they vanish with their last file.</summary>
/// <param name="parent">Where the folder of all of them is made.</param>
internal sealed class ExternalFolders(string parent)
{
    private readonly string root = Path.Combine(Path.GetFullPath(parent), $"sonde-command-{Guid.NewGuid():N}");
    private readonly HashSet<string> taken = [];
    private int setAside;

    /// <summary>An empty folder. Two runs of one member at the same time, by two methods, get two.</summary>
    public string Take(int member)
    {
        lock (taken)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"member-{member:0000}");
            var folder = Path.Combine(root, name);
            for (var i = 2; !taken.Add(folder); i++)
                folder = Path.Combine(root, $"{name}-{i}");
            Delete(folder);
            Directory.CreateDirectory(folder);
            return folder;
        }
    }

    /// <summary>Says that a folder is no longer used.</summary>
    public void GiveBack(string folder)
    {
        lock (taken)
            taken.Remove(folder);
    }

    /// <summary>Deletes a folder, and that of all when it was the last.</summary>
    public void Remove(string folder)
    {
        lock (taken)
        {
            Delete(folder);
            if (Directory.Exists(root) && !Directory.EnumerateFileSystemEntries(root).Any())
                Directory.Delete(root);
        }
    }

    /// <summary>Moves the folder of a failed member to where the next run of the member does not empty it.</summary>
    public string SetAside(string folder)
    {
        lock (taken)
        {
            var kept = Path.Combine(root, $"failed-{++setAside}-{Path.GetFileName(folder)}");
            Directory.Move(folder, kept);
            return kept;
        }
    }

    // A command that was ended may still be writing; what then stays is emptied before the next use.
    private static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
        }
    }
}
