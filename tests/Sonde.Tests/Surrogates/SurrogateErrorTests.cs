using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Surrogates;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Surrogates;

/// <summary>A surrogate's own error where it is known exactly: two patterns, more at each point, factors of time and of a parameter.</summary>
public sealed class SurrogateErrorTests
{
    private static readonly double[] Unit = [0.5, 3];                               // of the frame's fields
    private static readonly ParameterRange[] Ranges = [new("speed", 1, 3), new("depth", -2, 6)];
    private static readonly FieldPlace[] Grid = SmallSurrogate.Frame.GridPlaces();

    [Fact]
    public void Draws_have_mean_0_over_members_and_the_covariance_that_was_given()
    {
        const int Members = 20_000;
        var (error, patterns) = (Error(), Patterns());
        var there = error.At(Grid);
        var draws = new Matrix<double>(Members, Grid.Length);
        there.Draw(draws, [], new RandomSource(1), Workers.One);
        var (mean, variance) = (new double[Grid.Length], new double[Grid.Length]);
        Moments.Mean(draws, [], mean);
        Moments.Variance(draws, [], mean, variance);
        var (i, j) = (3, Grid.Length - 4);                                          // of different fields
        Assert.All(mean, value => Assert.Equal(0, value, 1e-12));
        Assert.All(Enumerable.Range(0, Grid.Length), c => Assert.InRange(variance[c] / there.Variances[c], 0.95, 1.05));
        var expected = Unit[0] * Unit[1] * (patterns[0, i] * patterns[0, j] + patterns[1, i] * patterns[1, j]);
        Assert.Equal(expected, Enumerable.Range(0, Members).Average(n => draws[n, i] * draws[n, j]), 0.03 * Math.Sqrt(variance[i] * variance[j]));
        var again = new Matrix<double>(Members, Grid.Length);
        there.Draw(again, [], new RandomSource(1), new Workers(2));
        Assert.Equal(draws.Values.ToArray(), again.Values.ToArray());
    }

    [Fact]
    public void Weighted_members_keep_their_weighted_mean()
    {
        var (draws, mean) = (new Matrix<double>(3, Grid.Length), new double[Grid.Length]);
        Error().At(Grid).Draw(draws, [0.7, 0.2, 0.1], new RandomSource(1), Workers.One);
        Moments.Mean(draws, [0.7, 0.2, 0.1], mean);
        Assert.All(mean, value => Assert.Equal(0, value, 1e-12));
    }

    [Fact]
    public void Between_points_and_snapshots_variances_are_interpolated()
    {
        var error = Error();
        var (at, next) = (Grid[0], Grid[1]);
        var middle = new FieldPlace(0, new SpacePoint(0.5 * (at.Point.X + next.Point.X), at.Point.Y));
        var variances = error.VariancesAt([at, next, middle]);
        Assert.Equal(0.25 * Deviation(0) * Deviation(0), variances[0], 1e-12);
        Assert.Equal(0.5 * (variances[0] + variances[1]), variances[2], 1e-12);
        Assert.Equal([2, 2, 1.5, 1, 0.68, 0.6], new[] { -1, 0, 0.25, 0.5, 0.9, 7 }.Select(time => Math.Round(error.FactorAt(time), 12)));
        Assert.Equal(Math.Exp(0.1 + 0.8 * 0.25), error.Parameters.At([1.5, 9]) / Math.Exp(0.5), 1e-12);     // speed scaled −0.5; depth beyond its range counts as 1
    }

    [Fact]
    public void A_quadratic_factor_is_found_and_noise_is_not_taken_for_one()
    {
        var (scaled, numbers, random) = (new Matrix<double>(60, 2), new double[60], new RandomSource(4));
        for (var i = 0; i < 60; i++)
        {
            (scaled[i, 0], scaled[i, 1]) = (2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1);
            numbers[i] = Math.Exp(3 + 0.5 * scaled[i, 0] - scaled[i, 0] * scaled[i, 1] + 0.7 * scaled[i, 1] * scaled[i, 1]);
        }
        var fitted = ParameterFactor.Fit(scaled, numbers);
        foreach (var (expected, at) in new[] { (0.5, 1), (0, 2), (0, 3), (-1, 4), (0.7, 5) })
            Assert.Equal(expected, fitted[at], 1e-6);
        Assert.Equal(1, Enumerable.Range(0, 60).Average(i => ParameterFactor.Of(fitted, scaled[i])), 1e-12);
        random.FillNormal(numbers);
        Assert.Empty(ParameterFactor.Fit(scaled, [.. numbers.Select(Math.Exp)]));
        Assert.Empty(ParameterFactor.Fit(new Matrix<double>(scaled.All.Slice(0, 29)), numbers.AsSpan(0, 29)));
    }

