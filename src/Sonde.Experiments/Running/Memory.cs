using System.Globalization;

namespace Sonde.Experiments.Running;

/// <summary>What this machine can hold.</summary>
internal static class Memory
{
    /// <summary>Why so many doubles cannot be held, as the end of a sentence; null where they can.</summary>
    /// <param name="values">How many doubles one array has.</param>
    /// <param name="copies">How many such arrays are needed at once.</param>
    public static string? Refuses(double values, int copies = 1)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var bytes = values * sizeof(double) * copies;
        if (bytes > available)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 30):0.#} GiB, but this machine has {available / (double)(1L << 30):0.#}");
        return values > Array.MaxLength ? string.Create(CultureInfo.InvariantCulture, $"an array of {values:0} numbers, but the longest there is has {Array.MaxLength}") : null;
    }
}
