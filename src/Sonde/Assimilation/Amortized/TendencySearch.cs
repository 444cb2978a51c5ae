using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// What the observations say of the term that a model leaves out, when the network in the tendency has had its say: values at knots, linear between them,
/// which begin at the network's and are searched as parameters are. The loss undoes in the term what the network of states draws to the middle; windows
/// whose own states are searched do not.
/// </summary>
internal static class TendencySearch
{
    private const double Reach = 2.5;                                   // of the knots from the mean, in standard deviations

    /// <summary>Knots around all components' mean.</summary>
    public static double[] Knots(TendencyNetwork settings, EncoderScale scale)
    {
        var (mean, deviation) = scale.Pooled;
        return [.. Enumerable.Range(0, settings.Knots).Select(k => mean + deviation * Reach * (2.0 * k / (settings.Knots - 1) - 1))];
    }

    /// <summary>Searches.</summary>
    /// <param name="settings">The method's.</param>
    /// <param name="pool">Observations.</param>
    /// <param name="learned">The networks.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <returns>Knots, values and their standard deviations, [3, K].</returns>
    /// <exception cref="ArgumentException">The observations do not tell the values.</exception>
    public static Matrix<double> Run(AmortizedSettings settings, WindowPool pool, LearnedState learned, Workers workers)
    {
        var (knots, trained) = (Knots(settings.Tendency!, pool.Scale), new TrainedAmortized(settings with { Refinements = 0 }, learned));
        var values = trained.TendencyAt(knots);
        var system = (RungeKuttaSystem)pool.Twins.Problem.System;
        var model = new LearnedModel([.. knots.Select((_, k) => new LearnedParameter(FormattableString.Invariant($"knot {k}"), values[k]))],
            system with { Field = new PiecewiseTendency(system.Field, knots, values) }, settings.Training.Rate);
        var found = new ParameterSearch(settings, model, pool.Twins.Problem.Grid, pool.Scale, Smoothness(settings, pool, knots.Length)).Run(pool.Apart(settings.HalfWindow), trained, values, workers);
        var saved = new Matrix<double>(3, knots.Length);
        knots.CopyTo(saved[0]);
        found[0].CopyTo(saved[1]);
        found[1].CopyTo(saved[2]);
        return saved;
    }

    /// <summary>The model with the term.</summary>
    public static RungeKuttaSystem Model(IDynamicalSystem system, Matrix<double> saved)
    {
        var own = (RungeKuttaSystem)system;
        return own with { Field = new PiecewiseTendency(own.Field, saved[0], saved[1]) };
    }

    /// <summary>
    /// A precision of second differences, weak: a bend from knot to knot has the standard deviation that would move a state by its own within a window. It
    /// only tells knots where the states hardly ever are.
    /// </summary>
    private static Matrix<double> Smoothness(AmortizedSettings settings, WindowPool pool, int count)
    {
        var times = pool.Twins.Times;
        var window = 2 * settings.HalfWindow * (pool.Twins.Problem.Grid.TimeOf(times[^1]) - pool.Twins.Problem.Grid.TimeOf(times[0])) / (times.Count - 1);
        var precision = Math.Pow(window / pool.Scale.Pooled.Deviation, 2);
        var matrix = new Matrix<double>(count, count);
        double[] bend = [1, -2, 1];
        for (var k = 0; k + 2 < count; k++)
            for (var i = 0; i < 3; i++)
                for (var j = 0; j < 3; j++)
                    matrix[k + i, k + j] += precision * bend[i] * bend[j];
        return matrix;
    }
}
