using System.Runtime.InteropServices;

namespace Sonde.Experiments.Files.NetCdf;

/// <summary>The functions of libnetcdf that are used, as in netcdf.h. The library is not thread-safe: hold <see cref="Gate"/>.</summary>
internal static partial class NetCdfLibrary
{
    public const int NoWrite = 0;
    public const int Writable = 1;
    public const int NetCdf4 = 0x1000;
    public const int Global = -1;
    public const int NameLength = 257;

    /// <summary>Held during every call.</summary>
    public static Lock Gate { get; } = new();

    public static string Message(int status) => Marshal.PtrToStringUTF8(nc_strerror(status)) ?? $"error {status}";

    private const string Library = NativeLibraries.NetCdf;

    [LibraryImport(Library)]
    private static partial nint nc_strerror(int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_open(string path, int mode, out int id);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_create(string path, int mode, out int id);

    [LibraryImport(Library)]
    public static partial int nc_close(int id);

    [LibraryImport(Library)]
    public static partial int nc_sync(int id);

    [LibraryImport(Library)]
    public static partial int nc_enddef(int id);

    [LibraryImport(Library)]
    public static partial int nc_inq_dimids(int id, out int count, [Out] int[]? ids, int parents);

    [LibraryImport(Library)]
    public static partial int nc_inq_unlimdims(int id, out int count, [Out] int[]? ids);

    [LibraryImport(Library)]
    public static partial int nc_inq_dim(int id, int dimension, [Out] byte[] name, out nuint length);

    [LibraryImport(Library)]
    public static partial int nc_inq_varids(int id, out int count, [Out] int[]? ids);

    [LibraryImport(Library)]
    public static partial int nc_inq_varndims(int id, int variable, out int count);

    [LibraryImport(Library)]
    public static partial int nc_inq_var(int id, int variable, [Out] byte[] name, out int type, out int rank, [Out] int[] dimensions, out int attributes);

    [LibraryImport(Library)]
    public static partial int nc_inq_natts(int id, out int count);

    [LibraryImport(Library)]
    public static partial int nc_inq_attname(int id, int variable, int index, [Out] byte[] name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_inq_att(int id, int variable, string name, out int type, out nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_get_att_double(int id, int variable, string name, [Out] double[] values);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_get_att_longlong(int id, int variable, string name, [Out] long[] values);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_get_att_text(int id, int variable, string name, [Out] byte[] text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_get_att_string(int id, int variable, string name, [Out] nint[] texts);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_put_att_double(int id, int variable, string name, int type, nuint length, double[] values);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_put_att_longlong(int id, int variable, string name, int type, nuint length, long[] values);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_put_att_text(int id, int variable, string name, nuint length, byte[] text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_put_att_string(int id, int variable, string name, nuint length, nint[] texts);

    [LibraryImport(Library)]
    public static partial int nc_free_string(nuint length, nint[] texts);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_def_dim(int id, string name, nuint length, out int dimension);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nc_def_var(int id, string name, int type, int rank, int[] dimensions, out int variable);

    [LibraryImport(Library)]
    public static partial int nc_def_var_chunking(int id, int variable, int storage, nuint[] chunk);

    [LibraryImport(Library)]
    public static partial int nc_def_var_deflate(int id, int variable, int shuffle, int deflate, int level);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_double(int id, int variable, nuint[] start, nuint[] count, [Out] double[] values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_float(int id, int variable, nuint[] start, nuint[] count, [Out] float[] values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_int(int id, int variable, nuint[] start, nuint[] count, [Out] int[] values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_longlong(int id, int variable, nuint[] start, nuint[] count, [Out] long[] values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_text(int id, int variable, nuint[] start, nuint[] count, [Out] byte[] values);

    [LibraryImport(Library)]
    public static partial int nc_get_vara_string(int id, int variable, nuint[] start, nuint[] count, [Out] nint[] values);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_double(int id, int variable, nuint[] start, nuint[] count, double[] values);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_float(int id, int variable, nuint[] start, nuint[] count, float[] values);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_int(int id, int variable, nuint[] start, nuint[] count, int[] values);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_longlong(int id, int variable, nuint[] start, nuint[] count, long[] values);

    [LibraryImport(Library)]
    public static partial int nc_put_vara_string(int id, int variable, nuint[] start, nuint[] count, nint[] values);
}

/// <summary>The library's numbers of the types that values can have.</summary>
internal static class NetCdfType
{
    public const int Byte = 1;
    public const int Char = 2;
    public const int Short = 3;
    public const int Int = 4;
    public const int Float = 5;
    public const int Double = 6;
    public const int UnsignedByte = 7;
    public const int UnsignedShort = 8;
    public const int UnsignedInt = 9;
    public const int Int64 = 10;
    public const int UnsignedInt64 = 11;
    public const int Text = 12;
}
