using System.Runtime.InteropServices;
using static Sonde.Experiments.Files.NetCdf.NetCdfLibrary;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>Texts to and from the pointers that the library works with.</summary>
internal static class NetCdfTexts
{
    /// <summary>Copies texts that the library allocated, and gives its memory back.</summary>
    public static string[] Take(nint[] pointers)
    {
        var texts = Array.ConvertAll(pointers, pointer => Marshal.PtrToStringUTF8(pointer) ?? "");
        _ = nc_free_string((nuint)pointers.Length, pointers);
        return texts;
    }

    /// <summary>Calls with pointers to texts that live until it returns.</summary>
    public static int With(string[] texts, Func<nint[], int> call)
    {
        var pointers = Array.ConvertAll(texts, Marshal.StringToCoTaskMemUTF8);
        try
        {
            return call(pointers);
        }
        finally
        {
            Array.ForEach(pointers, Marshal.FreeCoTaskMem);
        }
    }
}
