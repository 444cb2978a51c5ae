using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation;

/// <summary>What an analysis made of a forecast ensemble.</summary>
/// <param name="Analysis">What is believed at the observation's time: reported.</param>
/// <param name="Next">What the next forecast starts from, where that differs: a resampled ensemble.</param>
/// <param name="Failure">Why the numbers mean nothing, in a few words; null where they are sound.</param>
internal readonly record struct EnsembleStep(EnsembleBelief Analysis, EnsembleBelief? Next = null, string? Failure = null);

/// <summary>Forecast, predict, report, analyse, report: what every sequential ensemble method does at an observation time.</summary>
internal static class EnsembleCycle
{
    private const int PredictedRows = 16;

    /// <summary>The analysis at one time; may overwrite the forecast's members.</summary>
    public delegate EnsembleStep Analyze(AssimilationWindow window, Observation observation, EnsembleBelief forecast, Matrix<double> predicted, RandomSource random);

    /// <summary>Members drawn from the prior.</summary>
    public static EnsembleBelief Begin(int members, AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var ensemble = new Matrix<double>(members, problem.System.Width);
        prior.Sample(ensemble, random.Fork("members"));
        return new EnsembleBelief(ensemble);
    }

    /// <summary>Uses the window's new observations one after the other.</summary>
    public static Analysis Run(AssimilationWindow window, EnsembleBelief background, RandomSource random, Analyze analyze)
    {
        var belief = background;
        var at = window.Start;
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            Forecast.Run(window.System, window.Grid, at, observation.At, belief.Members, random.Fork("forecast"), window.Workers);
            at = observation.At;
            if (Soundness.OfForecast(belief.Members, observation) is { } fault)
                return new Analysis(belief, AnalysisStatus.Diverged, fault);
            var predicted = Predict(window, observation, belief.Members);
            observation = window.Judge(observation, belief, ref predicted);
            window.Observer.OnForecast(observation, belief, predicted);
            if (observation.Count > 0)
            {
                var step = analyze(window, observation, belief, predicted, random.Fork("analysis").Fork(observation.Index));
                if ((step.Failure ?? Soundness.OfAnalysis(step.Analysis.Members, observation)) is { } failure)
                    return new Analysis(step.Analysis, AnalysisStatus.Diverged, failure);
                window.Observer.OnAnalysis(observation, step.Analysis);
                belief = step.Next ?? step.Analysis;
            }
            else
            {
                window.Observer.OnAnalysis(observation, belief);
            }
        }
        if (at < window.NextStart)
            Forecast.Run(window.System, window.Grid, at, window.NextStart, belief.Members, random.Fork("forecast"), window.Workers);
        return new Analysis(belief);
    }

    /// <summary>H of every member, [N, m].</summary>
    public static Matrix<double> Predict(AssimilationWindow window, Observation observation, Matrix<double> members)
    {
        var predicted = new Matrix<double>(members.Rows, observation.Count);
        window.Workers.ForBlocks(members.Rows, PredictedRows, (first, count) =>
            observation.Operator.Apply(members.All.Slice(first, count), predicted.All.Slice(first, count)));
        return predicted;
    }

    /// <summary>The reason given when a run through a whole window overflowed.</summary>
    public const string NotFinite = "A forecast in the window is not finite.";
}
