namespace Sonde.Observing.Quality;

/// <summary>Which of several readings of one field by one station at one time is believed.</summary>
public enum DuplicateRule
{
    /// <summary>The first, where all agree to within their standard deviation; none of them where they do not.</summary>
    RefuseConflicts,

    /// <summary>The first.</summary>
    KeepFirst,

    /// <summary>The last, as a correction of those before it.</summary>
    KeepLast,
}
