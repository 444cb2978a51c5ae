using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Surrogates;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Surrogates;

/// <summary>Methods that know nothing of surrogates run in their latent rows, and find parameters from readings of fields.</summary>
public sealed class LatentAssimilationTests
{
    private const int Count = 5;
    private static readonly SpacePoint[] Places = [new(-1.7, 11), new(-0.6, 13.3), new(0.2, 16), new(0.45, 10.5)];

    private static readonly Dictionary<string, IAssimilationMethod> Methods = new()
    {
        ["etkf"] = new EnsembleFilter(new Etkf(), 40),
        ["4denvar"] = new EnsembleFourDVar(40, Count, Iterations: 4),
        ["levda"] = new Levda(20, Count),
        ["latent-4dvar"] = new LatentFourDVar(Window: Count, Iterations: 20),
        ["4dvar"] = new FourDVar(StaticBackground.Prior, Window: Count, Iterations: 20),
    };

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_are_found_from_readings_of_fields(string name)
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Trunk);
        var prior = surrogate.DefaultPrior;
        var deviations = prior.StandardDeviation;
        var reader = FieldReader.Read(surrogate.Fields, [.. from field in new[] { 0, 1 } from place in Places select Probe.At(field, place)]);
        var twin = TwinProblem.Of(
            surrogate, surrogate.StepLength, new GaussianPrior(prior.Mean, deviations), 1, Count, _ => reader, _ => new DiagonalError(reader.OutputWidth, 1e-3), seed: 4);
        var (recorder, _) = twin.Run(Methods[name]);
        var found = recorder.Analyses[Count - 1];
        for (var p = surrogate.LatentWidth; p < surrogate.Width; p++)
        {
            var deviation = Math.Sqrt(found.Covariance![p, p]);
            Assert.InRange(deviation / deviations[p], 0, 0.7);
            Assert.InRange(Math.Abs(found.MeanState[p] - twin.Truth[Count - 1, p]) / deviation, 0, 3);
        }
        Assert.InRange(Elsewhere(surrogate, found.MeanState, twin.Truth[Count - 1]) / Elsewhere(surrogate, prior.Mean, twin.Truth[Count - 1]), 0, 0.2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Levda_finds_parameters_from_moving_points_at_irregular_times(bool erring)
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Modal);
        var prior = new GaussianPrior(surrogate.DefaultPrior.Mean, surrogate.DefaultPrior.StandardDeviation);
        var grid = new TimeGrid(0, surrogate.StepLength);
        var (random, x) = (new RandomSource(9), new Matrix<double>(1, surrogate.Width));
        prior.Sample(x, random.Fork("truth"));
        double[] times = [0.21, 0.34, 0.7, 1.5, 1.93, 2.6];
        var (truth, observations, at) = (new Matrix<double>(times.Length, surrogate.Width), new Observation[times.Length], default(GridTime));
        for (var k = 0; k < times.Length; k++)
        {
            var (next, points) = (grid.Locate(times[k]), random.Fork("points").Fork(k));
            Forecast.Run(surrogate, grid, at, next, x, random, Workers.One);
            at = next;
            x[0].CopyTo(truth[k]);
            var reader = FieldReader.Read(surrogate.Fields, [.. Enumerable.Range(0, 4 + k % 3).Select(i =>
                Probe.At(i % 2, new SpacePoint(-2 + 2.5 * points.Fork(i).NextDouble(), 10 + 8 * points.Fork(i).Fork("y").NextDouble())))]);
            var (values, noise) = (new double[reader.OutputWidth], new Matrix<double>(1, reader.OutputWidth));
            var error = new DiagonalError(values.Length, 1e-2);
            reader.Apply(x, new Batch<double>(values));
            error.Sample(noise, random.Fork("noise").Fork(k));
            TensorPrimitives.Add(values, noise.Values, values);
            observations[k] = new() { Index = k, At = at, Operator = reader, Values = values, Error = error, Points = new SpacePoint?[values.Length] };
        }
        var twin = new TwinProblem { System = surrogate, Grid = grid, Prior = prior, Observations = observations, Truth = truth };
        var found = twin.Run(new Levda(40, times.Length, RelativeModelError: erring ? 0.01 : null)).Recorder.Smoothed[times.Length - 1];
        for (var p = surrogate.LatentWidth; p < surrogate.Width; p++)
        {
            var deviation = Math.Sqrt(found.Covariance![p, p]);
            Assert.InRange(deviation / surrogate.DefaultPrior.StandardDeviation[p], 0, 0.9);
            Assert.InRange(Math.Abs(found.MeanState[p] - truth[times.Length - 1, p]) / deviation, 0, 3);
        }
        Assert.InRange(Elsewhere(surrogate, found.MeanState, truth[times.Length - 1]) / Elsewhere(surrogate, surrogate.DefaultPrior.Mean, truth[times.Length - 1]), 0, 0.3);
    }

    /// <summary>The distance between the fields of two rows.</summary>
    private static double Elsewhere(LatentSurrogate surrogate, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (rows, fields) = (new Matrix<double>(2, surrogate.Width), new Matrix<double>(2, surrogate.Fields.FieldWidth));
        a.CopyTo(rows[0]);
        b.CopyTo(rows[1]);
        surrogate.Decode(rows, fields);
        return TensorPrimitives.Distance<double>(fields[0], fields[1]);
    }
}
