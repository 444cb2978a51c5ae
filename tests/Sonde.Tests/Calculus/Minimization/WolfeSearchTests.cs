using Sonde.Calculus.Minimization;

namespace Sonde.Tests.Calculus.Minimization;

/// <summary>The line search on the functions of one number of Moré and Thuente, ACM TOMS 20, 1994, §5.</summary>
public sealed class WolfeSearchTests
{
    private static readonly double[] FirstSteps = [1e-3, 1e-1, 10, 1e3];

    public static TheoryData<string, double, double, double> Functions
    {
        get
        {
            var data = new TheoryData<string, double, double, double>();
            foreach (var first in FirstSteps)
            {
                data.Add("valley", first, 1e-3, 0.1);
                data.Add("flat bottom", first, 0.1, 0.1);
                data.Add("sharp", first, 1e-3, 1e-3);
                data.Add("edge", first, 1e-3, 0.1);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_strong_wolfe_conditions_hold_where_it_ends(string function, double first, double sufficientDecrease, double curvature)
    {
        var objective = new OneNumber(function);
        double[] x = [0], trial = [0], gradient = [0];
        var (cost, rule) = (objective.Evaluate(x, gradient), new Lbfgs(SufficientDecrease: sufficientDecrease, Curvature: curvature));
        var slope = gradient[0];
        var search = new WolfeSearch(objective, x, [1], cost, slope, trial, gradient, rule);
        Assert.True(search.TryFind(first));
        Assert.Equal(trial[0], search.Found.Step);
        Assert.Equal(objective.Evaluate(trial, gradient), search.Found.Cost);
        Assert.True(search.Found.Cost <= cost + sufficientDecrease * trial[0] * slope + 1e-15);
        Assert.True(Math.Abs(gradient[0]) <= curvature * Math.Abs(slope));
        Assert.InRange(search.Evaluations, 1, 20);
    }

    private sealed class OneNumber(string function) : IObjective
    {
        public int Width => 1;

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            var a = x[0];
            (var value, gradient[0]) = function switch
            {
                "valley" => (-a / (a * a + 2), (a * a - 2) / ((a * a + 2) * (a * a + 2))),                                // eq. 5.1
                "flat bottom" => (Math.Pow(a + 0.004, 5) - 2 * Math.Pow(a + 0.004, 4), 5 * Math.Pow(a + 0.004, 4) - 8 * Math.Pow(a + 0.004, 3)),    // eq. 5.2
                "sharp" => (Bend(a, 1e-3), BendSlope(a, 1e-3)),                                                             // eq. 5.4
                "edge" => a < 1.5 ? (a * a / 2 - a, a - 1) : (double.NaN, double.NaN),
                _ => throw new ArgumentException(function),
            };
            return value;
        }

        /// <summary>Falls along a line, rises along another.</summary>
        private static double Bend(double a, double b) => Weight(b) * (Math.Sqrt((1 - a) * (1 - a) + b * b) + Math.Sqrt(a * a + b * b));

        private static double BendSlope(double a, double b) => Weight(b) * (-(1 - a) / Math.Sqrt((1 - a) * (1 - a) + b * b) + a / Math.Sqrt(a * a + b * b));

        private static double Weight(double b) => Math.Sqrt(1 + b * b) - b;
    }
}
