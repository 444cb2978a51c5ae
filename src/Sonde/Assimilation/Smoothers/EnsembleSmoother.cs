using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// The ensemble Kalman smoother: an ensemble filter whose update changes the ensembles at earlier observation times along
/// with the newest, by the same weights. Costs no model run. Evensen and van Leeuwen, Mon. Wea. Rev. 128, 2000; with a
/// transform filter, Cosme et al., Mon. Wea. Rev. 140, 2012.
/// </summary>
/// <param name="Update">The analysis step.</param>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Lag">Later observation times that each smoothed ensemble uses; null for all of the series.</param>
/// <param name="Inflation">Factor on the newest time's anomalies after each update.</param>
/// <param name="Rotate">True turns all times' anomalies together at random, keeping means, covariances and cross-covariances.</param>
public sealed record EnsembleSmoother(IEnsembleUpdate Update, int Members, int? Lag = null, double Inflation = 1.0, bool Rotate = false) : IAssimilationMethod
{
    private const string Lagged = "lagged states";

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Later observation times used.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Lag { get; init => field = Check.AtLeast(0, value, nameof(Lag)); } = Check.AtLeast(0, Lag, nameof(Lag));

    /// <summary>Factor on anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <inheritdoc/>
    public WindowPlan Plan => LaggedStates.Plan(Lag, 1);

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => SmootherUpdate.Refuses(Update, problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var belief = BeliefConversion.ToEnsemble(background, Members, random);
        var states = LaggedStates.Read(belief, Lagged);             // at the window's observations before the first new one
        var memory = new Dictionary<string, Matrix<double>>(belief.Memory);
        memory.Remove(Lagged);
        var at = window.FirstNew == 0 ? window.Start : window.Observations[window.FirstNew - 1].At;
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            var current = (i == 0 ? belief.Members : states[i - 1]).Copy();
            Forecast.Run(window.System, window.Grid, at, observation.At, current, random.Fork("forecast"), window.Workers);
            at = observation.At;
            if (Soundness.OfForecast(current, observation) is { } fault)
                return new Analysis(belief, AnalysisStatus.Diverged, fault);
            states.Add(current);
            var predicted = EnsembleCycle.Predict(window, observation, current);
            var forecast = new EnsembleBelief(current, null, memory);
            observation = window.Judge(observation, forecast, ref predicted);
            window.Observer.OnForecast(observation, forecast, predicted);
            if (observation.Count > 0)
            {
                // The window's start is smoothed along as long as the next window starts there again.
                IReadOnlyList<Matrix<double>> changed = window.Leaving == 0 ? [belief.Members, .. states] : Within(states);
                var failure = SmootherUpdate.Apply(Update, window, observation, changed, predicted, memory, Rotate, random.Fork("analysis").Fork(observation.Index));
                if (failure is not null)
                    return new Analysis(belief, AnalysisStatus.Diverged, failure);
                if (Inflation != 1)
                    EnsembleTransform.Scale(current, Inflation, window.Workers);
            }
            window.Observer.OnAnalysis(observation, new EnsembleBelief(current, null, memory));
        }
        return new Analysis(Release(window, belief, states, memory));
    }

    private List<Matrix<double>> Within(List<Matrix<double>> states) =>
        Lag is { } lag && states.Count > lag + 1 ? states[^(lag + 1)..] : states;

    private static EnsembleBelief Release(AssimilationWindow window, EnsembleBelief start, List<Matrix<double>> states, Dictionary<string, Matrix<double>> memory)
    {
        for (var i = 0; i < states.Count; i++)
            if (LaggedStates.Leaves(window, i))
                window.Observer.OnSmoothed(window.Observations[i], new EnsembleBelief(states[i], null, memory));
        if (window.Leaving < states.Count)
            memory[Lagged] = LaggedStates.SideBySide(states[window.Leaving..]);
        return new EnsembleBelief(window.Leaving == 0 ? start.Members : states[window.Leaving - 1], null, memory);
    }
}
