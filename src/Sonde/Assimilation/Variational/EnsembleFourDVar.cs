using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// Ensemble 4D-Var: the state at a window's start whose trajectory fits the window's new observations, sought among x_b + w X, where B = XᵀX is made of
/// an ensemble, of a static covariance, or of both. What X does to the observations is found by running the model, never its tangent or adjoint:
/// w = (I + Y Yᵀ)⁻¹ Y d. Members follow by the symmetric square root or by perturbed observations. Liu, Xiao, Wang, Monthly Weather Review 136, 2008;
/// Hamill, Snyder, Monthly Weather Review 128, 2000, for hybrid covariances. The model is taken to be perfect.
/// </summary>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Window">Observation times in a window.</param>
/// <param name="Stride">Observation times by which a window slides, 1 … Window; null for whole windows one after the other.</param>
/// <param name="Iterations">Outer loops: each runs the ensemble again around the last analysis.</param>
/// <param name="Localization">Which observations are near; null where all are.</param>
/// <param name="Form">How increments are kept local.</param>
/// <param name="Perturbed">True updates members with perturbed observations, false by the symmetric square root.</param>
/// <param name="StaticShare">β, 0 … 1: the mean moves by B = (1 − β) × that of the ensemble + β × the static one; members move by their own.</param>
/// <param name="Background">Where the static covariance comes from.</param>
/// <param name="Factor">Multiplies the static covariance.</param>
/// <param name="Inflation">Factor on the anomalies of every posterior at the window's start.</param>
/// <param name="Rotate">True turns the posterior anomalies at random, keeping mean and covariance.</param>
/// <param name="QuasiStatic">Observation times by which the window grows until it is whole, with all outer loops each time; 0 takes it at once.</param>
/// <param name="ModeShare">Share of the localization matrix's trace that modulation keeps, above 0 and at most 1.</param>
/// <param name="InnerIterations">Most products with the Hessian for each weight field of the control form.</param>
/// <param name="InnerTolerance">Stops these when the residual is this fraction of the first.</param>
public sealed record EnsembleFourDVar(
    int Members, int Window = 1, int? Stride = null, int Iterations = 1, Localization? Localization = null, LocalizationKind Form = LocalizationKind.Observations,
    bool Perturbed = false, double StaticShare = 0.0, StaticBackground Background = StaticBackground.Climatology, double Factor = 1.0,
    double Inflation = 1.0, bool Rotate = false, int QuasiStatic = 0, double ModeShare = 0.99, int InnerIterations = 100,
    double InnerTolerance = 1e-6) : IAssimilationMethod
{
    private const string Modes = "localization modes";

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Observation times in a window.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Window { get; init => field = Check.AtLeast(1, value, nameof(Window)); } = Check.AtLeast(1, Window, nameof(Window));

    /// <summary>Observation times by which a window slides.</summary>
    /// <exception cref="ArgumentException">Below 1 or above the window.</exception>
    public int? Stride { get; init; } = Stride is null || (Stride >= 1 && Stride <= Window)
        ? Stride
        : throw new ArgumentException($"Stride is {Stride} but must lie between 1 and the window, {Window}.", nameof(Stride));

    /// <summary>Outer loops.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int Iterations { get; init => field = Check.AtLeast(1, value, nameof(Iterations)); } = Check.AtLeast(1, Iterations, nameof(Iterations));

    /// <summary>β.</summary>
    /// <exception cref="ArgumentException">Below 0 or above 1.</exception>
    public double StaticShare { get; init => field = Check.Within(0, 1, value, nameof(StaticShare)); } = Check.Within(0, 1, StaticShare, nameof(StaticShare));

    /// <summary>Multiplies the static covariance.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Factor { get; init => field = Check.Positive(value, nameof(Factor)); } = Check.Positive(Factor, nameof(Factor));

    /// <summary>Factor on anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>By how much a growing window grows.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int QuasiStatic { get; init => field = Check.AtLeast(0, value, nameof(QuasiStatic)); } = Check.AtLeast(0, QuasiStatic, nameof(QuasiStatic));

    /// <summary>What modulation keeps.</summary>
    /// <exception cref="ArgumentException">Not above 0, or above 1.</exception>
    public double ModeShare { get; init => field = Check.Within(0, 1, Check.Positive(value, nameof(ModeShare)), nameof(ModeShare)); } =
        Check.Within(0, 1, Check.Positive(ModeShare, nameof(ModeShare)), nameof(ModeShare));

    /// <summary>Most products with the Hessian.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int InnerIterations { get; init => field = Check.AtLeast(1, value, nameof(InnerIterations)); } = Check.AtLeast(1, InnerIterations, nameof(InnerIterations));

    /// <summary>When these end.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public double InnerTolerance { get; init => field = Check.AtLeast(0.0, value, nameof(InnerTolerance)); } = Check.AtLeast(0.0, InnerTolerance, nameof(InnerTolerance));

    /// <inheritdoc/>
    public WindowPlan Plan => new(Window, Stride ?? Window);

    /// <inheritdoc/>
    public bool NeedsClimatology => StaticShare > 0 && Background == StaticBackground.Climatology;

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => Smoothers.ModelError.Refuses(problem.System)
        ?? (StaticShare > 0 ? StaticBelief.Refuses(Background, problem) : null)
        ?? (Localization is not null && problem.System.Domain.Space.Dimensions == 0
            ? "The components of this system have no place, so that observations cannot be localized."
            : null);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var memory = new Dictionary<string, Matrix<double>>();
        if (StaticShare > 0)
            memory = new(VariationalBackground.Begin(Background, Factor, problem, prior).Memory);
        if (Localization is { } localization && Form != LocalizationKind.Observations)
            memory[Modes] = LocalizationModes.Of(localization, problem.System.Domain, Form == LocalizationKind.Modulation ? ModeShare : 1);
        return new EnsembleBelief(EnsembleCycle.Begin(Members, problem, prior, random).Members, null, memory);
    }

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var belief = BeliefConversion.ToEnsemble(background, Members, random);
        var (members, memory) = (belief.Members, belief.Memory);
        var observations = window.Observations.ToArray();
        if (!ReportForecast(window, observations, members.Copy(), memory))
            return new Analysis(belief, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
        var mean = new double[members.Width];
        Moments.Center(members, mean);
        var fixedRows = StaticShare > 0 ? VariationalBackground.Root(background) : new(0, members.Width);
        var modes = memory.GetValueOrDefault(Modes);
        var tangent = new EnsembleTangent(window, members.Copy(), Form == LocalizationKind.Modulation ? modes : null, fixedRows, Form == LocalizationKind.Control);
        var used = observations[window.FirstNew..];
        var (x, iterations, tally) = (mean.ToArray(), 0, new Tally());
        for (var count = QuasiStatic == 0 ? used.Length : Math.Min(QuasiStatic, used.Length); used.Sum(one => one.Count) > 0; count = Math.Min(count + QuasiStatic, used.Length))
        {
            for (var iteration = 1; iteration <= Iterations; iteration++, iterations++)
            {
                var anomalies = count == used.Length && iteration == Iterations ? members : null;
                if (!Improve(window, tangent, modes, used[..count], mean, x, anomalies, random, tally))
                    return new Analysis(background, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
            }
            if (count == used.Length)
                break;
        }
        var rounding = new double[members.Width];
        Moments.Center(members, rounding);                  // predictions of a nonlinear model leave the anomalies a mean
        Moments.Shift(members, x);
        if (!Report(window, observations, members.Copy(), memory, iterations, tally.Degrees))
            return new Analysis(background, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
        if (Inflation != 1)
            EnsembleTransform.Scale(members, Inflation, window.Workers);
        if (Rotate)
            RandomRotation.Apply(members, random.Fork("rotation"), window.Workers);
        Forecast.Run(window.System, window.Grid, window.Start, window.NextStart, members, random, window.Workers);
        var next = new EnsembleBelief(members, null, memory);
        return tally.Converged ? new Analysis(next) : new Analysis(next, AnalysisStatus.NotConverged, "The inner iterations ended before their tolerance.");
    }

    /// <summary>One outer loop: x ← x_b + w X from runs around x; A ← A − W X where they are given.</summary>
    private bool Improve(
        AssimilationWindow window, EnsembleTangent tangent, Matrix<double>? modes, Observation[] used, double[] mean, double[] x, Matrix<double>? anomalies,
        RandomSource random, Tally tally)
    {
        var stacked = StackedObservation.Of(used);
        if (stacked.Count == 0)
            return true;
        var y = new Matrix<double>(tangent.Rows.Rows, stacked.Count);
        var right = new Matrix<double>(1 + Members, stacked.Count);
        if (!tangent.Run(x, mean, used, y, right))
            return false;
        if (Perturbed && anomalies is not null)
            Perturb(stacked, right.All.Slice(1, Members), random.Fork("perturbations"));
        mean.CopyTo(x, 0);
        if (Localization is not null && Form == LocalizationKind.Control)
        {
            var solver = new Lanczos(InnerIterations, InnerTolerance);
            var outcome = new ControlIncrement(used, modes!, tangent, y, right, StaticShare, Perturbed, solver).Apply(x, anomalies, window.Workers);
            tally.Converged &= outcome == true;
            return outcome != false && Moments.AllFinite(x);
        }
        var increment = new EnsembleIncrement(stacked, tangent.Rows, y, right, tangent.EnsembleRows, StaticShare, Perturbed);
        if (Localization is { } localization && Form == LocalizationKind.Observations)
            return increment.ApplyLocally(localization, window.System.Domain, window.Workers, x, anomalies) && Moments.AllFinite(x);
        tally.Degrees = increment.Apply(x, anomalies);
        return double.IsFinite(tally.Degrees) && Moments.AllFinite(x);
    }

    /// <summary>Subtracts draws of the errors whose mean is 0.</summary>
    private void Perturb(Observation stacked, Batch<double> predicted, RandomSource random)
    {
        var noise = new Matrix<double>(Members, stacked.Count);
        stacked.Error.Sample(noise, random);
        Moments.Center(noise, new double[stacked.Count]);
        for (var n = 0; n < Members; n++)
            TensorPrimitives.MultiplyAdd<double>(noise[n], -Math.Sqrt(Members / (Members - 1.0)), predicted[n], predicted[n]);
    }

    /// <summary>Runs the background through the window; leaves what a background check keeps of the new observations.</summary>
    private static bool ReportForecast(AssimilationWindow window, Observation[] observations, Matrix<double> members, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        var belief = new EnsembleBelief(members, null, memory);
        var at = window.Start;
        for (var i = window.FirstNew; i < observations.Length; i++)
        {
            Forecast.Run(window.System, window.Grid, at, observations[i].At, members, new RandomSource(0), window.Workers);
            at = observations[i].At;
            var predicted = EnsembleCycle.Predict(window, observations[i], members);
            if (!Moments.AllFinite(members.Values) || !Moments.AllFinite(predicted.Values))
                return false;
            observations[i] = window.Judge(observations[i], belief, ref predicted);
            window.Observer.OnForecast(observations[i], belief, predicted);
        }
        return true;
    }

    /// <summary>Runs the posterior through the window and reports it at every time.</summary>
    private static bool Report(
        AssimilationWindow window, Observation[] observations, Matrix<double> members, IReadOnlyDictionary<string, Matrix<double>> memory, int iterations, double degrees)
    {
        var belief = new EnsembleBelief(members, null, memory);
        if (window.AtStart is { } earlier)
            window.Observer.OnSmoothed(earlier, belief);
        var at = window.Start;
        for (var i = 0; i < observations.Length; i++)
        {
            Forecast.Run(window.System, window.Grid, at, observations[i].At, members, new RandomSource(0), window.Workers);
            at = observations[i].At;
            if (!Moments.AllFinite(members.Values))
                return false;
            if (i >= window.FirstNew)
            {
                window.Observer.OnDiagnostic(observations[i], Diagnostic.Iterations, iterations);
                if (double.IsFinite(degrees))
                    window.Observer.OnDiagnostic(observations[i], Diagnostic.DegreesOfFreedom, degrees);
                window.Observer.OnAnalysis(observations[i], belief);
            }
            if (window.IsLast || at < window.NextStart)
                window.Observer.OnSmoothed(observations[i], belief);
        }
        return true;
    }

    /// <summary>What the outer loops of a window tell.</summary>
    private sealed class Tally
    {
        public double Degrees { get; set; } = double.NaN;

        public bool Converged { get; set; } = true;
    }
}
