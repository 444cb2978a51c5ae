namespace Sonde.Experiments.Running;

internal static class TimeAverage
{
    public static (double Mean, double StandardError) Of(ReadOnlySpan<double> values)
    {
        double sum = 0;
        var count = 0;
        foreach (var value in values)
            if (!double.IsNaN(value))
            {
                sum += value;
                count++;
            }
        return (count > 0 ? sum / count : double.NaN, double.NaN);
    }
}
