namespace Sonde.Experiments.Report;

/// <summary>Arrays that belong together have the same length; a report that breaks this is a bug of its maker.</summary>
internal static class ReportCheck
{
    /// <exception cref="ArgumentException">They have not; the sentence gives both lengths.</exception>
    public static void Require(ReportData data)
    {
        foreach (var method in data.Methods)
        {
            foreach (var series in method.Series)
                Same($"times of {method.Name}'s {series.Name}", series.Times.Length, "values", series.Values.Length);
            foreach (var score in method.Trajectories)
                Same("trajectories", data.Experiment.Trajectories, $"values of {method.Name}'s {score.Name}", score.Values.Length);
            if (method.SpreadSkill is { } bins)
            {
                Same($"spreads of {method.Name}'s bins", bins.Spread.Length, "errors", bins.Error.Length);
                Same($"edges of {method.Name}'s frequencies", Math.Max(1, bins.Edges.Length), "frequencies and one", bins.Frequencies.Count + 1);
            }
            if (method.Reliability is { } reliability)
                Same($"stated probabilities of {method.Name}", reliability.Nominal.Length, "observed shares", reliability.Observed.Length);
        }
        foreach (var component in data.Components)
            Require(component);
        foreach (var posterior in data.Posteriors)
            Same($"edges of {posterior.Parameter}'s bins", posterior.Edges.Length, "densities and one", posterior.Density.Length + 1);
        foreach (var field in data.Fields)
            Require(field);
        if (data.Observations is { } observations)
            Require(observations);
        if (data.Sweep is { } sweep)
            foreach (var run in sweep.Runs)
                Same("keys of the sweep", sweep.Keys.Count, $"values of a run of {run.Method}", run.Values.Count);
    }

    private static void Require(ReportComponent component)
    {
        if (component.Truth is { } truth)
            Same($"times of {component.Name}", component.Times.Length, "true values", truth.Length);
        foreach (var band in component.Bands)
        {
            Same($"times of {component.Name}", component.Times.Length, $"means of {band.Method}", band.Mean.Length);
            Same($"times of {component.Name}", component.Times.Length, $"lower quantiles of {band.Method}", band.Low.Length);
            Same($"times of {component.Name}", component.Times.Length, $"upper quantiles of {band.Method}", band.High.Length);
        }
        Same($"observation times of {component.Name}", component.ObservationTimes.Length, "readings", component.ObservationValues.Length);
    }

    private static void Require(ReportField field)
    {
        Rows("the truth", field.Truth);
        foreach (var estimate in field.Estimates)
        {
            Rows($"{estimate.Method}'s mean", estimate.Mean);
            Rows($"{estimate.Method}'s error", estimate.Error);
            Rows($"{estimate.Method}'s spread", estimate.Spread);
        }

        void Rows(string name, float[][]? rows)
        {
            if (rows is null)
                return;
            Same($"times of {field.Name}", field.Times.Length, $"snapshots of {name}", rows.Length);
            foreach (var row in rows)
                Same($"points of {field.Name}", field.Geometry.Points, $"values of {name}", row.Length);
        }
    }

    private static void Require(ReportObservations observations)
    {
        var count = observations.Times.Length;
        Same("observation times", count, "x coordinates", observations.X.Length);
        Same("observation times", count, "y coordinates", observations.Y.Length);
        Same("observation times", count, "observed values", observations.Values.Length);
        Same("observation times", count, "fields of observations", observations.Field.Length);
        Same("observation times", count, "fates", observations.Fate.Length);
        if (observations.StationNames.Count > 0)
            Same("observation times", count, "stations", observations.Station.Length);
        foreach (var departures in observations.Departures)
        {
            if (departures.Forecast.Length > 0)
                Same("observation times", count, $"departures from {departures.Method}'s forecast", departures.Forecast.Length);
            if (departures.Analysis.Length > 0)
                Same("observation times", count, $"departures from {departures.Method}'s analysis", departures.Analysis.Length);
            if (departures.Fate is { } fates)
                Same("observation times", count, $"fates by {departures.Method}", fates.Length);
        }
    }

    private static void Same(string a, int countA, string b, int countB)
    {
        if (countA != countB)
            throw new ArgumentException($"A report has {countA} {a} but {countB} {b}.");
    }
}
