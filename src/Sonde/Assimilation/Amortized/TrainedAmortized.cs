using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Incremental;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>Networks with what they have learned.</summary>
internal sealed class TrainedAmortized
{
    /// <summary>The name of the factor on variances.</summary>
    public const string Factor = "variance factor";

    private const int StretchTimes = 48, RowsAtOnce = 8;
    private const double LeastFactor = 1e-3, MostFactor = 1e3, LeastVariance = 1e-6;
    private readonly AmortizedSettings settings;
    private readonly EncoderScale scale;
    private readonly StateEncoding series, center;
    private readonly ISpread spread;
    private readonly Matrix<float>[] weights;
    private readonly double factor;
    private readonly float[] tendency;                                  // weights of what is learned of the model
    private readonly Matrix<double>? learned;                           // parameters and their standard deviations
    private readonly Matrix<double>? searched;                          // knots of the term in the tendency, values and their standard deviations

    /// <summary>Takes what was learned.</summary>
    /// <exception cref="ArgumentException">It does not fit the settings.</exception>
    public TrainedAmortized(AmortizedSettings settings, LearnedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (this.settings, scale) = (settings, EncoderScale.Load(state.Statistics));
        (spread, factor) = (settings.Spread(scale), settings.Recalibrate == Recalibration.None ? 1 : IncrementalStatistics.Find(state.Statistics, Factor).Values[0]);
        if (settings.Refinements > 0)
            _ = scale.RequireCovariance();                              // refused before anything runs
        center = new(settings, scale, 1, 0);
        series = settings.Network.EstimatesEveryTime ? new(settings, scale, StretchTimes, 0) : center;
        var count = center.Network.WeightCount;
        var beside = settings.Tendency is null ? settings.Learn.Count : new PointwiseTerm(settings.Tendency, scale).Network.WeightCount;
        if (state.Weights.Width != settings.Networks * count + beside)
            throw new ArgumentException($"{settings.Networks} networks have {settings.Networks * count} weights beside {beside} of the model, but {state.Weights.Width} were learned.", nameof(state));
        tendency = state.Weights.Values[(settings.Networks * count)..].ToArray();
        if (settings.Learn.Count > 0)
            learned = IncrementalStatistics.Find(state.Statistics, LearnedModel.Saved);
        if (settings.SearchesTendency)
            searched = IncrementalStatistics.Find(state.Statistics, TendencyNetwork.Saved);
        weights = [.. Enumerable.Range(0, settings.Networks).Select(k => new Matrix<float>(new ReadOnlyBatch<float>(state.Weights.Values.Slice(k * count, count))))];
    }

    /// <summary>What was learned of the model, by name: parameters, and the network in its tendency where it is asked for.</summary>
    public IReadOnlyDictionary<string, double> Parameters
    {
        get
        {
            var parameters = settings.Learn.Select((one, i) => (one.Name, Value: learned![0, i])).ToDictionary(pair => pair.Name, pair => pair.Value);
            if (settings.Tendency is { At: { Count: > 0 } at })
            {
                var values = TendencyAt(at);
                for (var i = 0; i < values.Length; i++)
                    parameters[FormattableString.Invariant($"tendency({at[i]})")] = values[i];
            }
            return parameters;
        }
    }

    /// <summary>The term in the tendency, at values of a component.</summary>
    public double[] TendencyAt(IReadOnlyList<double> at) =>
        searched is null ? new PointwiseTerm(settings.Tendency!, scale).At(at, tendency) : [.. at.Select(value => PiecewiseTendency.At(value, searched[0], searched[1]))];

    /// <summary>Beliefs at single times.</summary>
    public IBelief[] BeliefsAt(Stretch[] at, Workers workers)
    {
        var passes = Estimate(at, center, false, new RandomSource(0), workers);
        return [.. Enumerable.Range(0, at.Length).Select(k => BeliefAt(passes, k))];
    }

    /// <summary>What is believed before anything was observed.</summary>
    public GaussianBelief Background
    {
        get
        {
            var variance = scale.State.Deviation.ToArray();
            TensorPrimitives.Multiply<double>(variance, variance, variance);
            return new(scale.State.Mean.ToArray(), variance);
        }
    }

    /// <summary>Reports the background, then the estimate, at each time of a window.</summary>
    public Analysis Report(AssimilationWindow window, RandomSource random)
    {
        var observations = window.Observations.ToArray();
        for (var t = 0; t < observations.Length; t++)
            observations[t] = GaussianAnalysis.ReportForecast(window, observations[t], Background);
        IBelief belief = Background;
        var passes = Estimate(Stretches(new ObservedSeries(observations, 0, Along())), series, false, random, window.Workers);
        var refined = settings.Refinements > 0 ? Refined(window, observations, passes) : [];
        for (var t = 0; t < observations.Length; t++)
        {
            belief = refined.Length > 0 ? refined[t] ?? BeliefAt(passes, t) : BeliefAt(passes, t);
            window.Observer.OnAnalysis(observations[t], belief);
            window.Observer.OnSmoothed(observations[t], belief);
        }
        return Array.TrueForAll(passes, pass => TensorPrimitives.IsFiniteAll<float>(pass.Values))
            ? new Analysis(belief)
            : new Analysis(Background, AnalysisStatus.Diverged, EnsembleCycle.NotFinite);
    }

