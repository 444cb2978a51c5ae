namespace Sonde.Calculus;

/// <summary>Lines and pixels of something laid over an image: a kernel, a stride, a padding.</summary>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels.</param>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>As many lines as pixels.</summary>
    public Extent(int both) : this(both, both)
    {
    }

    /// <summary>One of each.</summary>
    public static Extent One => new(1);

    /// <inheritdoc/>
    public override string ToString() => $"{Height} × {Width}";
}
