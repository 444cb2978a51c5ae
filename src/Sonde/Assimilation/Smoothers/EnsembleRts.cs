using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// The smoother of Rauch, Tung and Striebel over an ensemble filter: back from time to time, each analysed ensemble is moved by
/// regression on what smoothing changed at the time after it, E ← E + (Eˢ₊ − Eᶠ₊) (Aᶠ₊)⁺ A. Raanes, "Improvements to ensemble
/// methods for data assimilation in the geosciences", thesis, 2016, §4; Q. J. R. Meteorol. Soc. 142, 2016.
/// </summary>
/// <param name="Update">The analysis step.</param>
/// <param name="Members">N, 2 or more.</param>
/// <param name="Lag">How many later observation times each smoothed ensemble uses at least; null for all of the series.</param>
/// <param name="Inflation">Factor on anomalies after each update.</param>
/// <param name="Rotate">True turns the anomalies at random after each update, keeping mean and covariance.</param>
/// <param name="Damping">Factor on the regression, 0 … 1; below 1 it stands for correlation lost by model error.</param>
/// <param name="Stride">Observation times released at once where there is a lag.</param>
public sealed record EnsembleRts(
    IEnsembleUpdate Update, int Members, int? Lag = null, double Inflation = 1.0, bool Rotate = false, double Damping = 1.0, int Stride = 1)
    : IAssimilationMethod
{
    private const string Analyses = "lagged analyses";
    private const string Forecasts = "lagged forecasts";
    private const double Negligible = 1e-8;                 // singular values below this share of the largest are noise

    /// <summary>N.</summary>
    /// <exception cref="ArgumentException">Fewer than 2.</exception>
    public int Members { get; init => field = Check.AtLeast(2, value, nameof(Members)); } = Check.AtLeast(2, Members, nameof(Members));

    /// <summary>Later observation times used.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Lag { get; init => field = Check.AtLeast(0, value, nameof(Lag)); } = Check.AtLeast(0, Lag, nameof(Lag));

    /// <summary>Factor on anomalies.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>Factor on the regression.</summary>
    /// <exception cref="ArgumentException">Not in 0 … 1.</exception>
    public double Damping { get; init => field = Check.Within(0, 1, value, nameof(Damping)); } = Check.Within(0, 1, Damping, nameof(Damping));

    /// <summary>Observation times released at once.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Stride { get; init => field = Check.AtLeast(1, value, nameof(Stride)); } = Check.AtLeast(1, Stride, nameof(Stride));

    /// <inheritdoc/>
    public WindowPlan Plan => LaggedStates.Plan(Lag, Stride);

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => SmootherUpdate.RefusesToLocalize(Update, problem);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var belief = BeliefConversion.ToEnsemble(background, Members, random);
        var analyses = LaggedStates.Read(belief, Analyses);             // at the window's observations before the first new one
        var forecasts = LaggedStates.Read(belief, Forecasts);
        var memory = new Dictionary<string, Matrix<double>>(belief.Memory);
        memory.Remove(Analyses);
        memory.Remove(Forecasts);
        var at = window.FirstNew == 0 ? window.Start : window.Observations[window.FirstNew - 1].At;
        for (var i = window.FirstNew; i < window.Observations.Count; i++)
        {
            var observation = window.Observations[i];
            var current = (i == 0 ? belief.Members : analyses[i - 1]).Copy();
            Forecast.Run(window.System, window.Grid, at, observation.At, current, random.Fork("forecast"), window.Workers);
            at = observation.At;
            if (Soundness.OfForecast(current, observation) is { } fault)
                return new Analysis(belief, AnalysisStatus.Diverged, fault);
            forecasts.Add(current.Copy());
            analyses.Add(current);
            var predicted = EnsembleCycle.Predict(window, observation, current);
            var forecast = new EnsembleBelief(current, null, memory);
            observation = window.Judge(observation, forecast, ref predicted);
            window.Observer.OnForecast(observation, forecast, predicted);
            if (observation.Count > 0)
            {
                var failure = SmootherUpdate.Apply(Update, window, observation, [current], predicted, memory, Rotate, random.Fork("analysis").Fork(observation.Index));
                if (failure is not null)
                    return new Analysis(belief, AnalysisStatus.Diverged, failure);
                if (Inflation != 1)
                    EnsembleTransform.Scale(current, Inflation, window.Workers);
            }
            window.Observer.OnAnalysis(observation, new EnsembleBelief(current, null, memory));
        }
        return Smooth(window, analyses, forecasts, memory)
            ? new Analysis(Release(window, belief, analyses, forecasts, memory))
            : new Analysis(belief, AnalysisStatus.Diverged, "The regression on later ensembles is not finite.");
    }

    private bool Smooth(AssimilationWindow window, List<Matrix<double>> analyses, List<Matrix<double>> forecasts, Dictionary<string, Matrix<double>> memory)
    {
        if (!LaggedStates.Leaves(window, 0))
            return true;
        var all = new Matrix<double>[analyses.Count];
        all[^1] = analyses[^1];
        for (var i = analyses.Count - 2; i >= 0; i--)
        {
            var change = all[i + 1].Copy();                             // Eˢ − Eᶠ at the time after
            TensorPrimitives.Subtract<double>(change.Values, forecasts[i + 1].Values, change.Values);
            all[i] = analyses[i].Copy();
            if (!Regress(change, forecasts[i + 1], analyses[i], all[i]))
                return false;
        }
        for (var i = 0; i < all.Length; i++)
            if (LaggedStates.Leaves(window, i))
                window.Observer.OnSmoothed(window.Observations[i], new EnsembleBelief(all[i], null, memory));
        return true;
    }

    /// <summary>smoothed += change (Aᶠ)⁺ A, with the pseudo-inverse by singular values.</summary>
    private bool Regress(ReadOnlyBatch<double> change, Matrix<double> forecast, Matrix<double> analysis, Batch<double> smoothed)
    {
        var (n, width) = (forecast.Rows, forecast.Width);
        var rank = Math.Min(n, width);
        using var frame = Scratch.Enter();
        var later = frame.Rent(n, width);
        var earlier = frame.Rent(n, width);
        var mean = frame.Rent(1, width)[0];
        var left = frame.Rent(rank, n);
        var right = frame.Rent(rank, width);
        var values = frame.Rent(1, rank)[0];
        var coordinates = frame.Rent(n, rank);                          // of the change along the forecast's directions
        var directions = frame.Rent(rank, width);                       // what those were at the earlier time
        forecast.All.CopyTo(later);
        analysis.All.CopyTo(earlier);
        Moments.Center(later, mean);
        Moments.Center(earlier, mean);
        if (!Svd.Decompose(later, left, values, right))
            return false;
        Dense.MultiplyTransposedRight(1, change, right, 0, coordinates);
        for (var n1 = 0; n1 < n; n1++)
            for (var k = 0; k < rank; k++)
                coordinates[n1, k] = values[k] > Negligible * values[0] ? coordinates[n1, k] / values[k] : 0;
        Dense.Multiply<double>(left, earlier, directions);
        Dense.Multiply<double>(Damping, coordinates, directions, 1, smoothed);
        return Moments.AllFinite(smoothed.Values);
    }

    private static EnsembleBelief Release(
        AssimilationWindow window, EnsembleBelief start, List<Matrix<double>> analyses, List<Matrix<double>> forecasts, Dictionary<string, Matrix<double>> memory)
    {
        if (window.Leaving < analyses.Count)
        {
            memory[Analyses] = LaggedStates.SideBySide(analyses[window.Leaving..]);
            memory[Forecasts] = LaggedStates.SideBySide(forecasts[window.Leaving..]);
        }
        return new EnsembleBelief(window.Leaving == 0 ? start.Members : analyses[window.Leaving - 1], null, memory);
    }
}
