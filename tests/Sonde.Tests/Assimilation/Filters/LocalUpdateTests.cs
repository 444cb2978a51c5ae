using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation.Filters;

/// <summary>What localization does to an analysis.</summary>
public sealed class LocalUpdateTests
{
    private static readonly Localization Localization = new(2);

    [Theory]
    [InlineData(8)]             // eigenproblems of all points together
    [InlineData(60)]            // each point on its own, of the size of its observations
    public void One_observation_acts_at_a_distance_as_one_of_larger_error(int members)
    {
        // LETKF: R/w at distance d. The whole analysis of a point, mean and variance, in closed form.
        var problem = new GaussianUpdate(members, 10, 1);
        var analysis = GaussianUpdate.Moments(problem.Apply(new Letkf(Localization)));
        var forecast = GaussianUpdate.Moments(problem.Forecast);
        var predicted = (problem.H * problem.ForecastCovariance * problem.H.Transpose())[0, 0];
        var departure = problem.Observation.Values.Span[0] - (problem.H * forecast.Mean)[0];
        for (var i = 0; i < 10; i++)
        {
            var weight = Localization.Weight(Math.Min(i, 10 - i));
            var cross = (problem.ForecastCovariance * problem.H.Transpose())[i, 0];
            var gain = weight == 0 ? 0 : cross / (predicted + problem.R[0, 0] / weight);
            Assert.Equal(forecast.Mean[i] + gain * departure, analysis.Mean[i], 1e-10);
            Assert.Equal(problem.ForecastCovariance[i, i] - gain * cross, analysis.Covariance[i, i], 1e-10);
        }
    }

    [Fact]
    public void One_observation_acts_at_a_distance_by_a_tapered_gain()
    {
        // EnSRF: K and the square root's reduced K, both times w.
        var problem = new GaussianUpdate(8, 10, 1);
        var analysis = GaussianUpdate.Moments(problem.Apply(new SerialEnkf(Localization)));
        var forecast = GaussianUpdate.Moments(problem.Forecast);
        var predicted = (problem.H * problem.ForecastCovariance * problem.H.Transpose())[0, 0];
        var departure = problem.Observation.Values.Span[0] - (problem.H * forecast.Mean)[0];
        var reduction = 1 / (1 + Math.Sqrt(problem.R[0, 0] / (predicted + problem.R[0, 0])));
        for (var i = 0; i < 10; i++)
        {
            var cross = (problem.ForecastCovariance * problem.H.Transpose())[i, 0];
            var gain = Localization.Weight(Math.Min(i, 10 - i)) * cross / (predicted + problem.R[0, 0]);
            Assert.Equal(forecast.Mean[i] + gain * departure, analysis.Mean[i], 1e-10);
            Assert.Equal(
                problem.ForecastCovariance[i, i] - 2 * reduction * gain * cross + reduction * reduction * gain * gain * predicted, analysis.Covariance[i, i], 1e-10);
        }
    }

    [Fact]
    public void Components_that_no_observation_reaches_keep_their_bits()
    {
        var problem = new GaussianUpdate(5, 40, 2);
        foreach (IEnsembleUpdate update in new IEnsembleUpdate[] { new Letkf(Localization), new Letkf(Localization, 1) })
        {
            var members = problem.Apply(update);
            for (var n = 0; n < 5; n++)
                for (var i = 4; i <= 16; i++)
                    Assert.Equal(problem.Forecast[n, i], members[n, i]);
            Assert.Equal(26, problem.Recorder.Diagnostics[(0, Diagnostic.PointsWithoutObservations)]);
            Assert.Equal(14.0 / 40, problem.Recorder.Diagnostics[(0, Diagnostic.LocalObservations)], 1e-12);
            Assert.Equal(0, problem.Recorder.Diagnostics[(0, Diagnostic.ObservationsWithoutPoints)]);
        }
        Assert.InRange(GaussianUpdate.Difference(problem.Forecast, problem.Apply(new SerialEnkf(new Localization(0.1)))), 1e-3, 10);
    }

    [Fact]
    public void An_observation_that_reaches_nothing_is_counted()
    {
        var problem = new GaussianUpdate(5, 10, 3);
        var points = problem.Observation.Points.ToArray();
        points[1] = new SpacePoint(3.4);
        var observation = new Observation
        {
            Index = 0, At = problem.Observation.At, Operator = problem.Observation.Operator, Values = problem.Observation.Values,
            Error = problem.Observation.Error, Points = points,
        };
        foreach (IEnsembleUpdate update in new IEnsembleUpdate[] { new Letkf(new Localization(0.1)), new SerialEnkf(new Localization(0.1)) })
        {
            Update(update, problem.Domain, problem.Forecast.Copy(), observation, problem.Recorder);
            Assert.Equal(1, problem.Recorder.Diagnostics[(0, Diagnostic.ObservationsWithoutPoints)]);
        }
    }

