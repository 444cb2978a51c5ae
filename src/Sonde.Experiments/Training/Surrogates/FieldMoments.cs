using System.Numerics.Tensors;

namespace Sonde.Experiments.Training;

/// <summary>Mean, variance and extremes of numbers that come in parts. Chan, Golub, LeVeque, Am. Stat. 37, 1983, eq. 2.1.</summary>
internal struct FieldMoments
{
    private long count;
    private double squares;                 // of departures from the mean

    public double Mean { get; private set; }

    public double Least { get; private set; }

    public double Greatest { get; private set; }

    /// <summary>1 where all numbers are the same.</summary>
    public readonly double Deviation => Greatest > Least ? Math.Sqrt(squares / count) : 1;

    /// <summary>Takes a part in, which is changed.</summary>
    public void Add(Span<double> part)
    {
        var (least, greatest) = (TensorPrimitives.Min<double>(part), TensorPrimitives.Max<double>(part));
        (Least, Greatest) = count == 0 ? (least, greatest) : (Math.Min(Least, least), Math.Max(Greatest, greatest));
        var (mean, together) = (TensorPrimitives.Sum<double>(part) / part.Length, count + part.Length);
        TensorPrimitives.Subtract(part, mean, part);
        squares += TensorPrimitives.SumOfSquares<double>(part) + (mean - Mean) * (mean - Mean) * count * part.Length / together;
        Mean += (mean - Mean) * part.Length / together;
        count = together;
    }
}
