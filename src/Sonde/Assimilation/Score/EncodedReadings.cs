using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Quality;

namespace Sonde.Assimilation.Score;

/// <summary>How a trained encoder reads an observation.</summary>
internal sealed class EncodedReadings
{
    private const string Mean = "reading mean", Deviation = "reading deviation", Moments = "times";
    private const double Snap = 1e-6;                   // shares of a step within which two times are one
    private readonly NormalizedColumns<double> scale;
    private readonly double[] times;                    // at which it was trained; none where it reads any

    /// <summary>As it was saved.</summary>
    /// <exception cref="ArgumentException">An array is missing.</exception>
    public EncodedReadings(LearnedState state)
    {
        scale = new(LearnedArrays.Find(state.Statistics, Mean).Values, LearnedArrays.Find(state.Statistics, Deviation).Values);
        times = LearnedArrays.Find(state.Statistics, Moments).Values.ToArray();
    }

    /// <summary>Values at a time.</summary>
    public int Count => scale.Width;

    /// <summary>How many times the encoder was trained at; 0 where it reads any.</summary>
    public int Times => times.Length;

    /// <summary>Keeps what is known after a training.</summary>
    /// <param name="scale">Of the values.</param>
    /// <param name="times">When they are read; none for any time.</param>
    /// <param name="saved">Where it is kept.</param>
    public static void Save(NormalizedColumns<double> scale, ReadOnlySpan<double> times, Dictionary<string, Matrix<double>> saved) =>
        (saved[Mean], saved[Deviation], saved[Moments]) = (LearnedArrays.Row(scale.Mean), LearnedArrays.Row(scale.Deviation), LearnedArrays.Row(times));

    /// <summary>Why an observation cannot be read; null where it can.</summary>
    public string? Complaint(AssimilationWindow window, Observation observation)
    {
        var (time, count) = (window.Grid.TimeOf(observation.At), AsItCame(window, observation).Count);
        return count != Count ? $"The encoder reads {Count} values at each time, but {count} are observed at observation {observation.Index}."
            : times.Length > 0 && !times.Any(known => Math.Abs(known - time) < Snap * window.Grid.StepLength)
                ? $"The encoder was trained at {times.Length} times from {times[0]} to {times[^1]}, which do not include {time}."
            : null;
    }

    /// <summary>The values as the encoder reads them; what a background check rejected is replaced by what the forecast's mean predicts.</summary>
    /// <param name="window">Whose observation it is.</param>
    /// <param name="observation">What was kept of it.</param>
    /// <param name="forecast">Before the update.</param>
    /// <param name="values">[Count], overwritten.</param>
    public void Normalized(AssimilationWindow window, Observation observation, EnsembleBelief forecast, Span<float> values)
    {
        using var frame = Scratch.Enter();
        var original = AsItCame(window, observation);
        var input = frame.Rent(1, Count)[0];
        original.Values.Span.CopyTo(input);
        if (original.Count > observation.Count)
            Replace(original, window.Screen!.Fates(original.Index), forecast, input);
        scale.Normalize(new Batch<double>(input));
        TensorPrimitives.ConvertTruncating<double, float>(input, values);
    }

    private static void Replace(Observation original, IReadOnlyList<ObservationFate> fates, EnsembleBelief forecast, Span<double> values)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, forecast.Width);
        var expected = frame.Rent(1, values.Length);
        forecast.Mean(mean[0]);
        original.Operator.Apply(mean, expected);
        for (var j = 0; j < values.Length; j++)
            if (fates[j] is not (ObservationFate.Used or ObservationFate.Moderated))
                values[j] = expected[0, j];
    }

    private static Observation AsItCame(AssimilationWindow window, Observation observation) =>
        window.Observations.First(other => other.Index == observation.Index);
}
