using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>Mean and standard deviation of one method's analysis at chosen observation times, kept for files and reports.</summary>
public sealed class StateHistory
{
    private const long MostValues = 20_000_000;        // 160 MB of means and as much of standard deviations

    /// <summary>Room for every time, or, where that is too much, for every second, third, …</summary>
    public StateHistory(int times, int width)
    {
        Every = (int)Math.Max(1, ((long)times * width + MostValues - 1) / MostValues);
        Mean = new Matrix<double>((times + Every - 1) / Every, width);
        StandardDeviation = new Matrix<double>(Mean.Rows, width);
        Mean.Values.Fill(double.NaN);
        StandardDeviation.Values.Fill(double.NaN);
    }

    /// <summary>Every how many observation times a row is kept; 1 for all.</summary>
    public int Every { get; }

    /// <summary>[kept times, width]; NaN where the method did not get to.</summary>
    public Matrix<double> Mean { get; }

    /// <summary>[kept times, width].</summary>
    public Matrix<double> StandardDeviation { get; }

    /// <summary>Keeps the analysis of observation time k if its turn has come.</summary>
    public void Keep(int k, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        var (row, between) = Math.DivRem(k, Every);
        if (between != 0)
            return;
        mean.CopyTo(Mean[row]);
        TensorPrimitives.Sqrt(variance, StandardDeviation[row]);
    }
}
