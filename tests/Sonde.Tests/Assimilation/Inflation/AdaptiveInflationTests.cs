using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Inflation;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Inflation;

public sealed class AdaptiveInflationTests
{
    [Theory]
    [InlineData(InflationPrior.Gaussian)]
    [InlineData(InflationPrior.InverseGamma)]
    public void The_new_mode_is_where_the_posterior_density_is_greatest(InflationPrior prior)
    {
        // The likelihood is linearised: exact to second order in the deviation.
        var innovation = new InflationInnovation(Square: 6, Variance: 1, ErrorVariance: 1, Reach: 0.7, Correction: prior == InflationPrior.Gaussian ? 0 : 0.05);
        var old = new InflationEstimate(1.2, 0.05);
        var mode = old.After(prior, innovation, true).Mode;
        var (best, greatest) = (0.0, double.NegativeInfinity);
        for (var x = 1.0; x < 1.5; x += 1e-6)
            if (LogPosterior(prior, old, innovation, x) is var value && value > greatest)
                (best, greatest) = (x, value);
        Assert.True(mode > 1.2 + 1e-4);
        Assert.Equal(best, mode, 2e-2 * (best - 1.2));
    }

    [Theory]
    [InlineData(InflationPrior.Gaussian)]
    [InlineData(InflationPrior.InverseGamma)]
    public void Small_innovations_lower_the_inflation_and_large_ones_raise_it(InflationPrior prior)
    {
        var old = new InflationEstimate(1.5, 0.6);
        InflationEstimate After(double square, double reach) => old.After(prior, new InflationInnovation(square, 1, 1, reach, 0), false);
        Assert.True(After(0.01, 1).Mode < 1.5);
        Assert.True(After(20, 1).Mode > 1.5);
        Assert.True(After(20, 0.2).Mode < After(20, 1).Mode);
        Assert.InRange(After(20, 1).Deviation, 0.1, 0.6);
        Assert.Equal(old, After(20, 0));
    }

    [Theory]
    [InlineData(InflationPrior.Gaussian, 1.0)]
    [InlineData(InflationPrior.Gaussian, 2.25)]
    [InlineData(InflationPrior.InverseGamma, 2.25)]
    [InlineData(InflationPrior.InverseGamma, 4.0)]
    public void A_known_lack_of_variance_is_found(InflationPrior prior, double lack)
    {
        // Forecasts of variance 1, truths of variance λ around their mean, seen with an error of variance 0.25.
        const int Members = 20, Times = 1500;
        var inflation = new AdaptiveInflation(StandardDeviation: 0.3, Damping: 1, Prior: prior, LowerBound: 0.1, LeastStandardDeviation: 0.1);
        var (random, memory) = (new RandomSource(4), new Dictionary<string, Matrix<double>>());
        var domain = new Domain(new Line(), [new Field("x", "1", new SinglePoint())]);
        var recorder = new BeliefRecorder();
        var sum = 0.0;
        for (var k = 0; k < Times; k++)
        {
            var (members, predicted) = (new Matrix<double>(Members, 1), new Matrix<double>(Members, 1));
            random.FillNormal(members.Values);
            Moments.Center(members, new double[1]);
            var context = new UpdateContext(domain, Workers.One, random.Fork(k), recorder) { Memory = memory };
            inflation.Inflate(members, context);
            members.Values.CopyTo(predicted.Values);
            var observation = new Observation
            {
                Index = k, At = new GridTime(k), Operator = new IdentityOperator(1), Values = new[] { Math.Sqrt(lack) * random.NextNormal() + 0.5 * random.NextNormal() },
                Error = new DiagonalError(1, 0.5), Points = [new SpacePoint(0)],
            };
            inflation.Learn(members, predicted, observation, null, context);
            sum += k < Times / 3 ? 0 : memory.Values.Single()[0, 0];
        }
        // Sampling error of λ itself: var(d²) = 2 (λ + 0.25)², over 1000 draws that are independent.
        Assert.InRange(sum / (Times * 2 / 3), lack * 0.85 - 0.05, lack * 1.15 + 0.05);
    }

