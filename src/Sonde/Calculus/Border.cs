namespace Sonde.Calculus;

/// <summary>What lies beyond an image's edge.</summary>
public enum Border
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The opposite edge: the image is periodic.</summary>
    Circular,

    /// <summary>The opposite edge to the left and right, zeros above and below: lines are rings, such as the states of a ring time after time.</summary>
    Cylinder,
}
