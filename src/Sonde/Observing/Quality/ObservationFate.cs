namespace Sonde.Observing.Quality;

/// <summary>What became of a reading. The first check that it fails decides, in the order of this list.</summary>
public enum ObservationFate
{
    /// <summary>Nothing spoke against it.</summary>
    Used,

    /// <summary>The system has no field of this name.</summary>
    UnknownField,

    /// <summary>The value is NaN or infinite.</summary>
    NotFinite,

    /// <summary>The standard deviation of its error is not a finite number above 0.</summary>
    NonPositiveError,

    /// <summary>Its time lies outside the experiment.</summary>
    OutsideWindow,

    /// <summary>Its place lies outside the field's grid.</summary>
    OutsideDomain,

    /// <summary>The value lies outside the limits of its field.</summary>
    GrossError,

    /// <summary>The same station read the same field at the same time before, and much the same value.</summary>
    Duplicate,

    /// <summary>The same station read another value of the same field at the same time: nobody knows which is right.</summary>
    Conflict,

    /// <summary>It does not fit what is read around it.</summary>
    BuddyCheck,

    /// <summary>Sound, but kept back to score with.</summary>
    Withheld,

    /// <summary>What the forecast predicts for it is not finite.</summary>
    PredictionNotFinite,

    /// <summary>It lies too far from what the forecast predicts.</summary>
    BackgroundCheck,

    /// <summary>Used with a larger error than stated, because it lies far from what the forecast predicts.</summary>
    Moderated,
}
