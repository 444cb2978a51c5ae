using System.Numerics.Tensors;
using Sonde.Assimilation.Learned;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>Observed trajectories, of which windows are learned from or held out.</summary>
internal sealed class WindowPool
{
    private const int StatesForScale = 20_000;
    private const double LeastShare = 0.05;                                                 // of a value's variance, where errors are nearly all of it
    private const double Ridge = 1e-6;                                                      // share of a variance: components may repeat each other
    private readonly AmortizedTraining training;
    private readonly ITwinSource twins;
    private readonly ObservedSeries[] series;
    private readonly Stretch[] learned, heldOut, single;
    private readonly double[] along;
    private readonly int before, after;

    /// <summary>Simulates and observes trajectories.</summary>
    /// <param name="settings">How many, and what a window holds.</param>
    /// <param name="source">Truths and observations.</param>
    /// <param name="random">All their randomness.</param>
    /// <exception cref="ArgumentException">No window fits into a trajectory, or nothing is observed.</exception>
    public WindowPool(AmortizedSettings settings, ITwinSource source, RandomSource random)
    {
        training = settings.Training;
        twins = source.Over(training.Length ?? source.Times.Count);
        var (n, times) = (twins.Problem.System.Width, twins.Times.Count);
        var truths = new float[training.Trajectories][];
        var (truth, rows) = (new Matrix<double>(truths.Length, times * twins.TruthWidth), new Matrix<double>(1, times * n));
        if (training.Redraw && twins.TruthWidth != n)
            throw new ArgumentException("Windows are observed anew from the system's own states, but here its rows merely stand for truths; expected redraw: false.", nameof(settings));
        for (var k = 0; k < truths.Length; k++)
        {
            twins.Simulate(truth.All.Slice(k, 1), random.Fork("trajectory").Fork(k));
            twins.Represent(truth.All.Slice(k, 1), rows);
            TensorPrimitives.ConvertTruncating<double, float>(rows.Values, truths[k] = new float[times * n]);
        }
        var states = StatesOf(truths, n);
        var state = NormalizedColumns<double>.Of(states);
        along = [.. Enumerable.Range(0, n).Select(i => state.Mean[i] + state.Deviation[i])];
        series = new ObservedSeries[truths.Length];
        for (var k = 0; k < truths.Length; k++)
            series[k] = new(twins.Observe(truth[k], random.Fork("observations").Fork(k)), 0, along, truths[k]);
        (Scale, Observed) = Summarize(state, settings.Refinements > 0 ? CovarianceOf(states, state) : null);
        if (settings.Learn.Count > 0 || settings.SearchesTendency)
            Scale = OfValues(Scale);
        Span = settings.Network.EstimatesEveryTime ? training.Span : 1;
        (before, after) = (settings.Network.Reach(settings.HalfWindow), Span - 1 + settings.Ahead + settings.Network.Reach(settings.HalfWindow));
        (learned, heldOut, single) = Split(times);
        if (learned.Length == 0)
            throw new ArgumentException($"A trajectory of {times} observation times has no window of {before + 1 + after} to learn from beside a share of {training.HeldOut} that is held out.", nameof(settings));
    }

    /// <summary>What is known before any network.</summary>
    public EncoderScale Scale { get; }

    /// <summary>Values observed at a time, on average.</summary>
    public double Observed { get; }

    /// <summary>Times that a window learns at.</summary>
    public int Span { get; }

    /// <summary>The times of trajectories.</summary>
    public ITwinSource Twins => twins;

    /// <summary>Windows of an epoch.</summary>
    public int Samples => training.Samples ?? (learned.Length < training.Batch ? learned.Length : learned.Length / training.Batch * training.Batch);

    /// <summary>The samples that training is judged by.</summary>
    public int[] Validation => [.. Evenly(heldOut.Length, training.Validation).Select(i => Samples + i)];

    /// <summary>Held-out windows around single times, for a calibration.</summary>
    public Stretch[] Calibration => [.. Evenly(single.Length, training.Calibration).Select(i => single[i])];

    /// <summary>Windows that are learned from, evenly over all.</summary>
    /// <param name="most">At most so many.</param>
    public Stretch[] Learned(int most) => [.. Evenly(learned.Length, most).Select(i => learned[i])];

    /// <summary>Windows of all series that share nothing, by the times in their middle.</summary>
    /// <param name="half">Times on each side.</param>
    public Stretch[] Apart(int half) =>
        [.. series.SelectMany(one => Enumerable.Range(0, one.Times / (2 * half + 1)).Select(i => new Stretch(one, i * (2 * half + 1) + half)))];

    /// <summary>The windows of samples.</summary>
    public Stretch[] Windows(ReadOnlySpan<int> samples, RandomSource random)
    {
        var windows = new Stretch[samples.Length];
        for (var i = 0; i < samples.Length; i++)
            windows[i] = samples[i] >= Samples ? heldOut[samples[i] - Samples]
                : Renewed(training.Samples is null ? learned[samples[i]] : learned[random.Fork("window").Fork(i).NextInt(learned.Length)], random, i);
        return windows;
    }