    [Fact]
    public void What_is_read_errs_by_its_own_and_by_the_surrogate()
    {
        var (surrogate, error) = (SmallSurrogate.Make(SmallSurrogate.Modal), Error());
        Probe[] probes = [Probe.At(1, Grid[^1].Point), Probe.Of(surrogate.Fields, surrogate.Fields.FieldWidth), Probe.At(0, Grid[2].Point)];
        var errors = new DecodedErrors(surrogate, error, 2, surrogate.Fields, new TimeGrid(0, 0.5), new EmpiricalPrior(Rows(surrogate, 5)), new RandomSource(1));
        var reader = FieldReader.Read(surrogate.Fields, probes);
        var widened = errors.Widen(Reading(reader, new DiagonalError(3, 0.1))).Error.StandardDeviations.ToArray();
        Assert.Equal(0.01 + 4 * 1 * 9 * Math.Pow(Deviation(Grid.Length - 1), 2), widened[0] * widened[0], 1e-12);      // factor², time 0.5, unit²
        Assert.Equal(0.1, widened[1], 1e-15);                                                                          // a parameter
        Assert.Equal(0.01 + 4 * 1 * 0.25 * Math.Pow(Deviation(2), 2), widened[2] * widened[2], 1e-12);

        var square = new InstrumentOperator(reader, Instruments.Square);
        var (row, slopes) = (Rows(surrogate, 1), new Matrix<double>(1, 3));
        reader.Apply(row, slopes);
        var variances = ReadingVariance.Of(square, error.VariancesAt, () => row);
        Assert.Equal(4 * slopes[0, 0] * slopes[0, 0] * error.VariancesAt([Grid[^1]])[0], variances[0], 1e-10);
        Assert.Equal(0, variances[1]);
    }

    [Fact]
    public void Errors_keep_their_shape_as_they_widen()
    {
        var student = WidenedError.Of(new StudentError([1, 2], 4), [3, 0]);
        Assert.Equal([2.0, 2.0], student.StandardDeviations.ToArray());
        Assert.True(student.IsDiagonal);
        var (correlated, sum) = (new Matrix<double>(2, 2), new Matrix<double>(2, 2));
        (correlated[0, 0], correlated[1, 1], correlated[0, 1], correlated[1, 0]) = (1, 4, 0.5, 0.5);
        WidenedError.Of(new CorrelatedError(correlated), [3, 5]).AddCovariance(sum);
        Assert.Equal([4, 0.5, 0.5, 9], sum.Values.ToArray());
        Assert.Contains("as many variances, not 1", Assert.Throws<ArgumentException>(() => WidenedError.Of(student, [1])).Message, StringComparison.Ordinal);
    }

