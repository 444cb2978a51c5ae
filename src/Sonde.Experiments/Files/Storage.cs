using System.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>With how many digits numbers are written.</summary>
public enum Storage
{
    /// <summary>As many as they have.</summary>
    Full,

    /// <summary>Half precision, IEEE 754: 3 digits, at most 65,504.</summary>
    Half,
}

/// <summary>What numbers become when they are written.</summary>
internal static class StorageRounding
{
    /// <summary>Rounds numbers to what will be read back.</summary>
    public static void Round<T>(this Storage storage, Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (storage == Storage.Half)
            foreach (ref var value in values)
                value = T.CreateSaturating(System.Half.CreateSaturating(value));
    }
}
