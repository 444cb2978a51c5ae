using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>y = instrument(reader(x)): fields are read where the instruments stand, then each instrument shows what it shows.</summary>
public sealed class InstrumentOperator : IObservationOperator
{
    private readonly IObservationOperator reader;
    private readonly IInstrument instrument;

    /// <summary>Puts an instrument behind a reader.</summary>
    /// <param name="reader">Gives first values of all m readings, then second values …, as <see cref="IInstrument.Read"/> takes them.</param>
    /// <param name="instrument">What is shown.</param>
    /// <exception cref="ArgumentException">The reader's values do not make whole readings.</exception>
    public InstrumentOperator(IObservationOperator reader, IInstrument instrument)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(instrument);
        OutputWidth = Math.DivRem(reader.OutputWidth, instrument.Inputs, out var rest);
        if (rest != 0)
            throw new ArgumentException($"{reader.OutputWidth} values do not make readings of {instrument.Inputs} values each.", nameof(reader));
        (this.reader, this.instrument) = (reader, instrument);
    }

    /// <summary>What is read, before the instrument shows it.</summary>
    internal IObservationOperator Reader => reader;

    /// <summary>The same instrument behind another reader of the same values.</summary>
    internal InstrumentOperator Behind(IObservationOperator other) => new(other, instrument);

    /// <summary>Variances of readings that follow from those of the values, to first order, on average over some states.</summary>
    internal double[] Variances(ReadOnlySpan<double> ofValues, ReadOnlyBatch<double> states)
    {
        using var frame = Scratch.Enter();
        var slopes = frame.Rent(states.Rows, reader.OutputWidth);
        Linearize(states, slopes);
        var result = new double[OutputWidth];
        for (var row = 0; row < states.Rows; row++)
            for (var i = 0; i < slopes.Width; i++)
                result[i % OutputWidth] += slopes[row][i] * slopes[row][i] * ofValues[i] / states.Rows;
        return result;
    }

    /// <inheritdoc/>
    public int InputWidth => reader.InputWidth;

    /// <inheritdoc/>
    public int OutputWidth { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        using var frame = Scratch.Enter();
        var values = frame.Rent(x.Rows, reader.OutputWidth);
        reader.Apply(x, values);
        for (var row = 0; row < x.Rows; row++)
            instrument.Read(values[row], y[row]);
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        using var frame = Scratch.Enter();
        var slopes = frame.Rent(x.Rows, reader.OutputWidth);
        var dValues = frame.Rent(dx.Rows, reader.OutputWidth);
        Linearize(x, slopes);
        reader.Tangent(x, dx, dValues);
        dy.Clear();
        for (var row = 0; row < dy.Rows; row++)
            for (var k = 0; k < instrument.Inputs; k++)
                TensorPrimitives.MultiplyAdd(Part(slopes[x.Rows == 1 ? 0 : row], k), Part(dValues[row], k), dy[row], dy[row]);
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        using var frame = Scratch.Enter();
        var slopes = frame.Rent(x.Rows, reader.OutputWidth);
        var valuesBar = frame.Rent(yBar.Rows, reader.OutputWidth);
        Linearize(x, slopes);
        for (var row = 0; row < yBar.Rows; row++)
            for (var k = 0; k < instrument.Inputs; k++)
                TensorPrimitives.Multiply(Part(slopes[x.Rows == 1 ? 0 : row], k), yBar[row], Part(valuesBar[row], k));
        reader.AddAdjoint(x, valuesBar, xBar);
    }

    /// <inheritdoc/>
    public IObservationOperator Select(ReadOnlySpan<int> indices)
    {
        var chosen = new int[indices.Length * instrument.Inputs];
        for (var k = 0; k < instrument.Inputs; k++)
            for (var i = 0; i < indices.Length; i++)
                chosen[k * indices.Length + i] = k * OutputWidth + indices[i];
        return new InstrumentOperator(reader.Select(chosen), instrument);
    }

    private void Linearize(ReadOnlyBatch<double> x, Batch<double> slopes)
    {
        using var frame = Scratch.Enter();
        var values = frame.Rent(x.Rows, reader.OutputWidth);
        reader.Apply(x, values);
        for (var row = 0; row < x.Rows; row++)
            instrument.Slopes(values[row], slopes[row]);
    }

    private Span<double> Part(Span<double> values, int k) => values.Slice(k * OutputWidth, OutputWidth);
}
