using Sonde.Numerics;

namespace Sonde.Observing.Quality;

/// <summary>Every reading with its fate, and what was predicted for it. One ledger serves one method; not for several threads at once.</summary>
public sealed class ObservationLedger
{
    private readonly ObservationFate[] fates;
    private readonly double[] departures;
    private readonly double[] spreads;
    private readonly double[] analysisDepartures;

    /// <summary>A ledger in which every reading is used.</summary>
    public ObservationLedger(IReadOnlyList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        Readings = readings;
        fates = new ObservationFate[readings.Count];
        (departures, spreads, analysisDepartures) = (Unknown(), Unknown(), Unknown());
    }

    private ObservationLedger(ObservationLedger other)
    {
        Readings = other.Readings;
        fates = [.. other.fates];
        (departures, spreads, analysisDepartures) = ([.. other.departures], [.. other.spreads], [.. other.analysisDepartures]);
    }

    /// <summary>The readings, in the order they came.</summary>
    public IReadOnlyList<Reading> Readings { get; }

    /// <summary>The fate of each reading.</summary>
    public ReadOnlySpan<ObservationFate> Fates => fates;

    /// <summary>Value − predicted mean before the observation was used; NaN where nothing was predicted.</summary>
    public ReadOnlySpan<double> Departures => departures;

    /// <summary>Standard deviation of the prediction before the observation was used, without the observation's own error; NaN where nothing was predicted.</summary>
    public ReadOnlySpan<double> Spreads => spreads;

    /// <summary>Value − predicted mean after the observation was used; NaN where nothing was predicted.</summary>
    public ReadOnlySpan<double> AnalysisDepartures => analysisDepartures;

    /// <summary>Sets the fate of a reading.</summary>
    public void Mark(int reading, ObservationFate fate) => fates[reading] = fate;

    /// <summary>Writes down what was predicted for an observation before it was used.</summary>
    /// <param name="observation">With <see cref="Observation.Readings"/>; one without leaves no trace.</param>
    /// <param name="mean">Predicted mean of each value, [m].</param>
    /// <param name="variance">Variance of each prediction, [m].</param>
    public void RecordBackground(Observation observation, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        var readings = observation.Readings.Span;
        for (var i = 0; i < readings.Length; i++)
            (departures[readings[i]], spreads[readings[i]]) = (observation.Values.Span[i] - mean[i], Math.Sqrt(variance[i]));
    }

    /// <summary>Writes down what was predicted for an observation after it was used.</summary>
    /// <param name="observation">With <see cref="Observation.Readings"/>; one without leaves no trace.</param>
    /// <param name="mean">Predicted mean of each value, [m].</param>
    public void RecordAnalysis(Observation observation, ReadOnlySpan<double> mean)
    {
        var readings = observation.Readings.Span;
        for (var i = 0; i < readings.Length; i++)
            analysisDepartures[readings[i]] = observation.Values.Span[i] - mean[i];
    }

    /// <summary>Sets the fates of an observation's values.</summary>
    /// <param name="observation">With <see cref="Observation.Readings"/>; one without leaves no trace.</param>
    /// <param name="fates">One a value, [m].</param>
    public void Record(Observation observation, ReadOnlySpan<ObservationFate> fates)
    {
        var readings = observation.Readings.Span;
        for (var i = 0; i < readings.Length; i++)
            this.fates[readings[i]] = fates[i];
    }

    /// <summary>How many readings of each field met which fate.</summary>
    public FateCounts Count()
    {
        var counts = new FateCounts();
        for (var i = 0; i < fates.Length; i++)
            counts.Add(Readings[i].Field, fates[i]);
        return counts;
    }

    /// <summary>Departures, spreads and analysis departures, [3, readings], for <see cref="Restore"/>.</summary>
    public Matrix<double> Save()
    {
        var all = new Matrix<double>(3, departures.Length);
        departures.CopyTo(all[0]);
        spreads.CopyTo(all[1]);
        analysisDepartures.CopyTo(all[2]);
        return all;
    }

    /// <summary>Puts back what <see cref="Save"/> gave.</summary>
    /// <exception cref="ArgumentException">The matrix has another shape.</exception>
    public void Restore(Matrix<double> all)
    {
        if (all.Rows != 3 || all.Width != departures.Length)
            throw new ArgumentException($"A ledger of {departures.Length} readings takes 3 rows of as many, not {all.Rows} of {all.Width}.", nameof(all));
        all[0].CopyTo(departures);
        all[1].CopyTo(spreads);
        all[2].CopyTo(analysisDepartures);
    }

    /// <summary>An independent copy, for another method.</summary>
    public ObservationLedger Copy() => new(this);

    private double[] Unknown()
    {
        var numbers = new double[Readings.Count];
        Array.Fill(numbers, double.NaN);
        return numbers;
    }
}
