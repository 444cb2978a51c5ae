using Sonde.Observing.Quality;

namespace Sonde.Experiments.Files;

/// <summary>Readings from a file, in its order.</summary>
/// <param name="Path">The file, as it was named.</param>
/// <param name="Readings">Every cell that holds a value of a field.</param>
/// <param name="Origin">The moment at which time is 0; null where times are plain numbers.</param>
/// <param name="Unit">The unit of time; means nothing where there is no origin.</param>
/// <param name="Missing">How many cells of each field hold no value.</param>
public sealed record ObservationTable(
    string Path, IReadOnlyList<Reading> Readings, DateTimeOffset? Origin, CsvTimeUnit Unit, IReadOnlyDictionary<string, int> Missing);
