namespace Sonde.Calculus;

/// <summary>What a row holds that is an image: channel after channel, each line by line. A sequence is an image of one line.</summary>
/// <param name="Channels">Numbers at a pixel, 1 or more.</param>
/// <param name="Height">Lines, 1 or more.</param>
/// <param name="Width">Pixels of a line, 1 or more.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Channels × height × width: the width of the row.</summary>
    public int Count => checked(Channels * Height * Width);

    /// <inheritdoc/>
    public override string ToString() => $"{Channels} × {Height} × {Width}";

    internal ImageShape Checked(string parameter) => Channels > 0 && Height > 0 && Width > 0
        ? this
        : throw new ArgumentException($"An image has 1 or more channels, lines and pixels, not {this}.", parameter);
}