    /// <summary>Closed form: fields are what is decoded plus an error of known variance, so beliefs must spread by the sum of both, and a truth that errs so is covered.</summary>
    [Fact]
    public void A_belief_spreads_by_what_is_latent_and_what_the_surrogate_errs_by()
    {
        const int Members = 400, Truths = 40;
        var (surrogate, error) = (SmallSurrogate.Make(SmallSurrogate.Modal), Error());
        var view = new FieldView(surrogate.Fields, surrogate.Fields);
        var rows = Rows(surrogate, Members);
        var errors = new DecodedErrors(surrogate, error, 1, surrogate.Fields, new TimeGrid(0, 0.5), new EmpiricalPrior(rows), new RandomSource(1));
        var at = Reading(FieldReader.Read(surrogate.Fields, [Probe.At(0, Grid[0].Point)]), new DiagonalError(1, 0.1));
        var (decoder, plain) = (new BeliefDecoder(view, errors), new BeliefDecoder(view, null));
        var (latent, own) = (new EnsembleBelief(rows), view.Fields.Width);
        var (mean, meanWith, variance, with) = (new double[own], new double[own], new double[own], new double[own]);
        plain.Fields(latent).Mean(mean);
        plain.Fields(latent).Variance(variance);
        var fields = decoder.FieldsWithErrors(latent, at, 0);
        fields.Mean(meanWith);
        fields.Variance(with);
        var factor = Enumerable.Range(0, Members).Average(n => error.Parameters.At(rows[n][surrogate.LatentWidth..]));
        var known = error.VariancesAt(Grid);
        for (var i = 0; i < own; i++)
            Assert.Equal(mean[i], meanWith[i], 1e-12);
        Assert.Equal(1, Enumerable.Range(0, Grid.Length).Average(i => with[i] / (variance[i] + factor * known[i])), 0.02);
        Assert.Equal(variance[Grid.Length..], with[Grid.Length..]);                 // parameters

        var gaussian = latent.Members.Copy();
        var moments = new EmpiricalPrior(gaussian).Moments();
        var (decoded, added) = (new double[own], new double[own]);
        plain.Fields(moments).Variance(decoded);
        decoder.FieldsWithErrors(moments, at, 0).Variance(added);
        var atMean = error.Parameters.At(moments.MeanState.AsSpan(surrogate.LatentWidth));
        for (var i = 0; i < Grid.Length; i++)
            Assert.Equal(decoded[i] + atMean * known[i], added[i], 1e-12);

        // truths: members of another draw, each with an error of its own parameters
        var (others, truths, drawn) = (Rows(surrogate, Truths, 2), new Matrix<double>(Truths, own), new Matrix<double>(2, Grid.Length));
        view.Decode(others, truths, Workers.One);
        var (squares, spread, covered) = (0.0, 0.0, 0);
        for (var t = 0; t < Truths; t++)
        {
            error.At(Grid).Draw(drawn, [], new RandomSource(99).Fork(t), Workers.One);
            for (var i = 0; i < Grid.Length; i++)
            {
                var truth = truths[t, i] + Math.Sqrt(2 * error.Parameters.At(others[t][surrogate.LatentWidth..])) * drawn[0, i];   // one of two of mean 0
                squares += (truth - meanWith[i]) * (truth - meanWith[i]) / with[i];
                (spread, covered) = (spread + 1, covered + (Math.Abs(truth - meanWith[i]) < 1.645 * Math.Sqrt(with[i]) ? 1 : 0));
            }
        }
        Assert.InRange(Math.Sqrt(spread / squares), 0.85, 1.15);                    // spread over error
        Assert.InRange(covered / spread, 0.82, 0.96);
    }

    private static double Deviation(int component) => 0.3 + 0.01 * component;

    private static Matrix<double> Patterns()
    {
        var patterns = new Matrix<double>(2, Grid.Length);
        for (var i = 0; i < Grid.Length; i++)
            (patterns[0, i], patterns[1, i]) = (0.2 * Math.Sin(i), 0.15 * Math.Cos(0.5 * i));
        return patterns;
    }

    /// <summary>Factors of time 2, 1, 0.6 at 0, 0.5, 1; the parameters' is exp(0.5 + 0.1 depth² + 0.8 speed²), both scaled.</summary>
    private static SurrogateError Error() => new(
        SmallSurrogate.Frame, [.. Enumerable.Range(0, Grid.Length).Select(Deviation)], Patterns, [2, 1, 0.6], 0.5, new ParameterFactor(Ranges, [0.5, 0, 0, 0.8, 0, 0.1]));

    private static Matrix<double> Rows(LatentSurrogate surrogate, int count, long seed = 1)
    {
        var (parameters, rows, random) = (new Matrix<double>(count, 2), new Matrix<double>(count, surrogate.Width), new RandomSource(seed));
        for (var n = 0; n < count; n++)
            (parameters[n, 0], parameters[n, 1]) = (1 + 2 * random.NextDouble(), -2 + 8 * random.NextDouble());
        surrogate.Start(parameters, rows);
        return rows;
    }

    private static Observation Reading(IObservationOperator reader, IObservationError error) => new()
    {
        Index = 1, At = new GridTime(1), Operator = reader, Values = new double[reader.OutputWidth], Error = error, Points = new SpacePoint?[reader.OutputWidth],
    };
}
