using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// What a surrogate errs by, as trajectories showed it that it did not learn from: of mean 0 and variance v(ξ) f(t) g(u). Part of v lies in patterns,
/// v(ξ) = Σ p(ξ)² + rest, and the rest is independent from place to place. Errors of different times are independent.
/// </summary>
public sealed class SurrogateError
{
    private readonly FieldFrame frame;
    private readonly double[] variances, times;
    private readonly double stepLength;
    private readonly Func<Matrix<double>> patterns;

    /// <summary>Takes what was measured.</summary>
    /// <param name="frame">The fields.</param>
    /// <param name="deviations">v^½ of the normalized fields on the grid, in the order of <see cref="FieldFrame.GridPlaces"/>.</param>
    /// <param name="patterns">Makes p on the grid, [patterns, width], of normalized fields; asked once, and only where errors are drawn.</param>
    /// <param name="times">f at the first, second … snapshot, 1 or more.</param>
    /// <param name="stepLength">Time from one to the next.</param>
    /// <param name="parameters">g.</param>
    /// <exception cref="ArgumentException">Numbers do not fit, or one is negative or not finite.</exception>
    public SurrogateError(
        FieldFrame frame, ReadOnlySpan<double> deviations, Func<Matrix<double>> patterns, ReadOnlySpan<double> times, double stepLength, ParameterFactor parameters)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(parameters);
        if (deviations.Length != frame.Domain.FieldWidth || times.Length == 0)
            throw new ArgumentException($"Errors of {frame.Domain.FieldWidth} values need as many deviations, and factors of 1 or more times, not {deviations.Length} and {times.Length}.", nameof(deviations));
        foreach (var numbers in (ReadOnlySpan<double[]>)[deviations.ToArray(), times.ToArray()])
            foreach (var number in numbers)
                if (!(number >= 0) || !double.IsFinite(number))
                    throw new ArgumentException($"A deviation or factor of errors is {number}; it must be finite, and not below 0.", nameof(deviations));
        (this.frame, this.times, Parameters, this.stepLength) = (frame, times.ToArray(), parameters, Check.Positive(stepLength, nameof(stepLength)));
        variances = [.. deviations.ToArray().Select(deviation => deviation * deviation)];
        var made = new Lazy<Matrix<double>>(patterns);
        this.patterns = () => made.Value;
    }

    /// <summary>g.</summary>
    public ParameterFactor Parameters { get; }

    /// <summary>f, between snapshots on a straight line, and before the first and after the last as there.</summary>
    /// <param name="time">Since the start of a trajectory.</param>
    public double FactorAt(double time)
    {
        var at = Math.Clamp(time / stepLength, 0, times.Length - 1);
        var before = Math.Min((int)at, Math.Max(0, times.Length - 2));
        return times.Length == 1 ? times[0] : double.Lerp(times[before], times[before + 1], at - before);
    }

    /// <summary>v at places, in the squares of the fields' units.</summary>
    /// <exception cref="ArgumentException">A field does not exist, or a point lies outside its grid.</exception>
    public double[] VariancesAt(IReadOnlyList<FieldPlace> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        var result = new double[places.Count];
        ForEach(places, (place, component, share, unit) => result[place] += share * unit * unit * variances[component]);
        return result;
    }

    /// <summary>What is needed to draw errors at places, in the fields' units.</summary>
    /// <exception cref="ArgumentException">A field does not exist, or a point lies outside its grid.</exception>
    public PlacedError At(IReadOnlyList<FieldPlace> places)
    {
        var (rest, all) = (VariancesAt(places), patterns());
        var there = new Matrix<double>(all.Rows, rest.Length);
        ForEach(places, (place, component, share, unit) =>
        {
            for (var k = 0; k < all.Rows; k++)
                there[k, place] += share * unit * all[k, component];
        });
        return new(this, rest, there);
    }

    private void ForEach(IReadOnlyList<FieldPlace> places, Action<int, int, double, double> term)
    {
        frame.Check(places);
        Span<int> components = stackalloc int[8];
        Span<double> shares = stackalloc double[8];
        for (var i = 0; i < places.Count; i++)
        {
            var used = frame.Interpolate(places[i], components, shares);
            for (var k = 0; k < used; k++)
                term(i, components[k], shares[k], frame.Deviation[places[i].Field]);
        }
    }
}
