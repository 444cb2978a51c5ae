namespace Sonde.Observing.Operators;

/// <summary>A function of many numbers, one by one.</summary>
/// <param name="x">The numbers.</param>
/// <param name="y">What becomes of each, as many; other memory than x.</param>
public delegate void PointwiseFunction(ReadOnlySpan<double> x, Span<double> y);

/// <summary>An instrument that shows a function of one value.</summary>
public sealed class Pointwise : IInstrument
{
    private readonly PointwiseFunction value;
    private readonly PointwiseFunction slope;

    /// <summary>An instrument from a function and its derivative.</summary>
    /// <param name="name">As in experiment files and reports.</param>
    /// <param name="value">f.</param>
    /// <param name="slope">f′.</param>
    public Pointwise(string name, PointwiseFunction value, PointwiseFunction slope)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(slope);
        (Name, this.value, this.slope) = (name, value, slope);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Inputs => 1;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<double> values, Span<double> readings) => value(values, readings);

    /// <inheritdoc/>
    public void Slopes(ReadOnlySpan<double> values, Span<double> slopes) => slope(values, slopes);
}
