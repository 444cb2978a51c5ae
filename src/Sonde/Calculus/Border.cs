namespace Sonde.Calculus;

/// <summary>What lies beyond an image's edge.</summary>
public enum Border
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The opposite edge: the image is periodic.</summary>
    Circular,
}