    /// <summary>
    /// The factor by which variances must be multiplied to be as large as squared errors, on average over windows: those of the mean against the truth, or
    /// what departures from observations at the window's center, which the network is not shown, have beyond the errors of those.
    /// </summary>
    /// <param name="windows">Held out.</param>
    /// <param name="hides">Whether observations tell, and are hidden from the network; else the truth.</param>
    /// <param name="random">Of dropped values.</param>
    /// <param name="workers">Who works.</param>
    /// <exception cref="ArgumentException">There is no window, or nothing is observed at the centers.</exception>
    public double FactorOf(Stretch[] windows, bool hides, RandomSource random, Workers workers)
    {
        if (windows.Length == 0)
            throw new ArgumentException("A recalibration needs windows that nothing was learned from, but none is held out; expected a longer 'length', a larger 'heldOut' or recalibrate: none.", nameof(windows));
        var n = scale.Width;
        var passes = Estimate(windows, center, hides, random, workers);
        var (excess, predicted) = (0.0, 0.0);
        var (mean, variance) = (new double[n], new double[n]);
        for (var k = 0; k < windows.Length; k++)
        {
            var belief = BeliefAt(passes, k);
            belief.Mean(mean);
            belief.Variance(variance);
            var (own, expected) = hides
                ? Innovation(windows[k].Series.Observations[windows[k].First], mean, variance)
                : Error(windows[k].Series.Truth.AsSpan(windows[k].First * n, n), mean, variance);
            (excess, predicted) = (excess + own, predicted + expected);
        }
        return predicted > 0 ? Math.Clamp(excess / predicted, LeastFactor, MostFactor)
            : throw new ArgumentException("A recalibration by observations needs some at the centers of windows that are held out, but there are none; expected recalibrate: truth or none.", nameof(windows));
    }

    private static (double Excess, double Predicted) Error(ReadOnlySpan<float> truth, double[] mean, double[] variance)
    {
        var excess = 0.0;
        for (var i = 0; i < mean.Length; i++)
            excess += (truth[i] - mean[i]) * (truth[i] - mean[i]);
        return (excess, TensorPrimitives.Sum<double>(variance));
    }

    /// <summary>Σ d² / σ² − 1 and Σ H P Hᵀ / σ², with P a diagonal.</summary>
    private static (double Excess, double Predicted) Innovation(Observation observation, double[] mean, double[] variance)
    {
        using var frame = Scratch.Enter();
        var (n, m) = (mean.Length, observation.Count);
        var units = frame.RentCleared(n, n);
        var columns = frame.Rent(n, m);
        var departure = frame.Rent(1, m);
        for (var i = 0; i < n; i++)
            units[i, i] = Math.Sqrt(variance[i]);
        observation.Operator.Apply(new ReadOnlyBatch<double>(mean), departure);
        observation.Operator.Tangent(new ReadOnlyBatch<double>(mean), units, columns);
        TensorPrimitives.Subtract(observation.Values.Span, departure[0], departure[0]);
        observation.Error.Whiten(departure);
        observation.Error.Whiten(columns);
        return (TensorPrimitives.SumOfSquares<double>(departure.Values) - m, TensorPrimitives.SumOfSquares<double>(columns.Values));
    }

    private double[] Along() => [.. Enumerable.Range(0, scale.Width).Select(i => scale.State.Mean[i] + scale.State.Deviation[i])];

    private Stretch[] Stretches(ObservedSeries observed) =>
        [.. Enumerable.Range(0, (observed.Times + series.Count - 1) / series.Count).Select(i => new Stretch(observed, i * series.Count))];

    /// <summary>The state at each time given the observations of the window around it; null where numbers are not finite.</summary>
    private GaussianBelief?[] Refined(AssimilationWindow window, Observation[] observations, Matrix<float>[] passes)
    {
        var refinement = settings.Model(window.System)?.Refinement(window.Grid, scale, learned!)
            ?? new WindowRefinement(searched is null ? (IDifferentiableSystem)window.System : TendencySearch.Model(window.System, searched), window.Grid, scale.State.Mean, scale.RequireCovariance());
        var refined = new GaussianBelief?[observations.Length];
        window.Workers.ForBlocks(observations.Length, RowsAtOnce, (first, count) =>
        {
            var guess = new double[scale.Width + (learned?.Width ?? 0)];
            learned?[0].CopyTo(guess.AsSpan(scale.Width));
            for (var t = first; t < first + count; t++)
            {
                if (window.Asked?.Contains(observations[t].At) == false)
                    continue;
                var (begin, end) = (Math.Max(0, t - settings.HalfWindow), Math.Min(observations.Length, t + settings.HalfWindow + 1));
                BeliefAt(passes, begin).Mean(guess.AsSpan(0, scale.Width));
                refined[t] = State(refinement.Refine(observations.AsSpan(begin, end - begin), t - begin, guess, settings.Refinements));
            }
        });
        return refined;
    }

