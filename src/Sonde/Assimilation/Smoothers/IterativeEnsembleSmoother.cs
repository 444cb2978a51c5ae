using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// The iterative ensemble Kalman smoother: finds the ensemble at the start of a window whose forecasts fit the window's new
/// observations, by Gauss-Newton steps in the space of the ensemble, each of which runs the model through the window again.
/// With one iteration and a linear model it is the ensemble Kalman smoother; with lag 1 it is the iterative ensemble Kalman
/// filter, with lag 0 the maximum likelihood ensemble filter. Needs no tangent and no adjoint. Where the system draws additive model error, that of every
/// step is an unknown as the state at the start is, with the ensemble's draws for anomalies (Sakov, Haussaire, Bocquet 2018, with sampled ones); windows
/// then follow one another without overlap, and inflation and rotation are at their ends. Bocquet and Sakov, Nonlin.
/// Processes Geophys. 20, 2013, and Q. J. R. Meteorol. Soc. 140, 2014.
/// </summary>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Lag">Observation times in a full window, 0 or more; 0 iterates at the observation's own time.</param>
/// <param name="Iterations">Most steps in a window, 1 or more.</param>
/// <param name="Form">How anomalies are found.</param>
/// <param name="Stride">Observation times by which a window slides, and new ones in it, 1 … Lag.</param>
/// <param name="Tolerance">Stops when the mean square of a step's weights falls below it; 0 always takes every iteration.</param>
/// <param name="Inflation">Factor on the anomalies of every posterior at the window's start.</param>
/// <param name="Rotate">True turns the posterior anomalies at random, keeping mean and covariance.</param>
/// <param name="Certainty">Null for none; else the finite-size prior of Bocquet 2011, which finds the inflation itself: 1 for an ensemble that may be any sample, 2 for a better one.</param>
/// <param name="Bundle">Null derives by regression over the ensemble as it is; else the anomalies are made this small, as a finite difference (1e-4).</param>
/// <param name="Annealing">True shares the likelihood out over the iterations, each an update of its own, instead of minimising: one step of "multiple data assimilation" an iteration.</param>
/// <param name="MultipleAssimilation">
/// True uses every observation in each window it lies in, with the power Stride/Lag of its likelihood: Bocquet and Sakov
/// 2014, §4. What is reported is the balanced ensemble, which has used each observation once.
/// </param>
public sealed record IterativeEnsembleSmoother(
    int Members, int Lag = 1, int Iterations = 10, IterativeForm Form = IterativeForm.SquareRoot, int Stride = 1, double Tolerance = 0.0,
    double Inflation = 1.0, bool Rotate = false, double? Certainty = null, double? Bundle = null, bool Annealing = false,
    bool MultipleAssimilation = false) : IAssimilationMethod
{
    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Observation times in a full window.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int Lag { get; init => field = Check.AtLeast(0, value, nameof(Lag)); } = Check.AtLeast(0, Lag, nameof(Lag));

    /// <summary>Most steps in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>How far a window slides.</summary>
    /// <exception cref="ArgumentException">Below 1 or above the lag.</exception>
    public int Stride { get; init; } = Stride >= 1 && Stride <= Math.Max(1, Lag)
        ? Stride
        : throw new ArgumentException($"Stride is {Stride} but must lie between 1 and the lag, {Lag}.", nameof(Stride));

    /// <summary>When to stop.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double Tolerance { get; init => field = Check.AtLeast(0.0, value, nameof(Tolerance)); } = Check.AtLeast(0.0, Tolerance, nameof(Tolerance));

    /// <summary>Factor on anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>Certainty of the finite-size prior.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Certainty { get; init => field = Check.Positive(value, nameof(Certainty)); } = Check.Positive(Certainty, nameof(Certainty));

    /// <summary>Size of the bundle.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double? Bundle { get; init => field = Check.Positive(value, nameof(Bundle)); } = Check.Positive(Bundle, nameof(Bundle));

    /// <inheritdoc/>
    public WindowPlan Plan => new(Math.Max(1, Lag), Stride);

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => (Lag == 0 ? null : RefusesError(problem.System))
        ?? (Annealing && MultipleAssimilation ? "Annealing and multiple assimilation both share out the likelihood: choose one of them." : null)
        ?? (MultipleAssimilation && Lag % Stride != 0 ? $"Multiple assimilation needs a lag that is a multiple of the stride, not {Lag} and {Stride}." : null);

    private string? RefusesError(IDynamicalSystem system) =>
        !ModelError.Is(system) ? null
        : system is not IStochasticSystem { Additive: not null } ? ModelError.Refuses(system)
        : Stride != Lag ? $"The system draws random model error, which this method controls in windows that do not overlap: the stride, {Stride}, must be the lag, {Lag}."
        : null;

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var belief = BeliefConversion.ToEnsemble(background, Members, random);
        var members = belief.Members;
        var start = window.Start;
        if (Lag == 0)
        {
            Forecast.Run(window.System, window.Grid, start, window.NextStart, members, random.Fork("forecast"), window.Workers);
            start = window.NextStart;
        }
        if (start < window.NextStart && ControlledError.Of(window, Members, random.Fork("model error")) is { } controlled)
            window = window with { System = controlled };
        window = WindowScreen.Judge(window, start, members, random.Fork("forecast"));
        var solve = new WindowSolve(this, window, start, belief.Memory, random);
        var again = MultipleAssimilation && Lag > Stride;
        var outcome = solve.Run(members, again ? Shares(window) : NewOnes(window), reportForecast: true, reportAnalysis: !again);
        var reported = members;
        if (again && outcome.Failure is null)
        {
            reported = members.Copy();
            outcome = solve.Run(reported, Remainders(window), reportForecast: false, reportAnalysis: true);
        }
        if (outcome.Failure is { } failure)
            return new Analysis(belief, AnalysisStatus.Diverged, failure);

        ReportSmoothed(window, start, reported, belief.Memory, random);
        if (window.System is ControlledError)                   // its error belongs to the members as they are
        {
            Forecast.Run(window.System, window.Grid, start, window.NextStart, members, random.Fork("forecast"), window.Workers);
            start = window.NextStart;
        }
        if (Inflation != 1)
            EnsembleTransform.Scale(members, Inflation, window.Workers);
        if (Rotate)
            RandomRotation.Apply(members, random.Fork("rotation"), window.Workers);
        if (start < window.NextStart)
            Forecast.Run(window.System, window.Grid, start, window.NextStart, members, random.Fork("forecast"), window.Workers);
        return outcome.Converged ? new Analysis(belief) : new Analysis(belief, AnalysisStatus.NotConverged, "The iterations ended before the tolerance.");
    }

    private static WeightedObservation[] NewOnes(AssimilationWindow window) =>
        [.. Enumerable.Range(window.FirstNew, window.Observations.Count - window.FirstNew).Select(i => new WeightedObservation(i, 1))];

    private WeightedObservation[] Shares(AssimilationWindow window) =>
        [.. Enumerable.Range(0, window.Observations.Count).Select(i => new WeightedObservation(i, (double)Stride / Lag))];

    /// <summary>What the windows so far have left of each observation's likelihood.</summary>
    private WeightedObservation[] Remainders(AssimilationWindow window)
    {
        var remainders = new List<WeightedObservation>();
        for (var i = 0; i < window.Observations.Count; i++)
        {
            var windows = i >= window.FirstNew ? 1 : 1 + (window.FirstNew - i + Stride - 1) / Stride;
            if (windows * Stride < Lag)
                remainders.Add(new WeightedObservation(i, 1 - (double)windows * Stride / Lag));
        }
        return [.. remainders];
    }

    /// <summary>Reports what no later window will see again.</summary>
    private static void ReportSmoothed(AssimilationWindow window, GridTime start, Matrix<double> members, IReadOnlyDictionary<string, Matrix<double>> memory, RandomSource random)
    {
        if (window.AtStart is { } earlier && start == earlier.At)
            window.Observer.OnSmoothed(earlier, new EnsembleBelief(members, null, memory));
        var at = start;
        var work = members;
        foreach (var observation in window.Observations)
        {
            if (!window.IsLast && observation.At >= window.NextStart && observation.At > start)
                break;
            if (ReferenceEquals(work, members))
                work = members.Copy();
            Forecast.Run(window.System, window.Grid, at, observation.At, work, random.Fork("forecast"), window.Workers);
            at = observation.At;
            window.Observer.OnSmoothed(observation, new EnsembleBelief(work, null, memory));
        }
    }
}
