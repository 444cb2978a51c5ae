using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonde.Experiments.Files;

/// <summary>Finds the system's own libraries when a file needs one, never before, and says how to install a missing one.</summary>
internal static partial class NativeLibraries
{
    public const string NetCdf = "netcdf";
    public const string Zstd = "zstd";
    public const string Blosc = "blosc";

    private static readonly Dictionary<string, (string[] Names, string Install)> Known = new()
    {
        [NetCdf] = (["libnetcdf.so.19", "libnetcdf.so.22", "libnetcdf.so.18", "libnetcdf.so.15", "libnetcdf.so.13", "libnetcdf.so",
            "libnetcdf.dylib", "netcdf.dll"], "apt-get install libnetcdf19"),
        [Zstd] = (["libzstd.so.1", "libzstd.so", "libzstd.dylib", "libzstd.dll"], "apt-get install libzstd1"),
        [Blosc] = (["libblosc.so.1", "libblosc.so", "libblosc.dylib", "blosc.dll"], "apt-get install libblosc1"),
    };

    private static readonly Dictionary<string, nint> Loaded = [];

    /// <summary>Loads a library unless it is loaded already.</summary>
    /// <param name="name">One of the constants.</param>
    /// <param name="purpose">Begins the sentence, for example "Reading a.nc".</param>
    /// <exception cref="InputException">The library is not on this machine.</exception>
    public static void Require(string name, string purpose)
    {
        if (Load(name) == 0)
            throw new InputException($"{purpose} needs the library {name}, which is not installed; install it with '{Known[name].Install}' or your system's equivalent.");
    }

    private static nint Load(string name)
    {
        lock (Loaded)
        {
            if (Loaded.TryGetValue(name, out var handle))
                return handle;
            // HDF5 locks the files it has open, and a command started meanwhile inherits the lock and keeps it until it ends.
            // Sonde's own files are private until they are complete. What the user has set stays.
            if (name == NetCdf && !OperatingSystem.IsWindows())
                _ = SetEnvironment("HDF5_USE_FILE_LOCKING", "FALSE", overwrite: 0);
            foreach (var file in Known[name].Names)
                if (NativeLibrary.TryLoad(file, out handle))
                    return Loaded[name] = handle;
            return 0;
        }
    }

#pragma warning disable CA2255 // The resolver must be there before any import of this assembly is called; it loads nothing itself.
    [ModuleInitializer]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
#pragma warning restore CA2255

    // .NET keeps its own copy of the environment, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => Known.ContainsKey(name) ? Load(name) : 0;
}