    /// <summary>The state alone of a belief that tells parameters too.</summary>
    private GaussianBelief? State(GaussianBelief? belief)
    {
        if (belief is null || belief.Width == scale.Width)
            return belief;
        var covariance = new Matrix<double>(scale.Width, scale.Width);
        for (var i = 0; i < scale.Width; i++)
            belief.Covariance![i][..scale.Width].CopyTo(covariance[i]);
        return new(belief.MeanState[..scale.Width], covariance);
    }

    /// <summary>What each pass says of each time of stretches, [times, numbers × n] with the mean first.</summary>
    private Matrix<float>[] Estimate(Stretch[] stretches, StateEncoding encoding, bool hides, RandomSource random, Workers workers)
    {
        var passes = new Matrix<float>[settings.Passes];
        for (var pass = 0; pass < passes.Length; pass++)
            passes[pass] = new(stretches.Length * encoding.Count, encoding.Width);
        var samples = passes.Length / settings.Networks;
        workers.ForBlocks(stretches.Length, RowsAtOnce, (first, rows) =>
        {
            using var lent = TapeLoan<float>.Take();
            var drawing = encoding.Draw(lent.Tape, stretches.AsSpan(first, rows), hides);
            for (var network = 0; network < settings.Networks; network++)
            {
                var own = lent.Tape.Constant(weights[network]);
                var trunk = encoding.Trunk(drawing, own, Pass.Deterministic);
                for (var sample = 0; sample < samples; sample++)
                {
                    var drops = new Pass(settings.Dropout > 0 ? random.Fork(network).Fork(sample).Fork(first) : null);
                    var estimate = encoding.Read(encoding.Head(trunk, own, drops), drawing, 0);
                    var to = passes[network * samples + sample].All.Slice(first * encoding.Count, rows * encoding.Count);
                    for (var row = 0; row < to.Rows; row++)
                    {
                        estimate.Mean.Value[row].CopyTo(to[row]);
                        if (spread.Numbers > 0)
                            estimate.Numbers.Value[row].CopyTo(to[row][scale.Width..]);
                    }
                }
            }
        });
        return passes;
    }

    /// <summary>What all passes together say of one time.</summary>
    private IBelief BeliefAt(Matrix<float>[] passes, int row)
    {
        var n = scale.Width;
        var members = new Matrix<double>(passes.Length, n);
        var (mean, within, own) = (new double[n], new double[n], new double[n]);
        Matrix<double>? directions = null;
        for (var pass = 0; pass < passes.Length; pass++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(passes[pass][row][..n], members[pass]);
            directions = spread.Read(passes[pass][row][n..], own);
            for (var r = 0; r < (directions?.Rows ?? 0) && passes.Length > 1; r++)
                TensorPrimitives.MultiplyAdd<double>(directions![r], directions[r], own, own);
            TensorPrimitives.MultiplyAdd<double>(own, 1.0 / passes.Length, within, within);
        }
        Moments.Mean(members, null, mean);
        if (passes.Length == 1)
            return directions is null ? Single(mean, within) : Correlated(mean, within, directions);
        if (spread.Numbers > 0)
        {
            var between = new double[n];
            Moments.Variance(members, null, mean, between);
            return Gaussian(mean, [.. within.Zip(between, (a, b) => factor * (a + b))]);
        }
        for (var pass = 0; pass < passes.Length; pass++)
            for (var i = 0; i < n; i++)
                members[pass, i] = mean[i] + Math.Sqrt(factor) * (members[pass, i] - mean[i]);
        return new EnsembleBelief(members);
    }

    /// <summary>A network that gives no variance is believed with one share of the states' own.</summary>
    private GaussianBelief Single(double[] mean, double[] variance)
    {
        for (var i = 0; i < variance.Length; i++)
            variance[i] = factor * (spread.Numbers > 0 ? variance[i] : scale.State.Deviation[i] * scale.State.Deviation[i]);
        return Gaussian(mean, variance);
    }

    private GaussianBelief Correlated(double[] mean, double[] variance, Matrix<double> directions)
    {
        var covariance = new Matrix<double>(mean.Length, mean.Length);
        Dense.MultiplyTransposedLeft(factor, directions, directions, 0, covariance);
        for (var i = 0; i < mean.Length; i++)
            covariance[i, i] += factor * variance[i];
        return new(mean, covariance);
    }

    private static GaussianBelief Gaussian(double[] mean, double[] variance)
    {
        for (var i = 0; i < variance.Length; i++)
            variance[i] = Math.Max(LeastVariance, variance[i]);
        return new(mean, variance);
    }
}
