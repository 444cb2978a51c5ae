namespace Sonde.Observing.Errors;

/// <summary>The shape of one error's distribution.</summary>
public enum ErrorFamily
{
    /// <summary>Normal.</summary>
    Gaussian,

    /// <summary>Double exponential.</summary>
    Laplace,

    /// <summary>Student's t.</summary>
    Student,
}