    [Fact]
    public void Inflation_is_local_is_remembered_and_multiplies_variances()
    {
        var problem = new GaussianUpdate(20, 40, 1);
        var memory = new Dictionary<string, Matrix<double>>();
        var context = new UpdateContext(problem.Domain, Workers.One, new RandomSource(1), problem.Recorder) { Memory = memory };
        var inflation = new AdaptiveInflation(Initial: 2, Damping: 0.5, LowerBound: 1);
        var members = problem.Forecast.Copy();
        inflation.Inflate(members, context);
        Assert.InRange(GaussianUpdate.Difference(problem.ForecastCovariance * 1.5, GaussianUpdate.Moments(members).Covariance), 0, 1e-9);

        var predicted = new Matrix<double>(20, 1);
        problem.Observation.Operator.Apply(members, predicted);
        var surprised = new Observation
        {
            Index = 0, At = problem.Observation.At, Operator = problem.Observation.Operator, Values = new[] { 1e4 }, Error = problem.Observation.Error,
            Points = problem.Observation.Points,
        };
        inflation.Learn(members, predicted, surprised, new Localization(3), context);
        var state = memory.Values.Single();
        Assert.True(state[0, 0] > 1.5 && state[0, 1] != 1.5);
        for (var i = 6; i <= 34; i++)
            Assert.Equal(1.5, state[0, i]);
        Assert.Equal(Math.Sqrt(1.5), problem.Recorder.Diagnostics[(0, Diagnostic.Inflation)], 1e-12);
    }

    [Fact]
    public void Bounds_hold()
    {
        var problem = new GaussianUpdate(20, 5, 5);
        var memory = new Dictionary<string, Matrix<double>>();
        var context = new UpdateContext(problem.Domain, Workers.One, new RandomSource(1), problem.Recorder) { Memory = memory };
        var inflation = new AdaptiveInflation(LowerBound: 0.9, UpperBound: 1.1);
        foreach (var far in new[] { 0.0, 1e3 })
        {
            var predicted = new Matrix<double>(20, 5);
            problem.Observation.Operator.Apply(problem.Forecast, predicted);
            var mean = GaussianUpdate.Moments(predicted).Mean;
            var observation = new Observation
            {
                Index = 0, At = problem.Observation.At, Operator = problem.Observation.Operator, Values = mean.Select(value => value + far).ToArray(),
                Error = problem.Observation.Error, Points = problem.Observation.Points,
            };
            inflation.Learn(problem.Forecast, predicted, observation, null, context);
            foreach (var value in memory.Values.Single()[0].ToArray())
                Assert.InRange(value, far == 0 ? 0.9 : 1, far == 0 ? 1 : 1.1);
        }
        Assert.Throws<ArgumentException>(() => new AdaptiveInflation(Damping: 1.5));
        Assert.Throws<ArgumentException>(() => new AdaptiveInflation(LowerBound: 2, UpperBound: 1));
    }

    private static double LogPosterior(InflationPrior prior, InflationEstimate old, InflationInnovation innovation, double x)
    {
        if (prior == InflationPrior.Gaussian)
            return innovation.LogLikelihood(x) - Math.Pow((x - old.Mode) / old.Deviation, 2) / 2;
        var rate = 0.0;                                                 // β with mode and variance of the old estimate, by bisection
        for (var (low, high) = (3 * old.Mode, 1e9); high - low > 1e-9 * low;)
        {
            rate = 0.5 * (low + high);
            var shape = rate / old.Mode - 1;
            if (rate * rate / ((shape - 1) * (shape - 1) * (shape - 2)) > old.Deviation * old.Deviation)
                low = rate;
            else
                high = rate;
        }
        return innovation.LogLikelihood(x) - rate / old.Mode * Math.Log(x) - rate / x;
    }
}
