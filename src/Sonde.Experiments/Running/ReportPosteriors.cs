using Sonde.Experiments.Report;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>What is believed about uncertain parameters before the first and after the last observation, as histograms.</summary>
internal static class ReportPosteriors
{
    private const int PriorDraws = 2000;
    private const long MostValues = 10_000_000;
    private const int FewestDraws = 200;

    public static List<ReportPosterior> Of(PreparedExperiment experiment, IReadOnlyList<MethodRun> runs)
    {
        var domain = experiment.Fields;
        var prior = domain.Parameters.Count > 0 ? Prior(experiment) : null;
        var posteriors = new List<ReportPosterior>();
        for (var p = 0; p < domain.Parameters.Count; p++)
        {
            var truth = experiment.Truth is { } known ? known[known.Rows - 1, domain.FieldWidth + p] : double.NaN;
            Add("prior", prior, p, truth);
            foreach (var run in runs)
                Add(run.Method.Name, run.Parameters, p, truth);
        }
        return posteriors;

        void Add(string method, ParameterSample? sample, int parameter, double truth)
        {
            if (sample?.Histogram(parameter) is not { } histogram)
                return;
            var (mean, deviation) = sample.Moments(parameter);
            posteriors.Add(new ReportPosterior(method, domain.Parameters[parameter], histogram.Edges, histogram.Density) { Truth = truth, Mean = mean, StandardDeviation = deviation });
        }
    }

    /// <summary>Draws of the prior; null where states are so wide that too few would fit.</summary>
    private static ParameterSample? Prior(PreparedExperiment experiment)
    {
        var system = experiment.Problem.System;
        var draws = (int)Math.Min(PriorDraws, MostValues / system.Width);
        if (draws < FewestDraws)
            return null;
        var states = new Matrix<double>(draws, system.Width);
        experiment.Prior.Sample(states, experiment.Random.Fork("report-prior"));
        return ParameterSample.Of(new Sonde.Assimilation.EnsembleBelief(states), system.Domain);
    }
}
