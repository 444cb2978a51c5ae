using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>What errors of decoded fields make of readings.</summary>
public static class ReadingVariance
{
    /// <summary>A variance for each value that is read, to first order; errors of the values of one reading count as independent.</summary>
    /// <param name="observing">Reads fields through a decoder, with or without instruments, stacked or not.</param>
    /// <param name="ofFields">The variances of the errors of fields at places.</param>
    /// <param name="states">Rows over which the slopes of instruments are averaged; asked where there are instruments alone.</param>
    /// <exception cref="ArgumentException">The operator does not say what it reads.</exception>
    public static double[] Of(IObservationOperator observing, Func<IReadOnlyList<FieldPlace>, double[]> ofFields, Func<Matrix<double>> states)
    {
        ArgumentNullException.ThrowIfNull(observing);
        ArgumentNullException.ThrowIfNull(ofFields);
        ArgumentNullException.ThrowIfNull(states);
        return observing switch
        {
            DecodedReader reader => reader.Variances(ofFields),
            InstrumentOperator instrument => instrument.Variances(Of(instrument.Reader, ofFields, states), states()),
            StackedOperator stacked => [.. stacked.Parts.SelectMany(part => Of(part, ofFields, states))],
            _ => throw new ArgumentException($"An operator of type {observing.GetType().Name} reads no decoded fields.", nameof(observing)),
        };
    }
}
