using System.Runtime.CompilerServices;
using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>What every operator asks of the rows it is given.</summary>
internal static class Shapes
{
    /// <summary>[rows, InputWidth] and [rows, OutputWidth].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(IObservationOperator map, ReadOnlyBatch<double> x, ReadOnlyBatch<double> y)
    {
        if (x.Width != map.InputWidth || y.Width != map.OutputWidth || x.Rows != y.Rows)
            Refuse(map, x.Rows, x.Width, y.Rows, y.Width);
    }

    /// <summary>The same, with x of one row or as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(IObservationOperator map, ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, ReadOnlyBatch<double> dy)
    {
        Check(map, dx, dy);
        if (x.Width != dx.Width || (x.Rows != 1 && x.Rows != dx.Rows))
            throw new ArgumentException($"A linearization at {x.Rows} rows of {x.Width} cannot serve {dx.Rows} rows of {dx.Width}.", nameof(x));
    }

    private static void Refuse(IObservationOperator map, int rows, int width, int rowsOut, int widthOut) =>
        throw new ArgumentException(
            $"The operator takes rows of {map.InputWidth} to rows of {map.OutputWidth}, not {rows} × {width} to {rowsOut} × {widthOut}.");
}
