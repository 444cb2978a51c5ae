using System.Numerics.Tensors;
using Sonde.Assimilation.Amortized;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>How <see cref="TimeInterpolation"/> fills the times between two values.</summary>
public enum InterpolationForm
{
    /// <summary>A straight line between the value before and the value after.</summary>
    Linear,

    /// <summary>The value nearest in time.</summary>
    Nearest,

    /// <summary>The next value.</summary>
    Next,
}

/// <summary>
/// Each component by itself, between the times at which it was observed; what was never observed keeps its mean. No model is run. The usual first guesses of
/// 4D-Var. One variance serves all components that were observed: the mean square by which values left out are missed, less that of their errors.
/// </summary>
/// <param name="Form">How.</param>
public sealed record TimeInterpolation(InterpolationForm Form = InterpolationForm.Linear) : IAssimilationMethod
{
    private const double LeastShare = 1e-2;             // of an error's variance: a variance is above 0

    /// <inheritdoc/>
    public WindowPlan Plan => WindowPlan.Whole;

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random)
    {
        var moments = prior.Moments();
        var variances = new double[moments.Width];
        moments.Variance(variances);
        return new GaussianBelief([.. moments.MeanState], variances);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A value is not that of a component.</exception>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var (n, observations) = (background.Width, window.Observations.ToArray());
        for (var t = 0; t < observations.Length; t++)
            observations[t] = GaussianAnalysis.ReportForecast(window, observations[t], background);
        var (mean, prior) = (new double[n], new double[n]);
        background.Mean(mean);
        background.Variance(prior);
        var series = new ObservedSeries(observations, 0, [.. mean.Zip(prior, (m, v) => m + Math.Sqrt(v))]);
        if (!series.IsDirect)
            throw new ArgumentException("Interpolation in time fills in components between readings of them, but a value here is read by an instrument or between points; expected readings of components themselves.", nameof(window));
        var times = observations.Select(observation => window.Grid.TimeOf(observation.At)).ToArray();
        var lines = Enumerable.Range(0, n).Select(i => Line.Of(series, times, i)).ToArray();
        var variance = VarianceOf(lines, observations);
        IBelief belief = background;
        for (var t = 0; t < observations.Length; t++)
        {
            var (state, variances) = (new double[n], new double[n]);
            for (var i = 0; i < n; i++)
                (state[i], variances[i]) = lines[i].Times.Length == 0 ? (mean[i], prior[i]) : (lines[i].At(times[t], Form), Math.Min(variance, prior[i]));
            belief = new GaussianBelief(state, variances);
            window.Observer.OnAnalysis(observations[t], belief);
            window.Observer.OnSmoothed(observations[t], belief);
        }
        return new Analysis(background);
    }

    private double VarianceOf(Line[] lines, Observing.Observation[] observations)
    {
        var (missed, count) = (0.0, 0);
        foreach (var line in lines)
            for (var k = 0; k < line.Times.Length && line.Times.Length > 1; k++)
            {
                var departure = line.Values[k] - line.Without(k).At(line.Times[k], Form);
                (missed, count) = (missed + departure * departure, count + 1);
            }
        var (error, values) = (0.0, 0);
        foreach (var observation in observations)
            (error, values) = (error + TensorPrimitives.SumOfSquares(observation.Error.StandardDeviations), values + observation.Count);
        error /= Math.Max(1, values);
        return Math.Max(LeastShare * error, count == 0 ? error : missed / count - error);
    }

    /// <summary>The values of one component in order of time.</summary>
    private readonly record struct Line(double[] Times, double[] Values, int Skipped = -1)
    {
        public static Line Of(ObservedSeries series, double[] times, int component)
        {
            var (at, values) = (new List<double>(), new List<double>());
            for (var t = 0; t < times.Length; t++)
                if (series.Mask[t, component] > 0)
                {
                    at.Add(times[t]);
                    values.Add(series.Values[t, component]);
                }
            return new([.. at], [.. values]);
        }

        public Line Without(int k) => this with { Skipped = k };

        public double At(double time, InterpolationForm form)
        {
            var after = Array.BinarySearch(Times, time);
            after = after < 0 ? ~after : after;                         // the first that is not earlier
            after += after == Skipped ? 1 : 0;
            var before = after < Times.Length && Times[after] == time ? after : after - 1;
            before -= before == Skipped ? 1 : 0;
            if (before < 0 || after >= Times.Length)
                return Values[before < 0 ? after : before];
            var (left, right) = (time - Times[before], Times[after] - time);
            return form switch
            {
                InterpolationForm.Next => Values[after],
                InterpolationForm.Nearest => Values[left <= right ? before : after],
                _ => left + right == 0 ? Values[before] : (right * Values[before] + left * Values[after]) / (left + right),
            };
        }
    }
}