    [Fact]
    public void Correlated_errors_that_happen_to_be_independent_change_nothing()
    {
        var problem = new GaussianUpdate(6, 12, 12);
        var expected = problem.Apply(new Letkf(Localization));
        var covariance = new Matrix<double>(12, 12);
        problem.Observation.Error.AddCovariance(covariance);
        var observation = new Observation
        {
            Index = 0, At = problem.Observation.At, Operator = problem.Observation.Operator, Values = problem.Observation.Values,
            Error = new CorrelatedError(covariance), Points = problem.Observation.Points,
        };
        var members = problem.Forecast.Copy();
        Update(new Letkf(Localization), problem.Domain, members, observation, problem.Recorder);
        Assert.InRange(GaussianUpdate.Difference(expected, members), 0, 1e-11);
    }

    [Fact]
    public void Parameters_and_observations_without_a_place_are_not_localized()
    {
        // Sites 0-11 of a row of 14, two parameters at its end: these get the global analysis. So does everything from an
        // observation without a place.
        var problem = new GaussianUpdate(6, 14, 5);
        var global = problem.Apply(new Etkf());
        var domain = new Domain(new Line(12), [new Field("x", "1", RegularGrid.Ring(12))], ["a", "b"]);
        var members = problem.Forecast.Copy();
        Update(new Letkf(Localization), domain, members, problem.Observation, problem.Recorder);
        for (var n = 0; n < 6; n++)
        {
            Assert.Equal(global[n, 12], members[n, 12], 1e-10);
            Assert.Equal(global[n, 13], members[n, 13], 1e-10);
            Assert.True(Math.Abs(global[n, 3] - members[n, 3]) > 1e-3);
        }
        var placeless = new Observation
        {
            Index = 0, At = problem.Observation.At, Operator = problem.Observation.Operator, Values = problem.Observation.Values,
            Error = problem.Observation.Error, Points = new SpacePoint?[5],
        };
        members = problem.Forecast.Copy();
        Update(new Letkf(Localization), domain, members, placeless, problem.Recorder);
        Assert.InRange(GaussianUpdate.Difference(global, members), 0, 1e-10);
    }

    [Fact]
    public void Fields_on_one_grid_and_times_side_by_side_share_their_transforms()
    {
        // Two fields of 6 points, twice in a row: component i and those 6, 12 and 18 further on lie at the same point.
        var problem = new GaussianUpdate(6, 24, 4);
        var grid = RegularGrid.Ring(6);
        var domain = new Domain(new Line(6), [new Field("u", "1", grid), new Field("v", "1", grid)]);
        for (var n = 0; n < 6; n++)
            for (var i = 0; i < 24; i++)
                problem.Forecast[n, i] = problem.Forecast[n, i % 6] + i / 6;
        foreach (IEnsembleUpdate update in new IEnsembleUpdate[] { new Letkf(Localization), new SerialEnkf(Localization) })
        {
            var members = problem.Forecast.Copy();
            Update(update, domain, members, problem.Observation, problem.Recorder);
            for (var n = 0; n < 6; n++)
                for (var i = 6; i < 24; i++)
                    Assert.Equal(members[n, i % 6] + i / 6, members[n, i], 1e-10);
            Assert.Equal(6 * problem.Recorder.Diagnostics[(0, Diagnostic.LocalObservations)], Pairs(domain, problem.Observation), 1e-10);
        }
        Assert.Throws<ArgumentException>(() => Update(new Letkf(Localization), problem.Domain, new Matrix<double>(6, 25), problem.Observation, problem.Recorder));
    }

    [Fact]
    public void A_point_may_have_very_many_observations()
    {
        var problem = new GaussianUpdate(6, 20, 300);
        var everything = new Localization(100, TaperShape.Step);
        Assert.InRange(GaussianUpdate.Difference(problem.Apply(new Etkf()), problem.Apply(new Letkf(everything))), 0, 1e-10);
        Assert.Equal(300, problem.Recorder.Diagnostics[(0, Diagnostic.LocalObservations)]);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var problem = new GaussianUpdate(9, 100, 70);
        foreach (IEnsembleUpdate update in new IEnsembleUpdate[]
            { new Letkf(new Localization(5)), new Letkf(new Localization(5), 2), new SerialEnkf(new Localization(5)), new Etkf(), new StochasticEnkf(), new SerialEnkf() })
            Assert.Equal(problem.Apply(update, threads: 1).Values.ToArray(), problem.Apply(update, threads: 3).Values.ToArray());
    }

    private static int Pairs(Domain domain, Observation observation)
    {
        var pairs = 0;
        foreach (var point in observation.Points)
            for (var i = 0; i < 6; i++)
                pairs += Localization.Weight(domain.Space.Distance(point!.Value, domain.PointOf(i)!.Value)) > 0 ? 1 : 0;
        return pairs;
    }

    private static void Update(IEnsembleUpdate update, Domain domain, Matrix<double> members, Observation observation, BeliefRecorder recorder)
    {
        var predicted = new Matrix<double>(members.Rows, observation.Count);
        if (observation.Operator.InputWidth == members.Width)
            observation.Operator.Apply(members, predicted);
        Assert.Equal(
            AnalysisStatus.Sound, update.Update(members, predicted, observation, new UpdateContext(domain, Workers.One, new RandomSource(1), recorder)));
    }
}
