namespace Sonde.Assimilation.Variational;

/// <summary>How the increments of ensemble-variational methods are kept local.</summary>
public enum LocalizationKind
{
    /// <summary>An analysis of its own at each grid point, in which distant observations count less, as in the LETKF.</summary>
    Observations,

    /// <summary>
    /// One analysis with more directions: members times the leading eigenvectors of the localization matrix, anew at each observation time, so that
    /// the background covariance is the localized one. Bishop, Whitaker, Lei, Monthly Weather Review 145, 2017.
    /// </summary>
    Modulation,

    /// <summary>
    /// The same covariance without its truncation and without forming its directions: a field of weights for each member, of the localization matrix as
    /// covariance, found by products alone. Lorenc, Q. J. R. Meteorol. Soc. 129, 2003; Buehner, Q. J. R. Meteorol. Soc. 131, 2005.
    /// </summary>
    Control,
}
