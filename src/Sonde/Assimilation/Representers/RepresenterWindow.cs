using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Representers;

/// <summary>
/// Optimal interpolation in the space of observations: what a window's observations tell, solved among the functionals they read,
/// from a background N(m, C) whose departures fade from one time to the next.
/// </summary>
internal sealed class RepresenterWindow
{
    private readonly AssimilationWindow window;
    private readonly double[] mean;
    private readonly double[] deviations;
    private readonly IReadOnlyDictionary<string, Matrix<double>> memory;
    private readonly Observation[] used;                // what the background check keeps
    private readonly List<RepresenterStage> stages = [];

    /// <summary>Filters the window from the background at its first observation.</summary>
    /// <param name="window">The observations.</param>
    /// <param name="mean">m, [width].</param>
    /// <param name="noise">Of covariance C / factor.</param>
    /// <param name="factor">Multiplies the covariance.</param>
    /// <param name="memory">Travels with every belief.</param>
    public RepresenterWindow(
        AssimilationWindow window, double[] mean, IGaussianNoise noise, double factor, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        (this.window, this.mean, this.memory) = (window, mean, memory);
        deviations = noise.StandardDeviations();
        TensorPrimitives.Multiply(deviations, Math.Sqrt(factor), deviations);
        var set = new RepresenterSet(noise, factor, new ReadOnlyBatch<double>(mean), window.Observations);
        used = [.. window.Observations];
        for (var i = 0; i < used.Length && Failure is null; i++)
        {
            var share = i == 0 ? 1 : Share(i);
            var forecast = i == 0 ? RepresenterBelief.Background(set) : stages[i - 1].Analysis.Faded(share);
            if (i >= window.FirstNew && window.Screen is not null)
                used[i] = Judge(i, forecast);
            using var frame = Scratch.Enter();
            var predicted = frame.Rent(1, used[i].Count);
            used[i].Operator.Apply(new ReadOnlyBatch<double>(mean), predicted);
            stages.Add(new RepresenterStage(forecast, share, set.Of(new ReadOnlyBatch<double>(mean), i, used[i]), used[i], predicted, window.Workers));
            if (double.IsNaN(stages[i].DegreesOfFreedom))
                Failure = $"The innovation covariance at observation {used[i].Index} is not positive definite.";
        }
    }

    /// <summary>What went wrong; null where nothing did.</summary>
    public string? Failure { get; }

    /// <summary>Reports forecast and analysis of every new observation.</summary>
    /// <returns>The last belief.</returns>
    public GaussianBelief ReportFilter()
    {
        var first = Math.Max(0, window.FirstNew - 1);
        var analyses = RepresenterBelief.Evaluate([.. stages.Skip(first).Select(stage => stage.Analysis)], mean, deviations, window.Workers);
        var variance = new double[mean.Length];
        TensorPrimitives.Multiply<double>(deviations, deviations, variance);
        var belief = new GaussianBelief(mean, variance, memory);
        for (var i = window.FirstNew; i < stages.Count; i++)
        {
            var forecast = i == 0
                ? new GaussianBelief(mean, variance, stages[i].Forecast, memory)
                : Faded(analyses[i - 1 - first], variance, Share(i), stages[i].Forecast);
            using var frame = Scratch.Enter();
            var predicted = frame.Rent(1, used[i].Count);
            used[i].Operator.Apply(new ReadOnlyBatch<double>(forecast.MeanState), predicted);
            window.Observer.OnForecast(used[i], forecast, predicted);
            belief = new GaussianBelief(analyses[i - first].Mean, analyses[i - first].Variance, stages[i].Analysis, memory);
            if (used[i].Count > 0)
                window.Observer.OnDiagnostic(used[i], Diagnostic.DegreesOfFreedom, stages[i].DegreesOfFreedom);
            window.Observer.OnAnalysis(used[i], belief);
        }
        return belief;
    }

    /// <summary>Goes back through the window and reports the smoothed beliefs of some of its observations.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="end">After the last of them.</param>
    public void ReportSmoothed(int first, int end)
    {
        if (first >= end)
            return;
        var p = stages[0].Analysis.Set.Count;
        var (lambda, bigLambda) = (new Matrix<double>(1, p), new Matrix<double>(p, p));
        var smoothed = new RepresenterBelief[end - first];
        for (var i = stages.Count - 1; i >= first; i--)
        {
            if (i < end)
                smoothed[i - first] = stages[i].Smooth(lambda, bigLambda, window.Workers);
            if (i > first)
                stages[i].StepBack(lambda, bigLambda, window.Workers);
        }
        var moments = RepresenterBelief.Evaluate(smoothed, mean, deviations, window.Workers);
        for (var i = first; i < end; i++)
            window.Observer.OnSmoothed(
                used[i], new GaussianBelief(moments[i - first].Mean, moments[i - first].Variance, smoothed[i - first], memory));
    }

    /// <summary>What the background check keeps of an observation.</summary>
    private Observation Judge(int i, RepresenterBelief forecast)
    {
        var observation = window.Observations[i];
        var read = forecast.Set.Of(new ReadOnlyBatch<double>(mean), i, observation);
        using var frame = Scratch.Enter();
        var predicted = frame.Rent(1, observation.Count);
        observation.Operator.Apply(new ReadOnlyBatch<double>(mean), predicted);
        for (var j = 0; j < read.Length; j++)
            predicted[0, j] += TensorPrimitives.Dot<double>(forecast.Set.Gram[read[j]], forecast.Coefficients[0]);
        return window.Judge(observation, new GaussianBelief(mean, deviations, forecast, memory), ref predicted);
    }

    // What is left of departures from one observation to the next; a window of one needs no system that knows.
    private double Share(int i) => ((IStationarySystem)window.System).Persistence(
        window.Grid.TimeOf(window.Observations[i].At) - window.Grid.TimeOf(window.Observations[i - 1].At));

    // m + a (x − m) and C − a² (C − P).
    private GaussianBelief Faded((double[] Mean, double[] Variance) from, double[] background, double share, ICovariance structure)
    {
        var (x, v) = (new double[mean.Length], new double[mean.Length]);
        for (var c = 0; c < x.Length; c++)
            (x[c], v[c]) = (mean[c] + share * (from.Mean[c] - mean[c]), background[c] - share * share * (background[c] - from.Variance[c]));
        return new GaussianBelief(x, v, structure, memory);
    }
}
