using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// The ensemble smoother with multiple data assimilation: the ensemble at a window's start is updated several times with all of
/// the window's new observations at once, their error variances multiplied by coefficients whose inverses sum to 1, with a run
/// of the model before each update. Emerick and Reynolds, Computers and Geosciences 55, 2013, algorithm 1.
/// </summary>
/// <param name="Update">The analysis step; perturbed observations in the paper.</param>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Assimilations">Updates in a window; each gets this coefficient where none are given.</param>
/// <param name="Coefficients">α, one an update, each above 0; their inverses are scaled to sum to 1. Large ones first temper a strongly nonlinear problem.</param>
/// <param name="Stride">Observation times by which a window slides; null for the whole window.</param>
/// <param name="Inflation">Factor on the anomalies of every posterior at the window's start.</param>
/// <param name="Rotate">True turns the posterior anomalies at random, keeping mean and covariance.</param>
public sealed record EsMda(
    IEnsembleUpdate Update, int Members, int Window = 1, int Assimilations = 4, IReadOnlyList<double>? Coefficients = null, int? Stride = null,
    double Inflation = 1.0, bool Rotate = false) : IAssimilationMethod
{
    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Window { get; init => field = Check.AtLeast(1, value, nameof(Window)); } = Check.AtLeast(1, Window, nameof(Window));

    /// <summary>Updates in a window where no coefficients are given.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Assimilations { get; init => field = Check.AtLeast(1, value, nameof(Assimilations)); } = Check.AtLeast(1, Assimilations, nameof(Assimilations));

    /// <summary>α before scaling.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not above 0.</exception>
    public IReadOnlyList<double>? Coefficients { get; init => field = Check.AllPositive(value, nameof(Coefficients)); } = Check.AllPositive(Coefficients, nameof(Coefficients));

    /// <summary>How far a window slides.</summary>
    /// <exception cref="ArgumentException">Below 1 or above the window.</exception>
    public int? Stride { get; init; } = Stride is null || (Stride >= 1 && Stride <= Window)
        ? Stride
        : throw new ArgumentException($"Stride is {Stride} but must lie between 1 and the window, {Window}.", nameof(Stride));

    /// <summary>Factor on anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <inheritdoc/>
    public WindowPlan Plan => new(Window, Stride ?? Window);

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => ModelError.Refuses(problem.System) ?? SmootherUpdate.Refuses(Update, problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var belief = BeliefConversion.ToEnsemble(background, Members, random);
        var members = belief.Members;
        var memory = new Dictionary<string, Matrix<double>>(belief.Memory);
        var forecast = random.Fork("forecast");
        window = WindowScreen.Judge(window, window.Start, members, forecast);
        var stacked = StackedObservation.Of([.. window.Observations.Skip(window.FirstNew)]);
        var predicted = new Matrix<double>(Members, stacked.Count);
        var alphas = Alphas();
        for (var k = 0; k < alphas.Length; k++)
        {
            if (!Predict(window, members.Copy(), predicted, k == 0, memory, forecast))
                return new Analysis(belief, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
            if (stacked.Count == 0)
                break;
            var trusted = StackedObservation.WithError(stacked, alphas[k]);
            var failure = SmootherUpdate.Apply(Update, window, trusted, [members], predicted, memory, false, random.Fork("assimilation").Fork(k));
            if (failure is not null)
                return new Analysis(belief, AnalysisStatus.Diverged, failure);
        }
        if (!Report(window, members.Copy(), memory, forecast))
            return new Analysis(belief, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
        if (Inflation != 1)
            EnsembleTransform.Scale(members, Inflation, window.Workers);
        if (Rotate)
            RandomRotation.Apply(members, random.Fork("rotation"), window.Workers);
        Forecast.Run(window.System, window.Grid, window.Start, window.NextStart, members, forecast, window.Workers);
        return new Analysis(new EnsembleBelief(members, null, memory));
    }

    /// <summary>α with Σ 1/α = 1.</summary>
    private double[] Alphas()
    {
        if (Coefficients is not { } given)
            return [.. Enumerable.Repeat((double)Assimilations, Assimilations)];
        var sum = given.Sum(a => 1 / a);
        return [.. given.Select(a => a * sum)];
    }

    /// <summary>What members at the window's start predict of every new observation, side by side.</summary>
    private static bool Predict(
        AssimilationWindow window, Matrix<double> members, Matrix<double> predicted, bool report, Dictionary<string, Matrix<double>> memory, RandomSource random)
    {
        var (at, column) = (window.Start, 0);
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            Forecast.Run(window.System, window.Grid, at, observation.At, members, random, window.Workers);
            at = observation.At;
            var own = EnsembleCycle.Predict(window, observation, members);
            if (report)
                window.Observer.OnForecast(observation, new EnsembleBelief(members, null, memory), own);
            for (var n = 0; n < own.Rows; n++)
                own[n].CopyTo(predicted[n].Slice(column, own.Width));
            column += own.Width;
        }
        return Moments.AllFinite(members.Values) && Moments.AllFinite(predicted.Values);
    }

    /// <summary>Runs the posterior through the window and reports it at every time.</summary>
    private static bool Report(AssimilationWindow window, Matrix<double> members, Dictionary<string, Matrix<double>> memory, RandomSource random)
    {
        var belief = new EnsembleBelief(members, null, memory);
        if (window.AtStart is { } earlier)
            window.Observer.OnSmoothed(earlier, belief);
        var at = window.Start;
        for (var i = 0; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            Forecast.Run(window.System, window.Grid, at, observation.At, members, random, window.Workers);
            at = observation.At;
            if (!Moments.AllFinite(members.Values))
                return false;
            if (i >= window.FirstNew)
                window.Observer.OnAnalysis(observation, belief);
            if (LaggedStates.Leaves(window, i))
                window.Observer.OnSmoothed(observation, belief);
        }
        return true;
    }
}
