using Sonde.Experiments.Files;

namespace Sonde.Experiments.Report;

/// <summary>What a page is made of besides its front end.</summary>
/// <param name="Title">The page's title.</param>
/// <param name="Json">What it shows.</param>
/// <param name="Numbers">Its numbers, gzip in base 64.</param>
public sealed record ReportPack(string Title, string Json, string Numbers)
{
    /// <summary>Keeps it in a file.</summary>
    public void Save(string path)
    {
        var file = new Checkpoint();
        file.Set("title", Title);
        file.Set("json", Json);
        file.Set("numbers", Numbers);
        file.Write(path);
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static ReportPack Load(string path)
    {
        var file = Checkpoint.Read(path);
        return new ReportPack(file.Text("title"), file.Text("json"), file.Text("numbers"));
    }
}
