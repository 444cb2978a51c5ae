using Sonde.Experiments.Files.NetCdf;
using Sonde.Experiments.Files.Zarr;

namespace Sonde.Experiments.Files;

/// <summary>
/// Array data on the disk, in the format that the name says: name.zarr is a Zarr store (a folder), name.nc a NetCDF file.
/// NetCDF needs the system's libnetcdf, looked for only when such a file is named.
/// </summary>
public static class DataFiles
{
    private static readonly string[] NetCdfExtensions = [".nc", ".nc4", ".cdf", ".netcdf"];

    /// <summary>Whether <see cref="Open"/> and <see cref="Create"/> know the format of this name.</summary>
    public static bool IsKnown(string path) => IsZarr(path) || IsNetCdf(path);

    /// <summary>Opens a file for reading blocks.</summary>
    /// <param name="path">A .zarr folder or a .nc file.</param>
    /// <param name="requireChunks">Zarr: refuse a missing chunk, which otherwise stands for missing values.</param>
    /// <exception cref="InputException">It is not there, damaged, of an unknown format, or libnetcdf is missing.</exception>
    public static IDataReader Open(string path, bool requireChunks = false) => Guarded<IDataReader>(path, () =>
        IsZarr(path) ? new ZarrReader(path, requireChunks) : IsNetCdf(path) ? new NetCdfReader(path) : throw Unknown(path));

    /// <summary>Reads everything.</summary>
    /// <exception cref="InputException">As <see cref="Open"/>.</exception>
    public static DataSet Read(string path, bool requireChunks = false)
    {
        using var reader = Open(path, requireChunks);
        return reader.ReadAll();
    }

    /// <summary>Writes everything, whole or not at all; what was at the path is replaced.</summary>
    public static void Write(string path, DataSet data, StorageOptions? options = null) => WriteWhole(path, data.Schema, options, writer =>
    {
        foreach (var variable in data.Variables)
        {
            var shape = data.Schema.ShapeOf(variable.Schema);
            writer.Write(variable.Name, new long[shape.Length], shape, variable.Values);
        }
    });

    /// <summary>Begins a file that is written block by block; what was at the path is replaced (NetCDF: when the writer is disposed of).</summary>
    /// <exception cref="InputException">Something else than data lies there, the format is unknown, or libnetcdf is missing.</exception>
    public static IDataWriter Create(string path, DataSchema schema, StorageOptions? options = null) => Guarded<IDataWriter>(path, () =>
    {
        if (IsNetCdf(path))
            return NetCdfWriter.Create(path, schema, options ?? new());
        if (!IsZarr(path))
            throw Unknown(path);
        RequireReplaceable(path);
        if (Directory.Exists(path))
            Remove(path);
        return ZarrWriter.Create(path, schema, options ?? new(), durable: true);
    });

    /// <summary>Goes on with a file that was begun before, as it was at its last commit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">Along which it grows: the first dimension of every variable that has it.</param>
    /// <param name="keep">Records that stay, later ones are dropped; −1 keeps all.</param>
    /// <exception cref="InputException">It is not there, damaged, has fewer records than should stay, or cannot grow.</exception>
    public static IDataWriter Append(string path, string dimension, long keep = -1) => Guarded<IDataWriter>(path, () =>
        IsZarr(path) ? ZarrWriter.Append(path, dimension, keep) : IsNetCdf(path) ? NetCdfWriter.Append(path, dimension, keep) : throw Unknown(path));

    /// <summary>Writes one file as another, whole or not at all, a few megabytes at a time: from Zarr to NetCDF or back.</summary>
    public static void Copy(string source, string target, StorageOptions? options = null)
    {
        using var reader = Open(source);
        WriteWhole(target, reader.Schema, options, writer => DataCopy.Run(reader, writer));
    }

    private static void WriteWhole(string path, DataSchema schema, StorageOptions? options, Action<IDataWriter> write) => Guarded(path, () =>
    {
        if (!IsZarr(path))
        {
            using var writer = Create(path, schema, options);
            write(writer);
            writer.Commit();
            return true;
        }
        RequireReplaceable(path);
        var staging = Beside(path, "new");
        try
        {
            using (var writer = ZarrWriter.Create(staging, schema, options ?? new(), durable: false))
            {
                write(writer);
                writer.Commit();
            }
            Replace(path, staging);
            return true;
        }
        catch
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
            throw;
        }
    });

    private static bool IsZarr(string path) => Extension(path) == ".zarr";

    private static bool IsNetCdf(string path) => Array.IndexOf(NetCdfExtensions, Extension(path)) >= 0;

    private static string Extension(string path) => Path.GetExtension(Path.TrimEndingDirectorySeparator(path)).ToLowerInvariant();

    private static InputException Unknown(string path) =>
        new($"The format of {path} is not known; data files end in .zarr or {string.Join(", ", NetCdfExtensions)}.");

    // Nothing but an older store, or an empty folder, may be deleted.
    private static void RequireReplaceable(string path)
    {
        if (File.Exists(path))
            throw new InputException($"{path} is a file, where a Zarr store would be a folder; remove it or name another.");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()
            && !File.Exists(Path.Combine(path, ZarrVersion3.File)) && !ZarrReader.IsVersion2(path))
            throw new InputException($"{path} is a folder that holds no Zarr store; it is not overwritten.");
    }

    private static void Replace(string path, string staging)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        var old = Beside(path, "old");
        if (Directory.Exists(path))
            Directory.Move(path, old);
        Directory.Move(staging, path);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }

    // Out of sight in one step, so that a store half deleted is never found under its name.
    private static void Remove(string path)
    {
        var old = Beside(path, "old");
        Directory.Move(path, old);
        Directory.Delete(old, recursive: true);
    }

    private static string Beside(string path, string what)
    {
        var full = Path.GetFullPath(Path.TrimEndingDirectorySeparator(path));
        var folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.{what}");
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return work();
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or (IOException and not FileNotFoundException))
        {
            throw new InputException($"{path} cannot be used: {refused.Message.TrimEnd('.')}.", refused);
        }
    }
}
