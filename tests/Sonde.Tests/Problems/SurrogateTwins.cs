using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Surrogates;

namespace Sonde.Tests.Problems;

/// <summary>Truths that are the fields of a surrogate and the parameters, as of a model that it stands for perfectly; methods run in its latent rows.</summary>
/// <param name="Surrogate">Both the model and what methods know of it.</param>
/// <param name="Length">T.</param>
internal sealed record SurrogateTwins(LatentSurrogate Surrogate, int Length) : ITwinSource
{
    private static readonly SpacePoint[] Places = [new(-1.7, 11), new(-0.6, 13.3), new(0.2, 16), new(0.45, 10.5)];

    /// <summary>Standard deviation of a reading.</summary>
    public static double Noise => 0.001;

    public AssimilationProblem Problem => new(Surrogate, new TimeGrid(0, Surrogate.StepLength), null, Surrogate.StepLength);

    public IReadOnlyList<GridTime> Times => [.. Enumerable.Range(1, Length).Select(k => new GridTime(k))];

    public int TruthWidth => Surrogate.Fields.Width;

    public void Simulate(Batch<double> truths, RandomSource random)
    {
        var (parameters, rows) = (new Matrix<double>(truths.Rows, Surrogate.Ranges.Count), new Matrix<double>(truths.Rows, Length * Surrogate.Width));
        for (var row = 0; row < parameters.Rows; row++)
            for (var p = 0; p < parameters.Width; p++)
                parameters[row, p] = Surrogate.Ranges[p].Least + random.NextDouble() * (Surrogate.Ranges[p].Greatest - Surrogate.Ranges[p].Least);
        Rows(parameters, rows);
        var fields = new Matrix<double>(truths.Rows * Length, Surrogate.Fields.FieldWidth);
        Surrogate.Decode(new ReadOnlyBatch<double>(rows.Values, fields.Rows, Surrogate.Width), fields);
        for (var row = 0; row < truths.Rows; row++)
            for (var k = 0; k < Length; k++)
            {
                fields[row * Length + k].CopyTo(truths[row].Slice(k * TruthWidth, fields.Width));
                parameters[row].CopyTo(truths[row].Slice(k * TruthWidth + fields.Width, parameters.Width));
            }
    }

    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random) => Read(truth, random, Surrogate.Fields);

    public IReadOnlyList<Observation> ObserveTruth(ReadOnlySpan<double> truth, RandomSource random) =>
        Read(truth, random, new Domain(Surrogate.Fields.Space, Surrogate.Fields.Fields, Surrogate.Fields.Parameters));

    public void Represent(ReadOnlyBatch<double> truths, Batch<double> rows)
    {
        var parameters = new Matrix<double>(truths.Rows, Surrogate.Ranges.Count);
        for (var row = 0; row < truths.Rows; row++)
            truths[row].Slice(Surrogate.Fields.FieldWidth, parameters.Width).CopyTo(parameters[row]);
        Rows(parameters, rows);
    }

    private void Rows(Matrix<double> parameters, Batch<double> rows)
    {
        var x = new Matrix<double>(parameters.Rows, Surrogate.Width);
        Surrogate.Start(parameters, x);
        for (var k = 0; k < Length; k++)
        {
            Surrogate.Advance(x, 0, Surrogate.StepLength, 1, 0, new RandomSource(0));
            for (var row = 0; row < x.Rows; row++)
                x[row].CopyTo(rows[row].Slice(k * x.Width, x.Width));
        }
    }

    private Observation[] Read(ReadOnlySpan<double> truth, RandomSource random, Domain domain)
    {
        Probe[] probes = [.. from field in new[] { 0, 1 } from place in Places select Probe.At(field, place)];
        var own = FieldReader.Read(new Domain(domain.Space, domain.Fields, domain.Parameters), probes);
        var reader = FieldReader.Read(domain, probes);
        var observations = new Observation[Length];
        for (var k = 0; k < Length; k++)
        {
            var (values, errors) = (new double[own.OutputWidth], new double[own.OutputWidth]);
            own.Apply(new ReadOnlyBatch<double>(truth.Slice(k * TruthWidth, TruthWidth)), new Batch<double>(values));
            random.FillNormal(errors);
            for (var j = 0; j < values.Length; j++)
                values[j] += Noise * errors[j];
            observations[k] = new Observation
            {
                Index = k, At = Times[k], Operator = reader, Values = values, Error = new DiagonalError(values.Length, Noise),
                Points = [.. probes.Select(_ => (SpacePoint?)null)], Quantities = [.. probes.Select((_, j) => j < Places.Length ? "u" : "eta")],
            };
        }
        return observations;
    }
}
