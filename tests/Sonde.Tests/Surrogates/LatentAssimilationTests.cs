using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
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
