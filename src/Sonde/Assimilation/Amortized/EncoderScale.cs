using Sonde.Assimilation.Incremental;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>What is known before any network: mean and standard deviation of states, of values observed at each component, and of the errors.</summary>
/// <param name="State">Of the components.</param>
/// <param name="Value">Of what is observed at each; 0 and 1 where nothing was.</param>
/// <param name="Error">Root mean square of the errors' standard deviations.</param>
/// <param name="Covariance">Of states, [n, n]; null where nothing asks for it.</param>
internal sealed record EncoderScale(NormalizedColumns<double> State, NormalizedColumns<double> Value, double Error, Matrix<double>? Covariance = null)
{
    private const string StateMean = "state mean", StateDeviation = "state deviation", ValueMean = "value mean", ValueDeviation = "value deviation", ErrorDeviation = "error deviation", StateCovariance = "state covariance";

    /// <summary>n.</summary>
    public int Width => State.Width;

    /// <summary>Mean and standard deviation of all components together.</summary>
    public (double Mean, double Deviation) Pooled
    {
        get
        {
            var mean = State.Mean.ToArray().Average();
            return (mean, Math.Sqrt(Enumerable.Range(0, Width).Average(i => Math.Pow(State.Deviation[i], 2) + Math.Pow(State.Mean[i] - mean, 2))));
        }
    }

    /// <summary>Of states, [n, n].</summary>
    /// <exception cref="ArgumentException">It was not learned.</exception>
    public Matrix<double> RequireCovariance() => Covariance
        ?? throw new ArgumentException("The refinement needs the states' covariance, which was not learned; expected a training with refinements.");

    /// <summary>What was saved.</summary>
    /// <exception cref="ArgumentException">An array is missing.</exception>
    public static EncoderScale Load(IReadOnlyDictionary<string, Matrix<double>> saved)
    {
        return new(new(Find(StateMean), Find(StateDeviation)), new(Find(ValueMean), Find(ValueDeviation)), Find(ErrorDeviation)[0],
            saved.GetValueOrDefault(StateCovariance));

        ReadOnlySpan<double> Find(string name) => IncrementalStatistics.Find(saved, name).Values;
    }

    /// <summary>Everything by name.</summary>
    public Dictionary<string, Matrix<double>> Save()
    {
        var saved = new Dictionary<string, Matrix<double>>
        {
            [StateMean] = IncrementalStatistics.Row(State.Mean), [StateDeviation] = IncrementalStatistics.Row(State.Deviation),
            [ValueMean] = IncrementalStatistics.Row(Value.Mean), [ValueDeviation] = IncrementalStatistics.Row(Value.Deviation), [ErrorDeviation] = IncrementalStatistics.Row([Error]),
        };
        if (Covariance is not null)
            saved[StateCovariance] = Covariance;
        return saved;
    }

    /// <summary>(y − mean) / deviation where a value was observed, 0 elsewhere.</summary>
    public void StandardizeValues(Span<float> values, ReadOnlySpan<float> mask)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = mask[i] * (float)((values[i] - Value.Mean[i]) / Value.Deviation[i]);
    }
}