    private Stretch Renewed(Stretch window, RandomSource random, int i)
    {
        if (!training.Redraw)
            return window;
        var (n, first, length) = (Scale.Width, window.First - before, before + 1 + after);
        var truth = new double[length * n];
        var single = window.Series.Truth.AsSpan(first * n, length * n);
        TensorPrimitives.ConvertTruncating<float, double>(single, truth);
        return new(new ObservedSeries(twins.Observe(truth, random.Fork("observations").Fork(i)), first, along, single.ToArray()), before);
    }

    private (Stretch[] Learned, Stretch[] HeldOut, Stretch[] Single) Split(int times)
    {
        var (taken, kept, alone) = (new List<Stretch>(), new List<Stretch>(), new List<Stretch>());
        var whole = series.Length >= 4 ? series.Length - (int)Math.Round(training.HeldOut * series.Length) : series.Length;
        var cut = series.Length >= 4 ? times : times - (int)Math.Round(training.HeldOut * times);
        for (var k = 0; k < series.Length; k++)
        {
            Add(k < whole ? taken : kept, k, 0, cut, after, Span);
            Add(kept, k, cut, times, after, Span);
            Add(alone, k, k < whole ? cut : 0, times, before, 1);
        }
        return ([.. taken], [.. kept], [.. alone]);

        void Add(List<Stretch> to, int k, int begin, int end, int beyond, int stride)
        {
            for (var first = begin + before; first + beyond < end; first += stride)
                to.Add(new(series[k], first));
        }
    }

    private static Matrix<double> StatesOf(float[][] truths, int n)
    {
        var all = truths.Length * (truths[0].Length / n);
        var chosen = Evenly(all, StatesForScale).ToArray();
        var states = new Matrix<double>(chosen.Length, n);
        for (var row = 0; row < chosen.Length; row++)
        {
            var (k, t) = (chosen[row] / (truths[0].Length / n), chosen[row] % (truths[0].Length / n));
            TensorPrimitives.ConvertTruncating<float, double>(truths[k].AsSpan(t * n, n), states[row]);
        }
        return states;
    }

    /// <summary>The same with states' mean and spread from what was observed of them alone.</summary>
    private EncoderScale OfValues(EncoderScale scale)
    {
        var variances = new Matrix<double>(scale.Width, scale.Width);
        for (var i = 0; i < scale.Width; i++)
        {
            var observed = scale.Value.Deviation[i] * scale.Value.Deviation[i];
            variances[i, i] = Math.Max(observed - scale.Error * scale.Error, LeastShare * observed);
        }
        if (Array.Exists(series, one => !one.IsDirect) || !Enumerable.Range(0, scale.Width).All(i => Array.Exists(series, one => Enumerable.Range(0, one.Times).Any(t => one.Mask[t, i] > 0))))
            throw new ArgumentException("Parameters and tendencies are learned from observations of components themselves, each of which must be observed at some time.");
        return scale with { State = new(scale.Value.Mean, [.. Enumerable.Range(0, scale.Width).Select(i => Math.Sqrt(variances[i, i]))]), Covariance = variances };
    }

    private static Matrix<double> CovarianceOf(Matrix<double> states, NormalizedColumns<double> scale)
    {
        var covariance = new Matrix<double>(states.Width, states.Width);
        for (var row = 0; row < states.Rows; row++)
            TensorPrimitives.Subtract(states[row], scale.Mean, states[row]);
        Dense.MultiplyTransposedLeft(1.0 / states.Rows, states, states, 0, covariance);
        for (var i = 0; i < covariance.Rows; i++)
            covariance[i, i] += Ridge * scale.Deviation[i] * scale.Deviation[i];
        return covariance;
    }

    /// <summary>Means and deviations of values at each component, the errors' root mean square, and how many values there are at a time.</summary>
    private (EncoderScale Scale, double Observed) Summarize(NormalizedColumns<double> state, Matrix<double>? covariance)
    {
        var n = state.Width;
        var (counts, sums, squares) = (new double[n], new double[n], new double[n]);
        var (values, variance, times) = (0L, 0.0, 0L);
        foreach (var one in series)
        {
            times += one.Times;
            foreach (var observation in one.Observations)
            {
                values += observation.Count;
                variance += TensorPrimitives.SumOfSquares(observation.Error.StandardDeviations);
            }
            for (var t = 0; t < one.Times; t++)
                for (var i = 0; i < n; i++)
                {
                    counts[i] += one.Mask[t, i];
                    sums[i] += one.Values[t, i];
                    squares[i] += (double)one.Values[t, i] * one.Values[t, i];
                }
        }
        if (values == 0)
            throw new ArgumentException("Nothing is observed in the training; expected observations to learn from.");
        var (mean, deviation) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            mean[i] = counts[i] > 0 ? sums[i] / counts[i] : 0;
            deviation[i] = counts[i] > 1 && squares[i] / counts[i] - mean[i] * mean[i] is > 0 and var own ? Math.Sqrt(own) : 1;
        }
        return (new(state, new(mean, deviation), Math.Sqrt(variance / values), covariance), (double)values / times);
    }

    private static IEnumerable<int> Evenly(int count, int most)
    {
        var chosen = Math.Min(count, most);
        for (var i = 0; i < chosen; i++)
            yield return (int)((i + 0.5) * count / chosen);
    }
}
