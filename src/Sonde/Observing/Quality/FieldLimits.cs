namespace Sonde.Observing.Quality;

/// <summary>What values of a field are possible at all.</summary>
/// <param name="Field">The field.</param>
/// <param name="Low">The least possible value; null where there is none.</param>
/// <param name="High">The greatest possible value; null where there is none.</param>
public sealed record FieldLimits(string Field, double? Low = null, double? High = null)
{
    /// <summary>True for a possible value.</summary>
    public bool Allow(double value) => !(value < Low) && !(value > High);
}
