namespace Sonde.Calculus;

/// <summary>How many rows a variable has, and how many values a row.</summary>
/// <param name="Rows">0 or more.</param>
/// <param name="Width">0 or more.</param>
public readonly record struct Size(int Rows, int Width)
{
    /// <summary>Rows × Width.</summary>
    public int Count => Rows * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Rows} × {Width}";
}
