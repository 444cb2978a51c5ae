using Sonde.Experiments.Report;
using Sonde.Numerics;
using Sonde.Verification;

namespace Sonde.Experiments.Running;

/// <summary>
/// Whether the uncertainty of predictions of withheld observations can be trusted. Predictions count as Gaussian, and the error of the
/// observations is part of them.
/// </summary>
internal sealed class WithheldCalibration
{
    private const int Bins = 10;
    private readonly int times;
    private readonly ScoredTimes scored;
    private readonly ILookup<string, WithheldPrediction> all;

    /// <param name="withheld">What was predicted.</param>
    /// <param name="times">Observation times.</param>
    /// <param name="scored">Times that count in everything but <see cref="Series"/>.</param>
    public WithheldCalibration(WithheldScores withheld, int times, ScoredTimes scored)
    {
        (this.times, this.scored) = (times, scored);
        all = withheld.Predictions(ScoredTimes.All).ToLookup(p => p.Quantity);
    }

    /// <summary>Probabilities below each observation, by quantity.</summary>
    public IEnumerable<ReportRanks> Ranks => all.Select(own =>
    {
        var histogram = new RankHistogram(Bins);
        foreach (var p in own.Where(IsScored))
            histogram.Add(NormalDistribution.Cumulative(p.Departure / p.StandardDeviation));
        return new ReportRanks($"withheld {own.Key}", histogram.Counts)
        {
            EffectiveCount = ReportMethods.Independent(SeriesStatistics.Mean(scored.Of(Coverage(0.5, own))), histogram.Total),
        };
    });

    /// <summary>Of all quantities together.</summary>
    public ReportReliability Reliability =>
        ReportMethods.Reliability([.. Recorder.Coverages.Select(c => (c.Level, SeriesStatistics.Mean(scored.Of(Coverage(c.Level, all.SelectMany(own => own))))))]);

    /// <summary>Null where there are several quantities, whose spreads cannot be compared.</summary>
    public SpreadSkill? SpreadSkill
    {
        get
        {
            if (all.Count != 1)
                return null;
            var pairs = new SpreadSkill();
            foreach (var p in all.Single().Where(IsScored))
                pairs.Add(p.StandardDeviation * p.StandardDeviation, p.Departure * p.Departure);
            return pairs;
        }
    }

    /// <summary>Error and spread by observation time, of each quantity.</summary>
    public IEnumerable<ReportSeries> Series(double[] at)
    {
        foreach (var own in all)
        {
            yield return new ReportSeries($"withheldError.{own.Key}", at, ByTime(own, p => p.Departure * p.Departure, Math.Sqrt));
            yield return new ReportSeries($"withheldSpread.{own.Key}", at, ByTime(own, p => p.StandardDeviation * p.StandardDeviation, Math.Sqrt));
        }
    }

    private bool IsScored(WithheldPrediction p) => scored.Contains(p.Time);

    private double[] Coverage(double level, IEnumerable<WithheldPrediction> of)
    {
        var reach = NormalDistribution.Quantile(0.5 + 0.5 * level);
        return ByTime(of, p => Math.Abs(p.Departure) <= reach * p.StandardDeviation ? 1.0 : 0, mean => mean);
    }

    private double[] ByTime(IEnumerable<WithheldPrediction> of, Func<WithheldPrediction, double> value, Func<double, double> ofMean)
    {
        var values = new double[times];
        Array.Fill(values, double.NaN);
        foreach (var time in of.GroupBy(p => p.Time))
            values[time.Key] = ofMean(time.Average(value));
        return values;
    }
}
